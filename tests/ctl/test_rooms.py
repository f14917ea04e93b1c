"""``chatctl rooms``: which rooms there are, who is in them, what is kept."""

from __future__ import annotations

from chatd.domain.commands import Join
from chatd.domain.credentials import AsGuest
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages as m
from tests.ctl.case import RunningCase
from tests.hub.people import Door, Person
from tests.protocols.native.device import People


class RoomsTest(RunningCase):
    async def test_of_a_guest(self) -> None:
        peer = Person(self.server, Door())
        peer.session, _ = await self.server.hub.sign_in(peer, AsGuest("ann"), b"", 0.0)
        peer.do(Join("tea"))
        peer.session.person.rooms[0].topic = "which\x1b[2Jkind"
        self.assertEqual(
            await self.ctl("rooms"),
            "ROOM  PEOPLE  HERE  OWNER  LEVEL  KIND     KEEPS  BANS  TOPIC\n"
            "#tea  1       1     ann    0      passing               "
            "which\N{REPLACEMENT CHARACTER}[2Jkind\n",
        )
        (room,) = (await self.json("rooms"))["rooms"]
        self.assertEqual((room["name"], room["members"]), ("tea", 1))

    async def test_that_last(self) -> None:
        people = People(self.server, NativeFactory(self.server.around))
        alice, bob = people.member("alice"), people.member("bob")
        alice.caller.send(m.Join(1, "den", "", 0, False, True), m.Join(2, "tea"))
        alice.caller.send(m.SetRoom(3, "tea", retention=604_800))
        bob.caller.send(m.Join(1, "tea"), m.Logout(2))
        self.assertEqual(
            await self.ctl("rooms"),
            "ROOM  PEOPLE  HERE  OWNER  LEVEL  KIND    KEEPS  BANS  TOPIC\n"
            "#den  1       1     alice  0      sealed\n"
            "#tea  2       1     alice  0      open    7d\n",
        )
