"""One thing for a script: signing in, sending in order, lists of many pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError

from chatd.domain.limits import Limits
from chatd.domain.link import Link
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.script import PATIENCE, Unsure
from tests.client.by_hand import welcome
from tests.client.listener import Subscriber
from tests.client.script_case import ScriptTest


class SigningInTest(ScriptTest):
    def test_refused(self) -> None:
        self.assertEqual(self.refused(self.unsigned(nick="bob").online()), Code.NICK_TAKEN)
        self.assertEqual(
            self.refused(self.unsigned(link=Link("127.0.0.1")).online()), Code.SERVER_KEY_UNKNOWN
        )

    def test_nobody_there(self) -> None:
        self.network.down = ConnectionRefusedError()
        self.assertEqual(self.refused(self.unsigned().online()), Code.CONNECTION_LOST)

    def test_given_up_before_it_came_so_far(self) -> None:
        script = self.unsigned()
        online = Deferred.fromCoroutine(script.online())
        online.cancel()
        self.failureResultOf(online)
        gone = script.connection.logout()
        self.network.settle()
        self.successResultOf(gone)
        self.assertEqual(self.network.server.hub.counts()["sessions"], 1)


class SendingTest(ScriptTest):
    def test_to_a_room_and_to_a_person(self) -> None:
        script = self.script()
        self.done(script.enter("tea", "mint"))
        accepted = self.done(script.send("#Tea", "hello"))
        self.assertEqual(self.done(script.send("BOB", "psst")).id, accepted.id + 1)
        self.assertEqual(self.heard(), ["hello", "psst"])

    def test_refused_for_good(self) -> None:
        script = self.script()
        self.assertEqual(self.refused(script.enter("tea", "wrong")), Code.WRONG_PASSWORD)
        self.assertEqual(self.refused(script.send("#tea", "hi")), Code.NOT_IN_ROOM)
        self.assertEqual(self.refused(script.send("nobody", "hi")), Code.NO_SUCH_NICK)
        self.assertEqual(self.refused(script.send("bob", "")), Code.MESSAGE_EMPTY)
        self.assertEqual(self.heard(), [])

    def test_being_in_the_room_already_is_no_error(self) -> None:
        script = self.script()
        for _ in range(2):
            self.done(script.enter("tea", "mint"))

    def test_a_room_that_vanishes_while_it_is_looked_for(self) -> None:
        """It is not made again."""
        script = self.script()
        request = script.connection.request

        def late(make: Any) -> Deferred[Any]:
            answer = request(make)
            self.network.settle()
            if isinstance(make(0), messages.Users):
                self.ask(partial(messages.Leave, room="tea"))
            return answer

        self.patch(script.connection, "request", late)
        self.assertEqual(self.refused(script.enter("tea", "mint", make=False)), Code.NO_SUCH_ROOM)
        script.connection.logout()
        self.network.settle()
        self.assertNotIn("tea", self.network.server.state.rooms)

    def test_lost_before_the_answer(self) -> None:
        script = self.script()
        sending = Deferred.fromCoroutine(script.send("bob", "hi"))
        self.network.lines[-1].cut()
        self.assertEqual(self.code(sending), Code.CONNECTION_LOST)

    def test_a_connection_that_comes_back_is_waited_for(self) -> None:
        """Nobody has to be told: what is said while there is none is said later."""
        script = self.script()
        self.network.down = ConnectionRefusedError()
        self.network.lines[-1].cut()
        sending = self.begun(script.send("bob", "hi"))
        self.network.advance(3)
        self.assertNoResult(sending)
        self.network.down = None
        self.network.advance(6)
        self.successResultOf(sending)
        self.assertEqual(self.heard(), ["hi"])

    def test_one_that_does_not_come_back_is_given_up(self) -> None:
        script = self.script()
        self.network.down = ConnectionRefusedError()
        self.network.lines[-1].cut()
        sending = self.begun(script.send("bob", "hi"))
        self.network.advance(PATIENCE)
        error = self.failureResultOf(sending, ChatError).value
        self.assertEqual(error.text, "there is no connection for 10 seconds")
        self.assertNotIsInstance(error, Unsure)

    def test_what_the_server_ends_is_not_waited_for(self) -> None:
        script = self.script()
        self.network.server.hub.close_all(ChatError(Code.REPLACED))
        self.network.settle()
        self.assertEqual(self.refused(script.send("bob", "hi")), Code.REPLACED)


class PacedTest(ScriptTest):
    """The server's limit: the fifth message within five seconds is too many."""

    limits = Limits()

    def test_waits_as_told_and_keeps_the_order(self) -> None:
        script = self.script()
        texts = [str(number) for number in range(10)]
        asked: list[Any] = []
        request = script.connection.request

        def counted(make: Any) -> Deferred[Any]:
            asked.append(make)
            return request(make)

        self.patch(script.connection, "request", counted)

        async def work() -> None:
            for text in texts:
                await script.send("bob", text)

        sending = self.begun(work())
        self.assertEqual(self.heard(), texts[:4])
        self.network.advance(4.5)
        self.assertEqual(self.heard(), texts[:4])
        self.network.advance(0.5)
        self.assertEqual(self.heard(), texts[:8])
        self.network.advance(5)
        self.assertEqual(self.heard(), texts)
        self.successResultOf(sending)
        self.assertEqual(len(asked), len(texts) + 2)


class PagesTest(ScriptTest):
    limits = Limits(page=3, rate_count=0)

    def test_all_rooms_and_people(self) -> None:
        for number in range(10):
            self.ask(partial(messages.Join, room=f"room{number}"))
        script = self.script()
        rows = self.done(script.pages(messages.Rooms, lambda page: page.rooms))
        names = sorted(["tea", *(f"room{number}" for number in range(10))])
        self.assertEqual([row.name for row in rows], names)
        others = [self.script(nick=f"other{number}") for number in range(5)]
        people = self.done(
            script.pages(lambda i, after: messages.Users(i, "", after), lambda page: page.users)
        )
        self.assertEqual(len(people), 2 + len(others))
        self.assertEqual(len({row.nick for row in people}), len(people))

    def test_more_of_nothing(self) -> None:
        """A server that always says there is more does not keep a script for ever."""
        hand = Subscriber(by_hand=2)
        hand.start()
        server = hand.hands.made[0]
        server.say(welcome())
        hand.network.settle()
        script = self.unsigned()
        script.connection = hand.connection
        listing = Deferred.fromCoroutine(script.pages(messages.Rooms, lambda page: page.rooms))
        hand.network.settle()
        server.answer(server.took()[-1], messages.RoomPage([], 7, True))
        hand.network.settle()
        self.assertEqual(self.successResultOf(listing), [])
