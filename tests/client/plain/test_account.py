"""What the line mode asks of an account's holder, and what it never prints or keeps."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed

from chatd.domain.commands import Standing
from chatd.wire import messages
from client.model.uplink import Online
from tests.client.ui.scripted import LIMITS, ME, NOON

from .lines import AtLines

LINK = "chatd://chat.example.org:4170/#" + "a" * 52 + "/7K3M-9QRT-XXXX-0123-4567"


class Devices:
    """Makes links as a device of one's own does."""

    vouches = True

    def __init__(self) -> None:
        self.made = 0

    def add_device(self) -> Deferred[str]:
        self.made += 1
        return succeed(LINK)


class AtAccount(AtLines):
    """Somebody who has an account."""

    def setUp(self) -> None:
        super().setUp()
        tea = messages.Joined("tea", "green or black", 2)
        self.listener.welcomed(messages.Welcome("alice", b"", b"", NOON, LIMITS, [tea], me=ME))
        self.wire.answer(messages.Blocks, messages.BlockPage([], False))
        self.listener.connection_changed(Online())
        rows = [messages.UserRow("alice", ""), messages.UserRow("bob", "")]
        self.wire.answer(messages.Users, messages.UserPage(rows, 2, False))
        self.devices = self.listener.devices = Devices()
        self.new()

    def kept(self) -> str:
        """All that the program keeps."""
        texts = [e.text for one in self.model.roster for _, e in one.timeline.backwards()]
        return "\n".join([*texts, *self.screen.history._lines])


class AccountTest(AtAccount):
    def test_the_password_is_asked_for_in_turn_and_not_seen(self) -> None:
        self.type("/passwd")
        self.assertTrue(
            self.new().endswith("Account password, present password (not shown): "), self.sheet.text
        )
        self.type("old horse")
        self.assertTrue(self.sheet.hidden)
        self.assertTrue(self.new().endswith("Account password, new password (not shown): "))
        self.type("new staple", "new staple")
        asked = self.wire.answer(messages.SetPassword)
        self.assertEqual((asked.old, asked.new), ("old horse", "new staple"))
        self.assertFalse(self.sheet.hidden)
        self.assertIn("your account has the new password", self.new())
        self.assertNotIn("staple", self.kept())

    def test_empty_lines_leave_it(self) -> None:
        self.type("/passwd", "", "", "")
        self.assertIn("Account password: left out", self.new())
        self.assertEqual(self.wire.pending(), [])

    def test_deleting_is_asked_for_where_it_is_seen(self) -> None:
        self.type("/account delete")
        self.assertFalse(self.sheet.hidden)
        self.assertTrue(self.new().endswith("Delete your account, handle: "))
        self.type("alice")
        self.wire.answer(messages.DeleteAccount)

    def test_what_cannot_be_taken_back_asks_for_a_yes(self) -> None:
        self.type("/owner bob")
        self.assertTrue(self.new().endswith("Owner, hand it over? yes or no: "))
        self.type("no")
        self.assertIn("Owner: left out", self.new())
        self.type("/owner bob", "Yes")
        self.assertEqual(self.wire.answer(messages.SetStanding).standing, Standing.OWNER)

    def test_a_link_is_printed_once_and_kept_nowhere(self) -> None:
        self.type("/devices add")
        self.assertIn(f"gets in as you, once:\n{LINK}\n", self.new())
        self.assertNotIn("7K3M", self.kept())

    def test_lists_are_printed(self) -> None:
        self.type("/bans")
        rows = [messages.BanRow("~eve", "bob", "spam", NOON, 0)]
        self.wire.answer(messages.Bans, messages.BanPage(rows, False))
        self.assertIn("-- Banned from #tea:\n   ~eve  spam  by bob, 2024-11-21 14:02\n", self.new())
        self.type("/devices")
        row = messages.DeviceRow(b"\x10" * 16, b"", "active", b"", b"", 0, "laptop", current=True)
        self.wire.answer(messages.Devices, messages.DeviceList("alice", b"", b"", [row]))
        self.assertIn("   10101010  laptop  unsigned, this one\n", self.new())

    def test_ranks_and_rules_are_told(self) -> None:
        self.hears(messages.StandingChanged("tea", "bob", Standing.MODERATOR, "alice"))
        self.hears(messages.RoomChanged("tea", "bob", 0, False, True))
        self.hears(messages.Kicked("tea", "alice", "bob", "late"))
        self.hears(messages.Invited("ops", "bob"))
        self.assertEqual(
            self.sheet.text.strip("\n").splitlines(),
            [
                "[14:02] #tea -- you made bob a moderator of this room",
                "[14:02] #tea -- bob changed the room: only the owner and moderators set the topic",
                "[14:02] #tea !! bob put you out: late",  # one is looking there: no bell
                "\a[14:02] -- bob invites you to #ops; /join #ops enters it",
            ],
        )


class PipeTest(AtAccount):
    interactive = False

    def test_no_secret_is_asked_for_or_printed(self) -> None:
        self.type("/passwd", "/devices add", "/account delete", "/owner bob")
        printed = self.new()
        for words in ("Account password", "Delete your account", "Owner"):
            self.assertRegex(printed, f"{words}: .*; it can only be typed at a terminal")
        self.assertIn("it is shown at a terminal only", printed)
        self.assertEqual((self.devices.made, self.wire.pending()), (0, []))
