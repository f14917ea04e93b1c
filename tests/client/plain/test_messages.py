"""The line mode: how far one's own messages came, and what people do to messages."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.errors import Code
from chatd.wire import messages
from client.model.uplink import Online
from tests.client.ui.scripted import LIMITS, ME, NOON

from .lines import AtLines

STREAM = b"s" * 16


class Lasting(AtLines):
    """Alice, with an account, in a room that lasts."""

    def setUp(self) -> None:
        super().setUp()
        room = messages.Joined("tea", "", 2, conversation=STREAM)
        self.listener.welcomed(messages.Welcome("alice", b"s", b"r", NOON, LIMITS, [room], me=ME))
        self.wire.answer(messages.Blocks, messages.BlockPage([], False))
        self.wire.answer(messages.Users, messages.UserPage([], 0, False))
        self.listener.connection_changed(Online())
        self.new()

    def does(self, nick: str, relation: Relation, text: str, ref: int, number: int) -> None:
        """Somebody does something to a message."""
        self.hears(messages.RoomSaid("tea", nick, text, 0, number, NOON, STREAM, relation, ref))

    def takes(self, number: int) -> messages.Say:
        """The server takes what alice said."""
        said: messages.Say = self.wire.answer(
            messages.Say, messages.Accepted(number, NOON, conversation=STREAM)
        )
        return said

    def told(self) -> list[str]:
        """What was printed, without the prompt and what was typed."""
        return [row for row in self.new().splitlines() if row.startswith("[14:02]")]


class TerminalTest(Lasting):
    def test_how_far_the_last_word_came(self) -> None:
        for number in (1, 2):
            self.type(f"word {number}")
            self.takes(number)
        self.hears(messages.ProgressChanged(STREAM, 1, 1))
        self.assertEqual(self.told(), [])
        self.hears(messages.ProgressChanged(STREAM, 2, 1))
        self.assertEqual(self.told(), ["[14:02] #tea -- everybody has got “word 2”"])
        self.hears(messages.ProgressChanged(STREAM, 2, 2))
        self.assertEqual(self.told(), ["[14:02] #tea -- everybody has read “word 2”"])
        self.hears(messages.ProgressChanged(STREAM, 3, 3))
        self.assertEqual(self.told(), [])

    def test_what_comes_above_what_waits_is_printed_once(self) -> None:
        self.type("first", "second")
        for number in (1, 2):
            self.hears(messages.RoomSaid("tea", "bob", f"word {number}", 0, number, NOON, STREAM))
        self.takes(4)
        self.hears(messages.RoomSaid("tea", "bob", "word 3", 0, 3, NOON, STREAM))
        words = [f"[14:02] #tea <bob> word {number}" for number in (1, 2, 3)]
        self.assertEqual(self.told(), words)
        self.takes(5)
        self.hears(messages.ProgressChanged(STREAM, 5, 0))
        self.assertEqual(self.told(), ["[14:02] #tea -- everybody has got “second”"])

    def test_it_can_be_switched_off(self) -> None:
        self.type("/set progress off", "word")
        self.takes(1)
        self.new()
        self.hears(messages.ProgressChanged(STREAM, 1, 1))
        self.assertEqual(self.told(), [])

    def test_what_a_message_waits_for(self) -> None:
        self.type("word")
        self.wire.refuse(messages.Say, Code.STORE_FAILED, "the disk is full")
        self.assertEqual(
            self.told(), ["[14:02] #tea -- on its way: “word”: the disk is full; trying again"]
        )

    def test_what_is_given_up(self) -> None:
        self.type("word")
        self.wire.refuse(messages.Say, Code.NOT_ALLOWED, "no")
        self.type("/drop", "/drop")
        self.assertEqual(self.told()[1:], ["[14:02] #tea -- nothing here failed to be sent"])

    def test_what_people_do_to_messages(self) -> None:
        self.says("bob", "is there tea?", 1)
        self.does("bob", Relation.EDIT, "is there any tea?", 1, 2)
        self.does("carol", Relation.REACTION, "🍵", 1, 3)
        self.does("carol", Relation.REACTION, "", 1, 4)
        self.does("carol", Relation.REPLY, "yes", 1, 5)
        self.does("bob", Relation.DELETION, "", 1, 6)
        self.does("carol", Relation.REPLY, "no", 1, 7)
        self.assertEqual(
            self.told(),
            [
                "[14:02] #tea <bob> is there tea?",
                "[14:02] #tea -- bob changed “is there tea?”: is there any tea?",
                "[14:02] #tea -- carol put 🍵 to “is there any tea?”",
                "[14:02] #tea -- carol took a reaction back from “is there any tea?”",
                "[14:02] #tea <carol> (to bob: is there any tea?) yes",
                "[14:02] #tea -- bob deleted “is there any tea?”",
                "[14:02] #tea <carol> (to bob: message deleted) no",
            ],
        )

    def test_what_one_does_oneself(self) -> None:
        self.says("bob", "is there tea?", 1)
        self.type("there is")
        self.takes(2)
        self.new()
        for number, (line, told) in enumerate(
            (
                ("/edit there was", "you changed “there is”: there was"),
                ("/react +1", "you put 👍 to “is there tea?”"),
                ("/delete", "you deleted “there was”"),
            ),
            3,
        ):
            self.type(line)
            if line == "/delete":
                self.type("yes")
            self.takes(number)
            self.assertEqual(self.told()[-1], f"[14:02] #tea -- {told}")

    def test_a_line_that_was_typed_cannot_be_filled_in(self) -> None:
        self.type("there is")
        self.takes(2)
        self.type("/edit")
        self.assertIn(
            "“there is” is your last one; /edit and the new text changes", self.told()[-1]
        )


class PipeTest(Lasting):
    interactive = False

    def test_nobody_is_asked_and_nothing_is_told_of_progress(self) -> None:
        self.type("there is")
        self.takes(1)
        self.hears(messages.ProgressChanged(STREAM, 1, 1))
        self.type("/delete")
        self.assertEqual(self.takes(2).relation, Relation.DELETION)
        self.assertEqual(
            self.new(), "[14:02] #tea <alice> there is\n[14:02] #tea -- you deleted “there is”\n"
        )
