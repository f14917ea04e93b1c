"""The lobby: everyone is in it, and it lasts from the first account on."""

from __future__ import annotations

from chatd.domain.account import Role
from chatd.domain.commands import Ban, Join, Leave, ListMine, SetTopic, Standing
from chatd.domain.events import Entered
from chatd.errors import Code
from tests.hub.account_case import AccountCase


class Lobby(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.server.state.lobby = "hall"

    def lasts(self) -> bool:
        room = self.server.state.rooms.get("hall")
        assert room is not None
        return bool(room.conversation)

    def test_lasts_from_the_first_account_on(self) -> None:
        guest = self.person("guest")
        self.assertFalse(self.lasts())
        alice = self.enrolled("alice").person
        self.assertTrue(self.lasts())
        self.assertEqual(guest.heard(), [Entered("hall", "alice", True)])
        (row,) = alice.do(ListMine()).rooms
        self.assertEqual((row.room, row.standing, row.members), ("hall", Standing.MEMBER, 2))
        self.hub.sign_out(guest.session)
        self.start()
        self.assertTrue(self.lasts())

    def test_keeps_what_it_was_before(self) -> None:
        root_ = self.enrolled("root", role=Role.ADMIN)
        troll, guest = self.person("troll"), self.person("guest")
        guest.address = "192.0.2.9"
        guest.do(SetTopic("hall", "ours"))
        root_.person.do(Leave("hall"), Ban("hall", "troll"), Join("hall"))
        self.start()
        self.server.state.lobby = "hall"
        room = self.server.state.rooms.get("hall")
        assert room is not None
        self.assertEqual(room.topic, "ours")
        self.refused(Code.BANNED, self.person("troll"), Join("hall"))
        self.assertEqual(troll.session.room_names, [])

    def test_who_left_it_comes_in_again_with_the_next_sign_in(self) -> None:
        laptop = self.enrolled("alice")
        laptop.person.do(Leave("hall"))
        self.hub.sign_out(laptop.person.session)
        self.assertEqual(self.successResultOf(laptop.sign_in()).session.room_names, ["hall"])

    def test_a_guest_comes_while_it_is_made(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        guest = self.person("guest")
        self.assertEqual(guest.session.room_names, ["hall"])
        self.assertNoResult(knock)
        self.store.finish()
        self.assertEqual(self.successResultOf(knock).session.room_names, ["hall"])
        self.assertTrue(self.lasts())

    def test_nobody_enters_for_a_connection_that_gave_up(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        knock.addErrback(lambda failure: None)
        knock.cancel()
        self.store.finish()
        self.assertEqual(self.hub.counts()["sessions"], 0)

    def test_a_full_disk_keeps_nobody_out_of_the_server(self) -> None:
        self.store.only = frozenset({"add_room"})
        self.store.held = True
        laptop = self.laptop()
        knock = laptop.enrol(self.invite("alice"))
        self.store.full = True
        self.store.fail()
        self.assertEqual(self.successResultOf(knock).session.room_names, [])
