"""Following a room or a person through losses, and how what is said there is printed."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.commands import Relation
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.script import Script, as_line, said
from tests.client.script_case import ScriptTest


class FollowingTest(ScriptTest):
    def follow(self, target: str, password: str = "", enough: int = 0) -> Deferred[None]:
        self.follower = self.script()
        return self.follow_by(self.follower, target, password, enough)

    def follow_by(
        self, script: Script, target: str, password: str, enough: int = 0
    ) -> Deferred[None]:
        def tell(message: dict[str, Any]) -> bool:
            self.told.append(message)
            return len(self.told) == enough

        return self.begun(script.follow(target, tell, password))

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

    def test_those_whom_one_has_blocked(self) -> None:
        """Under whatever nick a guest goes on."""
        self.done(self.blocking("bob"))
        self.say("under the old nick")
        self.ask(partial(messages.Nick, nick="Rob"))
        self.say("under the new one")
        self.ask(partial(messages.Broadcast, text="to all"))
        self.assertEqual(self.texts(), [])

    async def blocking(self, nick: str) -> None:
        """Follow a room, having blocked somebody in it."""
        script = self.unsigned()
        await script.online()
        await script.connection.request(partial(messages.Block, nick=nick))
        self.follow_by(script, "#tea", "mint")

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

    def test_what_is_done_to_messages(self) -> None:
        self.follow("#tea", "mint")
        for number, (text, relation) in enumerate(
            (
                ("hi", Relation.NONE),
                ("ho", Relation.REPLY),
                ("hey", Relation.EDIT),
                ("", Relation.DELETION),
                ("👍", Relation.REACTION),
            )
        ):
            ref = 7 if relation else 0
            self.follower.received(
                messages.RoomSaid("tea", "bob", text, 0, number, 3, b"t" * 16, relation, ref)
            )
        self.assertEqual(self.texts(), ["hi", "ho", "hey", "", "👍"])
        kinds = ["message", "message", "edit", "deletion", "reaction"]
        self.assertEqual([one["kind"] for one in self.told], kinds)
        self.assertEqual([one.get("ref") for one in self.told], [None, 7, 7, 7, 7])

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

    def test_what_somebody_does_to_a_message(self) -> None:
        for kind, text, shown in (
            ("edit", "hi", "bob changed a message: hi"),
            ("deletion", "", "bob deleted a message"),
            ("reaction", "👍", "bob put 👍 to a message"),
            ("reaction", "", "bob took a reaction back"),
        ):
            self.assertEqual(self.message(text=text, kind=kind), f"14:02 {shown}")

    def test_nothing_steers_the_terminal(self) -> None:
        self.assertEqual(self.message(text="\x1b[2J\x9b31mred\a"), "14:02 bob: ␛[2J‹9B›31mred␇")
        self.assertEqual(self.message(sender="b\x1bob"), "14:02 b␛ob: hi")
        self.assertEqual(self.message(text="one\ntwo\r\nthree"), "14:02 bob: one␊two␊three")
