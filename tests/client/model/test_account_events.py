"""Accounts: who one is, what others are called, and what happens to one's devices."""

from __future__ import annotations

from chatd.wire import messages
from client.model.entry import EntryKind

from .model_case import ModelCase, texts

LAPTOP, PHONE = bytes(range(16)), bytes(range(16, 32))
ME = messages.Me(b"a" * 16, "alice", "", 2, "admin", b"r" * 32, LAPTOP, False, b"a token")


class AccountTests(ModelCase):
    def setUp(self) -> None:
        super().setUp()
        self.welcome(messages.Joined("red", "colours", 2), me=ME)

    def device(self, what: str, id: bytes = PHONE, nick: str = "alice", name: str = "phone") -> str:
        """Something happens to a device.

        :return: what is told of it.
        """
        self.tell(messages.DeviceChanged(nick, what, id, name, b"k" * 32))
        return texts(self.model.roster.server)[-1]

    def test_a_welcome_tells_who_one_is_and_leaves_the_token_out(self) -> None:
        account = self.model.account
        assert account is not None
        self.assertEqual((account.handle, account.level, account.title), ("alice", 2, "admin"))
        self.assertNotIn("token", repr(account))
        self.assertNotIn("token", repr(vars(self.model)))
        self.welcome()
        self.assertIsNone(self.model.account)

    def test_display_names(self) -> None:
        self.tell(messages.DirectSaid("bob", "alice", "psst", 0, 1, 3))
        self.tell(messages.DisplayChanged("Bob", "Bob Smith"))
        self.assertEqual(self.model.display("bob"), "Bob Smith")
        self.tell(messages.DisplayChanged("bob", ""))
        self.assertEqual(self.model.display("bob"), "")
        self.assertEqual(
            texts(self.person("bob"))[1:],
            ["Bob's display name is Bob Smith now", "bob took the display name away"],
        )
        self.tell(messages.DisplayChanged("carol", "Carol"))
        self.assertEqual(self.model.display("carol"), "Carol")

    def test_ones_own_display_name_from_elsewhere(self) -> None:
        self.tell(messages.DisplayChanged("alice", "Alice A."))
        assert self.model.account is not None
        self.assertEqual(self.model.account.display, "Alice A.")
        told = texts(self.model.roster.server)
        self.assertEqual(told, ["your display name is Alice A. now"])

    def test_lists_tell_display_names(self) -> None:
        rows = [messages.UserRow("bob", "", True, "Bob Smith"), messages.UserRow("eve", "")]
        self.model.set_members(self.red, rows)
        self.assertEqual(self.model.display("BOB"), "Bob Smith")
        self.model.set_members(self.red, [messages.UserRow("bob", "", True)])
        self.assertEqual(self.model.display("bob"), "")

    def test_a_new_device_says_what_to_do_if_it_was_somebody_else(self) -> None:
        told = self.device("enrolled")
        self.assertIn("a new device is on your account: “phone” (10111213)", told)
        self.assertIn("/devices remove 10111213", told)
        self.assertIn("“\x1b[2J”", self.device("enrolled", name="\x1b[2J"))

    def test_it_is_not_missed_where_the_user_looks_elsewhere(self) -> None:
        self.model.roster.switch(self.red)
        changed = messages.DeviceChanged("alice", "suspended", PHONE, "phone", b"")
        attention = self.tell(changed)
        self.assertIsNotNone(attention)
        self.assertIn("“phone” (10111213) was suspended", texts(self.red)[-1])
        self.assertIs(self.red.timeline[self.red.timeline.end - 1].kind, EntryKind.ERROR)
        self.assertEqual(self.model.roster.active(), [self.model.roster.server])

    def test_the_others(self) -> None:
        self.assertIn("10111213 was taken off your account", self.device("revoked", name=""))
        self.assertEqual(self.device("melted"), "your device “phone” (10111213): melted")
        told = self.device("suspended", nick="bob")
        self.assertIn("the device “phone” (10111213) of bob was suspended", told)

    def test_the_own_device_is_known_as_signed_from_then_on(self) -> None:
        self.device("signed", PHONE)
        assert self.model.account is not None
        self.assertFalse(self.model.account.signed)
        self.device("signed", LAPTOP)
        self.assertTrue(self.model.account.signed)
