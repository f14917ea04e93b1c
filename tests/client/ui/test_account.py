"""Commands about oneself: account, password, devices, and what is shown of all that."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed

from chatd.domain.device_record import DeviceRecord
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from client.model.entry import Delivery
from client.model.uplink import Stopped
from client.vault.keys import new_root_key, root_public, sign

from .at_desk import AtDesk
from .scripted import LAPTOP, ME, NOON, Desk

LINK = "chatd://chat.example.org:4170/#" + "a" * 52 + "/7K3M-9QRT-XXXX-0123-4567/" + "b" * 26
SECRETS = (LINK, "7K3M", "old horse", "new staple", "the token of a test")


class Devices:
    """Makes links as a device of one's own does."""

    def __init__(self, *, vouches: bool = True) -> None:
        self.vouches = vouches
        self.made = 0

    def add_device(self) -> Deferred[str]:
        self.made += 1
        return succeed(LINK)


class AtAccount(AtDesk):
    """Somebody who has an account."""

    def setUp(self) -> None:
        super().setUp()
        self.desk.welcome(messages.Joined("lobby", "hello", 2), me=ME)
        self.desk.members("alice", "bob")
        self.devices = self.desk.listener.devices = Devices()

    def is_nowhere(self, *secrets: str) -> None:
        """No conversation and no history holds a secret."""
        texts = [e.text for one in self.desk.model.roster for _, e in one.timeline.backwards()]
        texts += self.desk.screen.history._lines
        texts.append(repr(vars(self.desk.model)))
        for secret in secrets:
            self.assertNotIn(secret, "\n".join(texts))


class AccountTests(AtAccount):
    def test_who_one_is(self) -> None:
        self.assertIn("account", self.desk.rows()[-2])
        self.desk.line("/account")
        self.assertIn("you are alice, shown as Alice A.: level 2, member", self.last())
        self.assertIn("this device: 00010203, signed; root key mmg4 2klg", self.last())
        self.is_nowhere(*SECRETS)

    def test_guests_are_told_what_they_lack(self) -> None:
        self.desk.welcome(messages.Joined("lobby", "hello", 2))
        self.desk.members("alice")
        for line in ("/account", "/account delete", "/passwd", "/devices", "/devices add"):
            self.desk.line(line)
            self.assertIn("you are a guest here", self.last(), line)
        self.assertIn("guest", self.desk.rows()[-2])
        self.assertEqual(self.said(), [])

    def test_an_unsigned_device_is_shown_as_such(self) -> None:
        me = messages.Me(b"a" * 16, "alice", "", 9, "admin", b"", LAPTOP, False)
        self.desk.welcome(messages.Joined("lobby", "hello", 2), me=me)
        self.assertIn("admin, unsigned", self.desk.rows()[-2])
        event = messages.DeviceChanged("alice", "signed", LAPTOP, "laptop", b"")
        self.desk.listener.received(event)
        self.assertIn("admin · ", self.desk.rows()[-2])

    def test_no_nick_was_wished_for(self) -> None:
        desk = Desk()
        desk.model.nick = "root"
        desk.welcome(messages.Joined("lobby", "hello", 2), me=ME)
        self.assertNotIn("is not free", desk.text())

    def test_the_display_name(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/nick Alice in Chains")
        renamed = messages.Renamed("alice", "Alice in Chains")
        self.assertEqual(wire.answer(messages.Nick, renamed).nick, "Alice in Chains")
        self.assertIn("your display name is Alice in Chains now; your handle stays", self.last())
        self.assertTrue(desk.rows()[-1].startswith("alice›"))
        desk.line("/nick -clear")
        self.assertEqual(wire.answer(messages.Nick, messages.Renamed("alice")).nick, "")
        self.assertIn("you have no display name", self.last())

    def test_deleting_asks_for_the_handle(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/account delete")
        self.assertIn("Nobody ever gets the name alice again", " ".join(desk.text().split()))
        desk.line("bob")
        self.assertIn("nothing was deleted", self.last())
        desk.line("/account delete")
        desk.press("esc")
        self.assertEqual(self.said(), [])
        desk.line("/account delete")
        desk.line("Alice")
        wire.answer(messages.DeleteAccount)
        gone = ChatError(Code.LOGGED_OUT, "your account is deleted")
        desk.listener.connection_changed(Stopped(gone))
        self.assertEqual(self.last(), "offline: your account is deleted")
        desk.line("/account delte")
        self.assertIn("did you mean /account delete?", self.last())


class PasswordTests(AtAccount):
    def answer(self, *answers: str) -> None:
        self.desk.line("/passwd")
        for answer in answers:
            self.desk.line(answer)

    def test_the_old_one_and_the_new_one_twice(self) -> None:
        self.desk.line("/passwd")
        self.desk.type("old horse")
        self.assertNotIn("old horse", self.desk.text())
        self.desk.press("enter")
        self.desk.line("new staple")
        self.desk.line("new staple")
        asked = self.wire.answer(messages.SetPassword)
        self.assertEqual((asked.old, asked.new), ("old horse", "new staple"))
        self.assertIn("your account has the new password", self.last())
        self.is_nowhere(*SECRETS)

    def test_what_is_not_sent(self) -> None:
        self.answer("old horse", "new staple", "new stapel")
        self.assertIn("the two new passwords differ", self.last())
        self.answer("old horse", "", "")
        self.assertIn("the new password is empty", self.last())
        self.desk.line("/passwd")
        self.desk.press("esc")
        self.assertEqual(self.said(), [])

    def test_refusals_are_shown(self) -> None:
        self.answer("", "short", "short")
        self.wire.refuse(messages.SetPassword, Code.PASSWORD_TOO_SHORT)
        self.assertEqual(self.last(), "a password has at least 8 characters")

    def test_fields_are_gone_to_and_fro(self) -> None:
        self.desk.line("/passwd")
        self.desk.press("down", *"new staple", "tab", *"new staple", "up", "up", "up", *"old horse")
        self.desk.press("down", "down", "enter")
        asked = self.wire.answer(messages.SetPassword)
        self.assertEqual((asked.old, asked.new), ("old horse", "new staple"))

    def test_one_typed_in_the_line_is_never_remembered_or_sent(self) -> None:
        for line in ("/passwd new staple", "/pasword new staple"):
            self.desk.line(line)
        self.desk.press("up")
        self.assertEqual(self.desk.screen.input.editor.text, "")
        self.assertEqual(self.said(), [])
        self.is_nowhere(*SECRETS)


class DevicesTests(AtAccount):
    def setUp(self) -> None:
        super().setUp()
        root = new_root_key()
        self.found = messages.DeviceList(
            "alice",
            b"a" * 16,
            root_public(root),
            [
                self.row(LAPTOP, "laptop", root, current=True),
                self.row(bytes(range(16, 32)), "phone", seen=NOON),
                self.row(bytes(range(17, 33)), "old", state="revoked"),
                self.row(bytes(range(18, 34)), "tablet", state="suspended"),
            ],
        )

    def row(
        self,
        id: bytes,
        name: str,
        root: bytes = b"",
        *,
        seen: int = 0,
        state: str = "active",
        current: bool = False,
    ) -> messages.DeviceRow:
        """A device, signed by a root."""
        record = DeviceRecord(b"a" * 16, id + id)
        signature = sign(root, record) if root else b""
        encoded = record.encode() if root else b""
        return messages.DeviceRow(
            id, id + id, state, encoded, signature, NOON, name, seen, current=current
        )

    def listed(self) -> None:
        """Answer which devices there are."""
        self.wire.answer(messages.Devices, self.found)

    def test_the_list(self) -> None:
        self.desk.line("/devices")
        self.listed()
        shown = self.desk.text()
        for words in (
            "00010203  laptop                               signed, this one",
            "10111213  phone                 unsigned, last seen 2024-11-21 14:02",
            "12131415  tablet                       suspended, unsigned, never seen",
        ):
            self.assertIn(" ".join(words.split()), " ".join(shown.split()))
        self.assertNotIn("old", shown)
        self.desk.type("phone")
        self.desk.press("enter")
        self.assertEqual(self.desk.screen.input.editor.text, "/devices remove 10111213")

    def test_taking_one_off(self) -> None:
        desk, wire = self.desk, self.wire
        for words in ("1011", "Phone"):
            desk.line(f"/devices remove {words}")
            self.listed()
            self.assertIn("“phone” (10111213) never signs in again.", desk.text())
            desk.press("enter")
            self.assertEqual(wire.answer(messages.RevokeDevice).device, bytes(range(16, 32)))
            self.assertEqual(self.last(), "“phone” (10111213) was taken off your account")

    def test_the_one_that_one_sits_at(self) -> None:
        self.desk.line("/devices remove laptop")
        self.listed()
        self.assertIn("you are signed out at once", " ".join(self.desk.text().split()))
        self.desk.press("esc")
        self.assertEqual(self.said(), [])

    def test_no_such_one_or_several(self) -> None:
        for words, told in (("ff", "no device of yours is ff"), ("1", "more than one device")):
            self.desk.line(f"/devices remove {words}")
            self.listed()
            self.assertIn(told, self.last())
        self.desk.line("/devices remove")
        self.assertIn("type /devices remove ID", self.last())

    def test_ids_are_completed_once_they_were_listed(self) -> None:
        self.desk.line("/devices")
        self.listed()
        self.desk.press("esc")
        for typed, wanted in (
            ("/devices re", "/devices remove "),
            ("/devices bo", "/devices bob "),
            ("/devices remove 10", "/devices remove 10111213 "),
        ):
            self.desk.screen.input.editor.set(typed)
            self.desk.press("tab")
            self.assertEqual(self.desk.screen.input.editor.text, wanted)

    def test_those_of_somebody_else(self) -> None:
        self.desk.line("/devices bob")
        rows = [one for one in self.found.devices if one.state == "active"]
        found = messages.DeviceList("bob", b"a" * 16, self.found.root, rows)
        self.assertEqual(self.wire.answer(messages.Devices, found).nick, "bob")
        told = self.desk.text()
        self.assertIn("bob's root key: ", told)
        self.assertIn("bob's signed device: ", told)
        self.assertIn("bob's unsigned device: ", told)

    def test_a_signature_that_does_not_fit_is_not_believed(self) -> None:
        self.desk.line("/devices bob")
        found = messages.DeviceList("bob", b"b" * 16, self.found.root, self.found.devices[:1])
        self.wire.answer(messages.Devices, found)
        self.assertIn("bob's WRONGLY SIGNED device: ", self.last())

    def test_a_misspelt_word_is_taken_for_a_nick_and_then_put_right(self) -> None:
        self.desk.line("/devices remov")
        self.wire.refuse(messages.Devices, Code.NO_SUCH_ACCOUNT)
        self.assertIn("did you mean /devices remove?", self.last())
        self.desk.line("/devices zoe")
        self.wire.refuse(messages.Devices, Code.NO_SUCH_ACCOUNT)
        self.assertEqual(self.last(), "there is no account of this name")


class LinkTests(AtAccount):
    def test_it_is_shown_and_kept_nowhere(self) -> None:
        self.desk.line("/devices add")
        shown = "".join(row.strip() for row in self.desk.rows())
        self.assertIn(LINK, shown)
        self.desk.press("x", "esc")
        self.assertNotIn("7K3M", self.desk.text())
        self.assertIn("that device is signed as yours once it is in", self.last())
        self.is_nowhere(*SECRETS)

    def test_one_that_is_typed_here_is_not_remembered(self) -> None:
        self.desk.line(f"/enrol {LINK}")
        self.desk.line(f"look: {LINK}")
        self.desk.press("up")
        self.assertEqual(self.desk.screen.input.editor.text, "")

    def test_it_can_be_copied(self) -> None:
        self.desk.screen.start()
        self.desk.line("/devices add")
        self.desk.press("c")
        self.assertIn("\x1b]52;c;Y2hhdGQ6Ly9jaGF0LmV4", self.desk.terminal.written)
        self.assertIn("copied, where this terminal allows it", self.desk.text())

    def test_a_device_without_the_root_says_what_it_cannot_do(self) -> None:
        self.desk.listener.devices = Devices(vouches=False)
        self.desk.line("/devices add")
        self.desk.press("esc")
        self.assertIn("stays unsigned", self.last())

    def test_refusals(self) -> None:
        answer: Deferred[str] = Deferred()
        self.devices.add_device = lambda: answer  # type: ignore[method-assign]
        self.desk.line("/devices add")
        answer.errback(Refused(Code.TOO_MANY_DEVICES))
        self.assertIn("too many devices", self.last())
        self.assertIsNone(self.desk.screen.stage.dialog)


class ShownTests(AtAccount):
    def test_whois(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/whois bob")
        wire.answer(
            messages.Whois,
            messages.Person(
                "bob", "account", "native", "", NOON, 0, [], "Bob Smith", 3, "moderator", b"r" * 32
            ),
        )
        self.assertIn("bob (Bob Smith) has an account (level 3, moderator), by", self.last())
        self.assertIn("root key ", self.last())
        desk.line("/whois carol")
        person = messages.Person(
            "carol", "account", "", "", 0, 0, [], "", 1, "member", online=False
        )
        wire.answer(messages.Whois, person)
        self.assertEqual(self.last(), "carol has an account (level 1, member), not here now")

    def test_the_directory(self) -> None:
        desk, wire = self.desk, self.wire
        desk.line("/directory smi")
        rows = [
            messages.DirectoryRow("bob", "Bob Smith", 3, "member", "away", b""),
            messages.DirectoryRow("carol", "", 1, "admin", "offline", b""),
        ]
        wire.answer(messages.Directory, messages.DirectoryPage(rows[:1], True))
        asked = wire.answer(messages.Directory, messages.DirectoryPage(rows[1:], False))
        self.assertEqual(asked.after, "bob")
        self.assertIn("level 3, member, away", desk.text())
        self.assertNotIn("carol", "\n".join(desk.rows()[3:-3]))
        desk.press("enter")
        self.assertIn("between you and bob (Bob Smith)", desk.rows()[0])

    def test_words_from_another_device_are_ones_own(self) -> None:
        desk = self.desk
        desk.press("meta 1")
        desk.says("lobby", "alice", "alice was here", 1)
        desk.listener.received(messages.DirectSaid("alice", "bob", "psst", 0, 2, NOON))
        self.assertNotIn("@", desk.rows()[-2])
        desk.press("meta 3")
        self.assertEqual(desk.model.roster.current.title, "bob")
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED])


class ServiceTests(AtAccount):
    DICE = messages.ServiceRow(
        "dice", "rolls dice", 1, [messages.FieldRow("sides", "number", True, "how many")]
    )

    def services(self, *rows: messages.ServiceRow) -> None:
        """Answer which services there are."""
        self.wire.answer(messages.Services, messages.ServiceList(list(rows)))

    def test_the_list(self) -> None:
        self.desk.line("/service")
        self.services(self.DICE)
        self.assertIn("dice sides=N  rolls dice", self.desk.text())
        self.desk.press("enter")
        self.assertEqual(self.desk.screen.input.editor.text, "/service dice ")
        self.desk.press("ctrl c")
        self.desk.line("/service")
        self.services()
        self.assertIn("there are no services", self.last())

    def test_asking_one(self) -> None:
        self.desk.line("/service dice sides=6")
        self.services(self.DICE)
        reply = messages.ServiceReply([{"rolled": 4, "lucky": False}])
        asked = self.wire.answer(messages.CallService, reply)
        self.assertEqual((asked.service, asked.request), ("dice", {"sides": 6}))
        self.assertEqual(self.last(), "dice: rolled: 4; lucky: no")

    def test_several_rows_are_a_list(self) -> None:
        self.desk.line("/service dice 6")
        self.services(self.DICE)
        rows: list[dict[str, messages.Value]] = [{"rolled": 4}, {"rolled": 5}]
        self.wire.answer(messages.CallService, messages.ServiceReply(rows))
        self.assertIn("rolled: 5", self.desk.text())
        self.desk.press("5", "enter")
        self.assertIsNone(self.desk.screen.stage.dialog)

    def test_what_does_not_fit(self) -> None:
        for line, told in (
            ("/service dise", "there is no service dise here; did you mean dice?"),
            ("/service dice sides=six", "sides is a whole number, not six"),
            ("/service xyz", "there is no service xyz here; /service lists them"),
        ):
            self.desk.line(line)
            self.services(self.DICE)
            self.assertEqual(self.last(), told)
        self.assertEqual(self.said(), [])
