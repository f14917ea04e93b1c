"""People in a room that lasts, at a server that can be killed and started again."""

from __future__ import annotations

from chatd.domain.commands import ListUsers, Standing
from chatd.hub.room import Room
from tests.hub.account_case import AccountCase, Laptop
from tests.hub.people import Person


class LastingCase(AccountCase):
    """The wall clock stands; alice has made a room, in which bob is too."""

    wall = 1_000_000.0

    def setUp(self) -> None:
        super().setUp()
        self.alice_, self.bob_ = self.enrolled("alice", "tea"), self.enrolled("bob", "tea")
        self.alice, self.bob = self.alice_.person, self.bob_.person
        self.alice.heard()

    def back(self, laptop: Laptop) -> Person:
        """A device signs in again, wherever the server is by now."""
        laptop.move(self.server)
        person = self.successResultOf(laptop.sign_in())
        self.confirm(laptop)
        person.heard()
        return person

    def restart(self) -> None:
        """The server is killed, and alice is back."""
        self.start()
        self.alice = self.back(self.alice_)

    def room(self, name: str = "tea") -> Room:
        """What the hub knows of it."""
        room = self.server.state.rooms.get(name)
        assert room is not None, name
        return room

    def inside(self, name: str = "tea") -> list[tuple[str, Standing, bool]]:
        """Who is in a room, as alice sees it."""
        rows = self.alice.do(ListUsers(name)).users
        return [(row.nick, row.standing, row.online) for row in rows]
