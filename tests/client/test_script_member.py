"""A script with an account, which stays a member of what it enters unless it leaves again."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.domain.names import fold
from client.connection import Connection
from client.credentials import Member
from client.script import Script
from tests.client.ui.together import TogetherCase


class MemberTest(TogetherCase):
    def setUp(self) -> None:
        super().setUp()
        self.bob = self.enrol(self.link("bob"))
        self.bob.does("/join #ops")
        link = self.link("robot")
        self.robot = self.enrol(link)

    def send(self, room: str) -> None:
        """As ``chatc send`` does, from the device of the robot."""
        self.robot.does("/quit")
        link = self.robot.vault.identity.server.link
        member = Member(self.robot.vault, "laptop")
        clock, network = self.network.clock, self.network
        script = Script(clock, lambda own: Connection(clock, network, link, "", own, member))

        async def work() -> None:
            await script.online()
            await script.enter(room, "")
            await script.send(f"#{room}", "done")
            await script.leave()
            await script.connection.logout()

        working = Deferred.fromCoroutine(work())
        network.settle()
        self.successResultOf(working)

    def members(self, room: str) -> set[str]:
        """Who is in a room of the server."""
        found = self.daemon.state.rooms.get(fold(room))
        return set() if found is None else {one.nick for one in found.standings}

    def test_what_it_entered_it_leaves(self) -> None:
        self.send("ops")
        self.assertIn("done", self.bob.told("#ops"))
        self.assertEqual(self.members("ops"), {"bob"})

    def test_where_it_was_before_it_stays(self) -> None:
        self.robot.does("/join #ops")
        self.send("ops")
        self.assertEqual(self.members("ops"), {"bob", "robot"})
