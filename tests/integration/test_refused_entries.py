"""Who is not let in is told why and what to do, and the admin finds it in the audit log."""

from __future__ import annotations

import shutil
import time
from typing import Any

from chatd.errors import Code
from tests.support.program import until
from tests.support.terminal import Terminal

from .members import WIDE, MembersTest

ADDRESS = "127.0.0.1"


class RefusedEntriesTest(MembersTest):
    def audits(self, event: str, account: str, **fields: Any) -> None:
        """The latest line about this event says all that the admin has to know."""
        *_, line = self.audited(event)
        expected = {"account": account, "address": ADDRESS, "door": "native", **fields}
        self.assertEqual({name: line.get(name) for name in expected}, expected)

    def device(self, who: str) -> str:
        """The id of a device, as the admin sees it."""
        return self.identity(who).device.hex()

    # ------------------------------------------------------------ links

    def test_a_link_that_was_used(self) -> None:
        link = self.link("bob")
        self.enrol("bob", link)
        said = self.chatc("mallory", "enrol", "--no-chat", link=link, status=1)
        self.assertIn("used already; if not by you, tell the server's admin at once", said)
        self.audits("sign_in_refused", "bob", code=Code.ID_USED)

    def test_a_link_that_has_expired(self) -> None:
        invited = self.json("enrol", "bob", "--expires", "1s")
        until(lambda: time.time() * 1000 > invited["expires"], lambda: "time stands still")
        said = self.chatc("bob", "enrol", "--no-chat", link=invited["link"], status=1)
        self.assertIn("this link has expired; ask for a new one", said)
        self.audits("sign_in_refused", "bob", code=Code.ID_EXPIRED)
        self.enrol("bob", self.link("bob"))

    # ------------------------------------------------------------ devices

    def test_a_copied_vault(self) -> None:
        """Both are put out, and everyone whom it concerns is told."""
        self.enrol("alice", self.daemon.admin_link())
        self.enrol("bob")
        self.enrol("bob-phone", self.link("bob"))
        shutil.copytree(self.home / "bob", self.home / "thief")
        device = self.device("bob")
        alice, bob, phone = self.sit("alice", "bob", "bob-phone", size=WIDE)
        said = self.chatc("thief", "rooms", status=1)
        self.assertIn("used elsewhere, so the vault was copied; the device is suspended now", said)
        bob.sees("offline: this vault's sign-in token has been used elsewhere")
        phone.sees(rf"your device .*\({device[:8]}\) was suspended.*copied")
        alice.sees(rf"the device .*\({device[:8]}\) of bob was suspended.*copied")
        self.audits("vault_copied", "bob", device=device)
        self.leave(bob, status=1)
        for who in ("bob", "thief"):
            said = self.chatc(who, "rooms", status=1)
            self.assertIn("enrol it again with a new link, from another device of yours", said)
            self.audits("token_refused", "bob", device=device, reason="suspended")
        phone.line("/devices add")
        phone.sees("Whoever has this link first gets in as you")
        link = next(row for row in phone.rows() if row.startswith("chatd://"))
        self.enrol("bob", link)
        self.chatc("bob", "rooms")
        self.chatc("thief", "rooms", status=1)
        self.chatc("bob", "rooms")  # the copy has not the new key: it can raise no alarm again

    def test_a_copied_vault_of_the_only_device(self) -> None:
        """The admin has a new link."""
        self.enrol("bob")
        shutil.copytree(self.home / "bob", self.home / "thief")
        self.chatc("thief", "rooms")
        self.assertIn("the vault was copied", self.chatc("bob", "rooms", status=1))
        self.enrol("bob", self.link("bob"))
        self.chatc("bob", "rooms")

    def test_a_revoked_device(self) -> None:
        self.enrol("bob")
        device = self.device("bob")
        bob = self.sit("bob", size=WIDE)[0]
        self.ctl("revoke", device[:8])
        bob.sees("offline: this device was taken off the account; enrol it as a new one")
        (line,) = self.audited("device_revoked")
        self.assertEqual((line["account"], line["device"], line["by"]), ("bob", device, "admin"))
        self.leave(bob, status=1)
        self.assertIn("was taken off the account", self.chatc("bob", "rooms", status=1))
        self.audits("token_refused", "bob", device=device, reason="revoked")
        self.enrol("bob", self.link("bob"))
        self.assertNotEqual(self.device("bob"), device)

    def test_a_disabled_account(self) -> None:
        self.enrol("bob")
        device = self.device("bob")
        bob = self.sit("bob", size=WIDE)[0]
        self.ctl("disable", "bob")
        bob.sees("offline: this account is switched off; ask the server's admin")
        self.leave(bob, status=1)
        self.assertIn("is switched off", self.chatc("bob", "rooms", status=1))
        self.audits("token_refused", "bob", device=device, reason="disabled")
        self.ctl("enable", "bob")
        self.chatc("bob", "rooms")

    # ------------------------------------------------------------ passwords

    def test_wrong_passwords_of_an_account(self) -> None:
        """Three lock it for the address; the right one does not help then, the admin does."""
        self.ctl("enrol", "bob")
        self.ctl("passwd", "bob", text="open sesame\n")
        bob = self.terminal("bob", "enrol", "--plain", size=WIDE)
        bob.sees("link:")
        bob.line(self.ctl("link").strip())
        self.try_password(bob, "wrong 1", 1)
        for question in ("new vault password:", "once more:"):
            bob.sees(question)
            bob.line(self.password)
        for attempt, password in enumerate(("wrong 2", "wrong 3", "open sesame"), 2):
            self.try_password(bob, password, attempt)
        bob.sees(r"Too many wrong passwords; wait \d+ s before")
        self.assertEqual(len(self.audited("password_wrong")), 3)
        self.audits("password_wrong", "bob")
        self.audits("locked_out", "bob", seconds=60)
        self.assertEqual(self.audited("sign_in_refused")[-1]["code"], Code.LOCKED_OUT)
        self.assertEqual(self.ctl("unlock", "bob"), "unlocked for 1 address\n")
        self.try_password(bob, "open sesame", 5)
        bob.sees("connected as bob")

    def try_password(self, bob: Terminal, password: str, attempt: int) -> None:
        """As soon as it is asked for, so many times in all; what was wrong before is told first."""
        bob.sees("(?s)" + "Wrong name or password.*" * min(attempt - 1, 3))
        for question, answer in (("name", "bob"), ("password", password)):
            bob.sees("(?s)" + f"account's {question}:.*" * attempt)
            bob.line(answer)

    def test_a_wrong_password_of_a_vault(self) -> None:
        """Told here; nobody else hears of it."""
        self.enrol("bob")
        before = (self.data / "audit.log").read_text()
        bob = self.terminal("bob")
        bob.sees("vault password:")
        bob.line("wrong")
        bob.sees("The password is wrong; nothing is lost, try again")
        self.assertEqual((self.data / "audit.log").read_text(), before)
        said = self.chatc("bob", "rooms", password="wrong", status=6)
        self.assertIn("the password is wrong; nothing is lost", said)
        bob.line(self.password)
        bob.sees("connected as bob$")
