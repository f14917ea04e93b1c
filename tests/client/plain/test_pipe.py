"""The line mode between pipes: nothing is asked, everything is done in order."""

from __future__ import annotations

from chatd.errors import Code
from chatd.wire import messages
from tests.client.ui.scripted import NOON

from .lines import AtLines


class PipeTest(AtLines):
    interactive = False

    def pending(self) -> list[str]:
        return [type(one).__name__ for one in self.wire.pending()]

    def test_lines_wait_for_the_connection_and_for_each_other(self) -> None:
        self.type("/join #tea", "one", "two")
        self.end()
        self.assertEqual(self.pending(), [])
        self.welcome()
        self.assertEqual(self.pending(), ["Join"])
        self.wire.answer(messages.Join, messages.Joined("tea", "", 1))
        self.wire.answer(messages.Users, messages.UserPage([], 0, False))
        self.assertEqual(self.pending(), ["Say"])
        self.accept()
        self.assertEqual((self.pending(), self.quits), (["Say"], 0))
        self.accept()
        self.assertEqual((self.wire.logged_out, self.quits), (True, 1))

    def test_a_wait_keeps_the_order(self) -> None:
        self.at_tea()
        self.type("one", "two")
        self.wire.refuse(messages.Say, Code.TOO_MANY_MESSAGES, wait=3.0)
        self.assertEqual(self.pending(), [])
        self.reactor.advance(3.0)
        self.assertEqual(self.accept().text, "one")  # type: ignore[attr-defined]
        self.assertEqual(self.accept().text, "two")  # type: ignore[attr-defined]

    def test_own_words_are_printed_once_taken(self) -> None:
        self.at_tea()
        self.type("hello", "/broadcast all hands")
        self.assertEqual(self.new(), "")
        self.accept()
        self.wire.answer(messages.Broadcast, messages.Accepted(100, NOON))
        self.assertEqual(
            self.new(), "[14:02] #tea <alice> hello\n[14:02] everyone <alice> all hands\n"
        )
        self.type("/msg bob psst")
        self.wire.answer(messages.Direct, messages.Accepted(101, NOON))
        self.assertEqual(self.new(), "-- talking in bob\n[14:02] to bob <alice> psst\n")

    def test_nothing_is_asked(self) -> None:
        self.at_tea()
        self.type("/join #vault", "still here")
        self.wire.refuse(messages.Join, Code.WRONG_PASSWORD, "this room asks for a password")
        self.assertEqual(
            self.new(),
            "[14:02] #tea !! #vault: this room asks for a password; "
            "it can only be typed at a terminal\n",
        )
        self.assertEqual(self.accept().text, "still here")  # type: ignore[attr-defined]

    def test_no_prompt_and_no_bell(self) -> None:
        self.at_tea()
        self.hears(messages.DirectSaid("bob", "alice", "psst", 0, 7, NOON))
        self.assertEqual(self.new(), "[14:02] private <bob> psst\n")

    def test_nothing_after_quit(self) -> None:
        self.at_tea()
        self.type("/quit", "never")
        self.end()
        self.assertEqual((self.pending(), self.quits), ([], 1))

    def test_a_last_line_without_an_end_counts(self) -> None:
        self.at_tea()
        self.lines.dataReceived(b"no end")
        self.end()
        self.assertEqual(self.accept().text, "no end")  # type: ignore[attr-defined]
        self.assertEqual(self.quits, 1)
