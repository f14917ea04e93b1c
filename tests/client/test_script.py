"""One thing for a script: sending in order, lists of many pages, following through losses."""

from __future__ import annotations

import os
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.connection import Connection
from client.script import Script, as_line, said
from tests.client.by_hand import welcome
from tests.client.listener import Subscriber
from tests.support.network import Network
from tests.support.server import Server


class ScriptTest(SynchronousTestCase):
    """A script, and Bob in #tea who is a full client.

    :cvar limits: the server's.
    """

    limits = Limits(rate_count=0)

    def setUp(self) -> None:
        self.network = Network(Server(self.limits))
        self.bob = Subscriber(self.network, nick="Bob")
        self.bob.start()
        self.ask(partial(messages.Join, room="tea", password="mint"))
        self.told: list[dict[str, Any]] = []

    def ask(self, make: Any) -> Any:
        """Bob does something."""
        answer = self.bob.connection.request(make)
        self.network.settle()
        return self.successResultOf(answer)

    def heard(self) -> list[str]:
        """What Bob heard."""
        self.network.settle()
        kinds = messages.RoomSaid | messages.DirectSaid
        return [one.text for one in self.bob.heard.told if isinstance(one, kinds)]

    def script(self, **options: Any) -> Script:
        """Signed in."""
        script = self.unsigned(**options)
        self.done(script.online())
        return script

    def unsigned(self, **options: Any) -> Script:
        usual = {"pin": self.bob.connection._pin, "nick": "robot", "strict": True, "tries": 1}
        options = {**usual, **options}
        return Script(
            self.network.clock,
            lambda own: Connection(self.network.clock, self.network, listener=own, **options),
        )

    def begun(self, work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
        """As far as it comes without waiting."""
        begun = Deferred.fromCoroutine(work)
        self.network.settle()
        return begun

    def done(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.successResultOf(self.begun(work))

    def refused(self, work: Coroutine[Any, Any, Any]) -> Code:
        return self.code(self.begun(work))

    def code(self, failed: Deferred[Any]) -> Code:
        error = self.failureResultOf(failed, ChatError).value
        assert isinstance(error, ChatError)
        return error.code


class SigningInTest(ScriptTest):
    def test_refused(self) -> None:
        self.assertEqual(self.refused(self.unsigned(nick="bob").online()), Code.NICK_TAKEN)
        self.assertEqual(self.refused(self.unsigned(pin="").online()), Code.SERVER_KEY_UNKNOWN)

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

    def test_lost_before_the_answer(self) -> None:
        script = self.script()
        sending = Deferred.fromCoroutine(script.send("bob", "hi"))
        self.network.lines[-1].cut()
        self.assertEqual(self.code(sending), Code.CONNECTION_LOST)


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


class FollowingTest(ScriptTest):
    def follow(self, target: str, password: str = "", enough: int = 0) -> Deferred[None]:
        self.follower = self.script()

        def tell(message: dict[str, Any]) -> bool:
            self.told.append(message)
            return len(self.told) == enough

        return self.begun(self.follower.follow(target, tell, password))

    def texts(self) -> list[str]:
        self.network.settle()
        return [one["text"] for one in self.told]

    def say(self, text: str, room: str = "tea") -> None:
        self.ask(partial(messages.Say, room=room, text=text))

    def tell(self, text: str) -> None:
        self.ask(partial(messages.Direct, to="robot", text=text))

    def test_a_room_whatever_case(self) -> None:
        self.follow("#TEA", "mint")
        self.ask(partial(messages.Join, room="coffee"))
        self.follower.connection.request(partial(messages.Join, room="coffee"))
        self.say("in tea")
        self.say("in coffee", "coffee")
        self.tell("to you")
        self.ask(partial(messages.Broadcast, text="to all"))
        self.assertEqual(self.texts(), ["in tea"])
        (message,) = self.told
        self.assertEqual((message["from"], message["target"]), ("Bob", "#tea"))

    def test_a_person_whatever_case(self) -> None:
        self.follow("BOB")
        self.say("in tea")
        self.tell("to you")
        self.ask(lambda number: messages.Direct(number, "robot", "waves", 1))
        self.ask(partial(messages.Broadcast, text="to all"))
        self.done(self.script(nick="eve").send("robot", "from eve"))
        self.assertEqual(self.texts(), ["to you", "waves", "to all"])
        described = [(one["kind"], one["target"]) for one in self.told]
        self.assertEqual(described, [("message", "robot"), ("action", "robot"), ("broadcast", "*")])

    def test_until_it_is_enough(self) -> None:
        following = self.follow("#tea", "mint", enough=2)
        for text in ("one", "two", "three"):
            self.say(text)
        self.successResultOf(following)
        self.assertEqual(self.texts(), ["one", "two"])

    def test_nobody_to_tell(self) -> None:
        """As when the reader of a pipe is gone: the following ends, not the connection."""
        script = self.script()

        def tell(message: dict[str, Any]) -> bool:
            raise BrokenPipeError

        following = self.begun(script.follow("bob", tell))
        self.tell("hello")
        self.tell("again")
        self.failureResultOf(following, BrokenPipeError)
        self.done(script.send("bob", "still here"))

    def test_not_let_in(self) -> None:
        self.assertEqual(self.code(self.follow("#tea", "wrong")), Code.WRONG_PASSWORD)

    def test_through_a_short_loss(self) -> None:
        self.follow("#tea", "mint")
        self.network.lines[-1].cut()
        self.say("while away")
        self.network.advance(3)
        self.say("back")
        self.assertEqual(self.texts(), ["while away", "back"])

    def test_through_a_long_one(self) -> None:
        """The session is lost, the room is entered again, with its password."""
        following = self.follow("#tea", "mint")
        self.lose_session()
        self.say("back")
        self.assertEqual(self.texts(), ["back"])
        self.assertNoResult(following)

    def test_a_room_that_does_not_let_it_in_again(self) -> None:
        """Better an end than silence that looks like peace."""
        following = self.follow("#tea", "mint")
        self.ask(partial(messages.Leave, room="tea"))
        self.follower.connection.request(partial(messages.Leave, room="tea"))
        self.network.settle()
        self.ask(partial(messages.Join, room="tea", password="other"))
        self.lose_session()
        self.assertEqual(self.code(following), Code.WRONG_PASSWORD)

    def test_the_end_of_all_attempts(self) -> None:
        following = self.follow("#tea", "mint")
        self.network.server.hub.close_all(ChatError(Code.REPLACED))
        self.network.settle()
        self.assertEqual(self.code(following), Code.REPLACED)

    def lose_session(self) -> None:
        line = self.network.lines[-1]
        self.network.down = ConnectionRefusedError()
        line.cut()
        self.network.advance(35)
        self.network.down = None
        self.network.advance(35)


class LineTest(SynchronousTestCase):
    """What is printed."""

    def setUp(self) -> None:
        before = os.environ.get("TZ")
        self.addCleanup(self.zone, before)
        self.zone("UTC")

    def zone(self, name: str | None) -> None:
        if name is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = name
        time.tzset()

    def message(self, sender: str = "bob", text: str = "hi", kind: str = "message") -> str:
        return as_line(said(1_732_197_720_500, sender, "#tea", text, 7, kind))

    def test_an_object(self) -> None:
        self.assertEqual(
            said(1_732_197_720_500, "bob", "#tea", "hi", 7, "message"),
            {
                "time": "2024-11-21T14:02:00.500Z",
                "from": "bob",
                "target": "#tea",
                "text": "hi",
                "id": 7,
                "kind": "message",
            },
        )

    def test_whatever_time_a_server_may_tell(self) -> None:
        for stamp in (0, 2**63 - 1):
            line = as_line(said(stamp, "bob", "#tea", "hi", 7, "message"))
            self.assertTrue(line.endswith(" bob: hi"), line)

    def test_lines_in_local_time(self) -> None:
        self.assertEqual(self.message(), "14:02 bob: hi")
        self.zone("Asia/Tokyo")
        self.assertEqual(self.message(), "23:02 bob: hi")
        self.assertEqual(self.message(kind="action"), "23:02 * bob hi")

    def test_nothing_steers_the_terminal(self) -> None:
        self.assertEqual(self.message(text="\x1b[2J\x9b31mred\a"), "14:02 bob: ␛[2J‹9B›31mred␇")
        self.assertEqual(self.message(sender="b\x1bob"), "14:02 b␛ob: hi")
        self.assertEqual(self.message(text="one\ntwo\r\nthree"), "14:02 bob: one␊two␊three")
