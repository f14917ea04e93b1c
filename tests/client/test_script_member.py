"""A script with an account, which stays a member of what it enters unless it leaves again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain.names import fold
from chatd.wire import messages
from client.connection import Connection
from client.credentials import Member
from client.history.epoch import take_epoch
from client.script import Script, Unsure
from tests.client.delivery.device_case import DeviceCase
from tests.client.history.history_case import KEY
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


class OutboxTest(DeviceCase):
    """A script has an epoch of the outbox of the device of its profile; Bob hears what it says."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.robot = self.device("bob"), self.device("robot")
        self.joined("ops", self.bob)
        self.robot.end()
        self.begin()

    def begin(self) -> None:
        """The next command is started."""
        self.epoch = take_epoch(self.robot.home, KEY)
        link = self.robot.vault.identity.server.link
        member = Member(self.robot.vault, "pc")
        self.script = Script(
            self.network.clock,
            lambda own: Connection(self.network.clock, self.network, link, "", own, member),
            epoch=self.epoch,
        )

    def sends(self, target: str, *texts: str) -> Deferred[None]:
        """Each is taken by the server, and the connection is lost before the answer."""

        async def work() -> None:
            await self.script.online()
            if target.startswith("#"):
                await self.script.enter(target[1:], "", make=False)
            else:
                await self.script.open(target)
            for text in texts:
                await self.script.send(target, text)

        sending = Deferred.fromCoroutine(work())
        self.settle()
        return sending

    def loses_answers(self) -> None:
        """What the script says from now on arrives; what it is answered goes with the connection,
        once for each text."""
        lost: set[str] = set()
        request = self.script.connection.request

        def deaf(make: Callable[[int], messages.Request]) -> Deferred[Any]:
            said, answer = make(0), request(make)
            if isinstance(said, messages.Say | messages.Direct) and said.text not in lost:
                lost.add(said.text)
                line = self.network.lines[-1]
                self.daemon.turn()
                line._carry(line.client, line.server)
                self.daemon.turn()
                line.cut()
            return answer

        self.patch(self.script.connection, "request", deaf)

    def test_each_once(self) -> None:
        for target, heard in (("#ops", "#ops"), ("bob", "robot")):
            self.begin()
            self.loses_answers()
            sending = self.sends(target, "one", "two", "two")
            self.network.advance(15)
            self.successResultOf(sending)
            self.assertEqual(self.bob.texts(heard), ["one", "two", "two"])
            self.script.connection.logout()
            self.settle()

    def test_without_an_epoch_it_is_told(self) -> None:
        self.script._epoch = 0
        self.loses_answers()
        sending = self.sends("#ops", "one")
        self.failureResultOf(sending, Unsure)
        self.assertEqual(self.bob.texts("#ops"), ["one"])

    def test_the_screen_goes_on_after_it(self) -> None:
        """Neither takes the other's places; nothing is asked of the user."""
        self.successResultOf(self.sends("#ops", "one", "same"))
        self.script.connection.logout()
        self.settle()
        again = self.robot.again().start()
        self.joined("ops", again)
        again.say("#ops", "same")
        self.settle()
        self.assertEqual(again.warnings, [])
        again.end()
        self.begin()
        self.successResultOf(self.sends("#ops", "same"))
        self.assertEqual(self.bob.texts("#ops"), ["one", "same", "same", "same"])

    def test_an_epoch_that_is_old(self) -> None:
        """The history is an old copy: then what is said has no place."""
        self.successResultOf(self.sends("#ops", "one"))
        self.script.connection.logout()
        self.settle()
        self.begin()
        self.script._epoch = 1
        sending = self.sends("#ops", "two")
        self.successResultOf(sending)
        self.assertEqual(self.bob.texts("#ops"), ["one", "two"])

    def test_none_while_something_waits(self) -> None:
        """It may have been sent in the epoch that there is."""
        again = self.robot.again()
        again.say("bob", "later")
        self.settle()
        again.end()
        self.assertEqual(take_epoch(self.robot.home, KEY), 0)
