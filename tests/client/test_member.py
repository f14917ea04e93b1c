"""``chatc`` for scripts, as a member: enrolled, signed in, refused."""

from __future__ import annotations

import json
import os
import shlex
from functools import partial

from twisted.internet.error import ConnectionRefusedError

from chatd.domain.account import Role
from chatd.domain.administration import Disable, Enrol, RevokeByAdmin, SetAccountPassword
from chatd.domain.link import Link
from chatd.errors import Code
from chatd.wire import messages
from client.profile import default_home
from client.status import Status
from client.vault.vault import Vault
from tests.client.machine import Safe
from tests.client.shell import ShellTest
from tests.client.vault.vault_case import PASSWORD

OTHER = "b" * 51 + "a"


class MemberTest(ShellTest):
    """Alice, whose vault is in the profile; Bob is a guest."""

    def setUp(self) -> None:
        super().setUp()
        self.enrol(self.invite("alice"))

    def invite(self, handle: str, role: Role = Role.MEMBER) -> str:
        """A link for somebody."""
        made = self.network.server.hub.administer(Enrol(handle, role=role))
        return f"{self.link}/{self.successResultOf(made).one_time_id}"

    def enrol(self, link: str, *words: str, home: str = "") -> int:
        usual = ("--home", home or str(self.home), "enrol", "--no-chat")
        secrets = (*self.secret("--link-fd", link), *self.secret("--password-fd", PASSWORD))
        return self.chatc(*usual, *secrets, *words, bare=True)

    def alice(self, *words: str, password: str = PASSWORD) -> int:
        """She runs a command."""
        opened = self.secret("--password-fd", password)
        return self.chatc("--home", str(self.home), *words, *opened, bare=True)

    def holds(self) -> Vault:
        """Her vault, closed again."""
        vault = Vault.open(self.home, PASSWORD)
        vault.close()
        return vault


class EnrolTest(MemberTest):
    """``chatc enrol --no-chat``"""

    def test_one_line_for_a_script(self) -> None:
        link = self.invite("carol")
        self.assertEqual(self.enrol(link, home=self.mktemp()), Status.DONE)
        self.assertEqual(self.out, "enrolled as carol on 127.0.0.1:4170\n")
        self.assertNotIn(link.rpartition("/")[2], self.out + self.err)

    def test_everything_through_one_descriptor(self) -> None:
        number = self.secret("--link-fd", f"{self.invite('carol')}\n{PASSWORD}")[1]
        options = ("--link-fd", number, "--password-fd", number, "--no-chat")
        words = ("--home", self.mktemp(), "enrol", *options)
        self.assertEqual(self.chatc(*words, bare=True), Status.DONE, self.err)

    def test_by_the_accounts_password(self) -> None:
        order = SetAccountPassword("alice", "geheim geheim")
        self.successResultOf(self.network.server.hub.administer(order))
        words = ("--account", "alice", *self.secret("--account-password-fd", "geheim geheim"))
        self.assertEqual(self.enrol(self.link, *words, home=self.mktemp()), Status.DONE, self.err)

    def test_what_goes_wrong(self) -> None:
        for link, status, says in (
            ("http://example.org", Status.USAGE, "no link"),
            (f"{self.link}/0000", Status.REFUSED, "not known here"),
            (f"{self.invite('carol')}", Status.DONE, ""),
            (f"chatd://127.0.0.1/#{OTHER}/0000", Status.KEY, "STOP"),
            ("chatd://127.0.0.1", Status.KEY, "trust"),
        ):
            self.assertEqual(self.enrol(link, home=self.mktemp()), status, self.err)
            self.assertIn(says, self.err)
        self.network.down = ConnectionRefusedError()
        self.assertEqual(self.enrol(self.invite("dave"), home=self.mktemp()), Status.NO_CONNECTION)

    def test_why_not_is_said_once(self) -> None:
        unknown, link = f"{self.link}/0000", self.invite("carol")
        self.assertEqual(self.enrol(unknown, home=self.mktemp()), Status.REFUSED)
        self.assertEqual(self.err.lower().count("not known here"), 1, self.err)
        self.network.down = ConnectionRefusedError()
        for unreached in (link, "chatd://127.0.0.1"):
            self.assertEqual(self.enrol(unreached, home=self.mktemp()), Status.NO_CONNECTION)
            self.assertEqual(self.err.lower().count("cannot connect"), 1, self.err)

    def test_a_refused_link_leaves_a_vault_for_another_one(self) -> None:
        home = self.mktemp()
        self.enrol(f"{self.link}/0000", home=home)
        self.assertEqual(self.enrol(self.invite("carol"), home=home), Status.DONE, self.err)

    def test_a_link_in_the_arguments(self) -> None:
        """Refused wherever it stands, and not repeated."""
        link = self.invite("carol")
        secret = link.rpartition("/")[2]
        made = len(self.network.lines)
        for words in (
            ("enrol", link),
            (link,),
            ("--server", link, "rooms"),
            (f"--server={link}", "rooms"),
            ("trust", f"{link}/aaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("send", "bob", f"come in: {link}"),
            ("--plain", link.upper()),
            (f"chatd://127.0.0.1/#mistyped/{secret}",),
        ):
            self.assertEqual(self.chatc(*words, bare=True), Status.USAGE)
            self.assertIn("others on this machine can read every command", self.err)
            self.assertNotIn(secret.lower(), self.err.lower())
        self.assertEqual(len(self.network.lines), made)

    def test_words_that_only_look_like_it(self) -> None:
        for words in (("send", "bob", "#tea/coffee"), ("send", "bob", f"#{'a' * 52} / b")):
            expected = Status.USAGE if "a" * 52 in words[2] else Status.DONE
            self.assertEqual(self.chatc("--guest", "robot", *words), expected)


class SignInTest(MemberTest):
    def test_commands(self) -> None:
        self.assertEqual(self.alice("send", "bob", "hello"), Status.DONE, self.err)
        (heard,) = self.bob.heard.take(messages.DirectSaid)
        self.assertEqual((heard.sender, heard.text), ("alice", "hello"))
        self.assertEqual(self.alice("who"), Status.DONE)
        self.assertEqual(self.out, "alice\nbob\n")

    def test_each_time_another_token(self) -> None:
        tokens = {self.holds().identity.token}
        for _ in range(3):
            self.assertEqual(self.alice("rooms"), Status.DONE, self.err)
            tokens.add(self.holds().identity.token)
        self.assertEqual(len(tokens), 4)

    def test_the_keychain_opens_it(self) -> None:
        Safe(self.home).remember(PASSWORD)
        self.assertEqual(self.chatc("--home", str(self.home), "rooms", bare=True), Status.DONE)

    def test_a_wrong_password(self) -> None:
        self.assertEqual(self.alice("rooms", password="wrong"), Status.LOCKED)
        self.assertIn("the password is wrong", self.err)
        self.assertEqual(self.alice("rooms"), Status.DONE)

    def test_in_use(self) -> None:
        vault = Vault.open(self.home, PASSWORD)
        self.assertEqual(self.alice("rooms"), Status.LOCKED)
        vault.close()

    def test_a_guest_beside_it(self) -> None:
        """The vault is left alone."""
        words = ("--home", str(self.home), "--guest", "robot", "--server", self.link, "who")
        self.assertEqual(self.chatc(*words, bare=True), Status.DONE)
        self.assertEqual(self.out, "bob\nrobot\n")

    def test_profiles_by_name(self) -> None:
        self.patch(os, "environ", {"XDG_DATA_HOME": str(self.home.parent.absolute())})
        self.assertEqual(self.chatc("--profile", "../x", "who", bare=True), Status.USAGE)
        home = str(default_home("work"))
        self.assertTrue(home.endswith("chatc/profiles/work"))
        self.assertEqual(self.enrol(self.invite("carol"), home=home), Status.DONE)
        opened = self.secret("--password-fd", PASSWORD)
        self.assertEqual(self.chatc("--profile", "work", "who", *opened, bare=True), Status.DONE)
        self.assertIn("carol", self.out)

    def test_the_server_that_is_named(self) -> None:
        for server, status in (
            (self.link, Status.DONE),
            ("chatd://127.0.0.1", Status.DONE),
            (f"chatd://localhost/#{self.key}", Status.DONE),
            ("chatd://localhost", Status.USAGE),
            (f"chatd://127.0.0.1/#{OTHER}", Status.KEY),
            (f"chatd://localhost/#{OTHER}", Status.USAGE),
        ):
            self.assertEqual(self.alice("--server", server, "rooms"), status, (server, self.err))
        self.assertIn("--profile NAME", self.err)
        self.assertEqual(self.holds().identity.server.link, Link.parse(self.link))

    def test_the_server_has_another_key(self) -> None:
        vault = Vault.open(self.home, PASSWORD)
        server = partial(type(vault.identity.server), "127.0.0.1", 4170, False)
        vault.save(type(vault.identity)(server(OTHER), vault.identity.device_key, token=bytes(32)))
        vault.close()
        self.assertEqual(self.alice("rooms"), Status.KEY)
        self.assertIn("STOP", self.err)

    def test_an_enrolment_that_was_not_finished(self) -> None:
        self.enrol(f"{self.link}/0000", home=(home := self.mktemp()))
        opened = self.secret("--password-fd", PASSWORD)
        self.assertEqual(self.chatc("--home", home, "rooms", *opened, bare=True), Status.LOCKED)
        self.assertEqual(
            shlex.split(self.err.splitlines()[-1])[-3:], ["--home", os.path.abspath(home), "enrol"]
        )

    def test_a_vault_that_is_damaged_or_gone(self) -> None:
        """What mends it is told as it can be pasted, for this profile."""
        for spoil in (
            lambda vault: vault.write_bytes(vault.read_bytes()[:-1]),
            lambda vault: vault.unlink(),
        ):
            spoil(self.home / "vault")
            self.assertEqual(self.alice("passwd"), Status.LOCKED)
            command = shlex.split(self.err.splitlines()[-1])
            self.assertEqual(command[-3:], ["--home", str(self.home.absolute()), "enrol"])


class RefusedTest(MemberTest):
    """Each with what to do next."""

    def refused(self, code: Code, says: str) -> None:
        self.assertEqual(self.alice("rooms"), Status.REFUSED)
        self.assertIn(says, self.err)
        self.assertIn(code, self.network.server.audit.codes("sign_in_refused"))

    def order(self, order: object) -> None:
        self.successResultOf(self.network.server.hub.administer(order))  # type: ignore[arg-type]

    def test_a_copied_vault(self) -> None:
        """The first of the two that signs in is in; the other one is found out."""
        copy = (self.home / "vault").read_bytes()
        self.assertEqual(self.alice("rooms"), Status.DONE)
        (self.home / "vault").write_bytes(copy)
        self.network.advance(60)
        self.refused(Code.VAULT_COPIED, "the vault was copied")
        self.assertEqual(self.err.splitlines()[-1].split()[-1], "enrol")
        self.refused(Code.DEVICE_SUSPENDED, "was suspended")
        self.assertEqual(self.enrol(self.invite("alice")), Status.DONE, self.err)
        self.assertEqual(self.alice("rooms"), Status.DONE)

    def test_a_revoked_device(self) -> None:
        device = self.holds().identity.device
        self.order(RevokeByAdmin(device.hex()))
        self.refused(Code.DEVICE_REVOKED, "taken off the account")
        self.assertEqual(self.enrol(self.invite("alice")), Status.DONE, self.err)
        self.assertNotEqual(self.holds().identity.device, device)

    def test_an_account_that_is_switched_off(self) -> None:
        self.order(Disable("alice"))
        self.refused(Code.ACCOUNT_DISABLED, "switched off")


class ListTest(MemberTest):
    def test_devices(self) -> None:
        self.assertEqual(self.alice("devices"), Status.DONE)
        self.assertRegex(self.out, r"^[0-9a-f]{8}  .*  active  signed  this one\n$")
        self.assertEqual(self.alice("devices", "--json"), Status.DONE)
        row = json.loads(self.out)
        self.assertEqual((row["state"], row["signed"], row["current"]), ("active", True, True))
        self.assertEqual(row["id"], self.holds().identity.device.hex())

    def test_a_guest_has_none(self) -> None:
        self.assertEqual(self.chatc("--guest", "robot", "devices"), Status.REFUSED)
        self.assertIn("needs an account", self.err)
