"""What the commands for scripts print, and when they end."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.commands import as_json
from client.status import Status
from tests.client.shell import ShellTest


class CommandTest(ShellTest):
    def objects(self) -> list[dict[str, Any]]:
        """The last command's output, as a program reads it."""
        return [json.loads(line) for line in self.out.splitlines()]


class SendTest(CommandTest):
    def test_to_a_person(self) -> None:
        self.assertEqual(self.chatc("--guest", "robot", "send", "BOB", "hello\nthere"), Status.DONE)
        self.assertEqual((self.out, self.err), ("", ""))
        (heard,) = self.bob.heard.take(messages.DirectSaid)
        self.assertEqual((heard.sender, heard.text), ("robot", "hello\nthere"))

    def test_to_a_room_that_is_not_there(self) -> None:
        self.assertEqual(self.chatc("send", "#new", "hello"), Status.REFUSED)
        self.assertIn("there is no room #new: chatc rooms lists those", self.err)
        self.assertNotIn("new", self.network.server.state.rooms)

    def test_to_a_room(self) -> None:
        self.bob_asks(partial(messages.Join, room="tea"))
        self.assertEqual(self.chatc("send", "#tea", "hello", "--json"), Status.DONE)
        (row,) = self.objects()
        self.assertEqual((row["from"], row["target"], row["kind"]), ("rand0", "#tea", "message"))
        self.assertEqual(sorted(row), ["from", "id", "kind", "target", "text", "time"])

    def test_to_a_room_with_a_password(self) -> None:
        self.bob_asks(partial(messages.Join, room="tea", password="mint & honey"))
        words = ("send", "#tea", "hello")
        wrong = self.secret("--room-password-fd", "wrong")
        right = self.secret("--room-password-fd", "mint & honey")
        self.assertEqual(self.chatc(*words), Status.REFUSED)
        self.assertIn("password", self.err)
        self.assertEqual(self.chatc(*words, *wrong), Status.REFUSED)
        self.assertEqual(self.chatc(*words, *right), Status.DONE)
        self.assertEqual(len(self.bob.heard.take(messages.RoomSaid)), 1)
        self.assertNotIn("wrong", self.err)


class TailTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.bob_asks(partial(messages.Join, room="tea"))

    def say(self, seconds: float, text: str, style: int = 0) -> None:
        self.later(seconds, partial(messages.Say, room="tea", text=text, style=style))

    def test_so_many_and_no_more(self) -> None:
        for text in ("one", "two", "three"):
            self.say(2, text)
        self.assertEqual(self.chatc("tail", "#tea", "--count", "2", "--json"), Status.DONE)
        self.assertEqual([row["text"] for row in self.objects()], ["one", "two"])

    def test_lines_for_people(self) -> None:
        self.say(2, "plain")
        self.say(2, "waves", style=1)
        self.say(2, "\x1b]0;evil\x07\n")
        self.assertEqual(self.chatc("tail", "#tea", "--count", "3"), Status.DONE)
        rows = [line.split(" ", 1)[1] for line in self.out.splitlines()]
        self.assertEqual(rows, ["bob: plain", "* bob waves", "bob: ␛]0;evil␇␊"])

    def test_out_of_time(self) -> None:
        self.say(2, "one")
        self.assertEqual(
            self.chatc("tail", "#tea", "--count", "2", "--timeout", "5"), Status.TIMEOUT
        )
        self.assertEqual(len(self.out.splitlines()), 1)
        self.assertEqual(self.network.server.hub.counts()["sessions"], 1)

    def test_for_a_time(self) -> None:
        before = self.network.clock.seconds()
        self.assertEqual(self.chatc("tail", "bob", "--timeout", "7.5"), Status.DONE)
        self.assertTrue(7 <= self.network.clock.seconds() - before <= 9)

    def test_the_connection_is_lost_and_comes_back(self) -> None:
        clock = self.network.clock
        clock.callLater(2, lambda: self.network.lines[-1].cut())
        self.say(3, "while away")
        self.say(10, "back")
        self.assertEqual(self.chatc("tail", "#tea", "--count", "2"), Status.DONE)
        self.assertEqual(self.err, "")

    def test_the_server_ends_it(self) -> None:
        last = ChatError(Code.REPLACED)
        self.network.clock.callLater(2, lambda: self.network.server.hub.close_all(last))
        self.assertEqual(self.chatc("tail", "#tea"), Status.REFUSED)
        self.assertIn("taken over", self.err)

    def test_a_room_with_a_password(self) -> None:
        self.bob_asks(partial(messages.Join, room="den", password="mint"))
        self.assertEqual(self.chatc("tail", "#den", "--timeout", "1"), Status.REFUSED)
        words = ("tail", "#den", "--timeout", "1", *self.secret("--room-password-fd", "mint"))
        self.assertEqual(self.chatc(*words), Status.DONE)


class ListTest(CommandTest):
    def test_rooms(self) -> None:
        self.bob_asks(partial(messages.Join, room="den", password="x"))
        self.bob_asks(partial(messages.Join, room="tea"))
        self.bob_asks(partial(messages.Topic, room="tea", topic="mint\x1b[2J"))
        self.assertEqual(self.chatc("rooms"), Status.DONE)
        self.assertEqual(self.out, "#den  1 (password)\n#tea  1  mint␛[2J\n")
        self.assertEqual(self.chatc("rooms", "--json"), Status.DONE)
        first, second = self.objects()
        self.assertEqual(first, {"room": "#den", "members": 1, "locked": True, "topic": ""})
        self.assertEqual(second["topic"], "mint\x1b[2J")
        self.assertNotIn("\x1b", self.out)

    def test_no_rooms(self) -> None:
        self.assertEqual(self.chatc("rooms"), Status.DONE)
        self.assertEqual(self.out, "")

    def test_people(self) -> None:
        self.bob_asks(partial(messages.Away, text="tea\ntime"))
        self.assertEqual(self.chatc("--guest", "robot", "who"), Status.DONE)
        self.assertEqual(self.out, "bob  away: tea␊time\nrobot\n")
        self.assertIn("those who have blocked you are not listed", self.err)
        self.bob_asks(partial(messages.Join, room="tea"))
        for room in ("#TEA", "tea"):
            self.assertEqual(self.chatc("who", room, "--json"), Status.DONE)
            bob = {"nick": "bob", "away": "tea\ntime", "online": True, "seen": 0}
            self.assertEqual(self.objects(), [bob])


class JSONTest(ShellTest):
    def test_no_control_character_is_left(self) -> None:
        """JSON itself would allow the upper ones, and some terminals obey them."""
        text = "".join(map(chr, range(0x100))) + "お茶"
        line = as_json({"text": text})
        self.assertEqual(json.loads(line), {"text": text})
        self.assertIn("お茶", line)
        for number in (*range(0x20), *range(0x7F, 0xA0)):
            self.assertNotIn(chr(number), line)
