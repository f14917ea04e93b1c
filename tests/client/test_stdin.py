"""Lines of standard input, however their bytes come."""

from __future__ import annotations

from collections.abc import AsyncIterator

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire.records import MAX_MESSAGE
from client.stdin import AHEAD, MAX_LINE, Lines, lines_of


async def gather(lines: AsyncIterator[str], into: list[str]) -> None:
    """All lines, as they come."""
    async for line in lines:
        into.append(line)  # noqa: PERF401  # what came so far counts


class LinesTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.transport = StringTransport(lenient=True)
        self.lines = Lines()
        self.lines.makeConnection(self.transport)
        self.got: list[str] = []

    def gather(self) -> Deferred[None]:
        return Deferred.fromCoroutine(gather(self.lines, self.got))

    def test_each_as_it_comes(self) -> None:
        gathered = self.gather()
        for piece, so_far in (
            (b"on", []),
            (b"e\ntw", ["one"]),
            (b"o\n\nthree\r\nfour", ["one", "two", "", "three"]),
        ):
            self.lines.dataReceived(piece)
            self.assertEqual(self.got, so_far)
        self.assertNoResult(gathered)
        self.lines.connectionLost()
        self.assertEqual(self.got[4:], ["four"])
        self.successResultOf(gathered)

    def test_all_at_once_and_the_end_before_anybody_looks(self) -> None:
        self.lines.dataReceived(b"one\ntwo\nlast\r")
        self.lines.connectionLost()
        self.successResultOf(self.gather())
        self.assertEqual(self.got, ["one", "two", "last"])

    def test_nothing_at_all(self) -> None:
        gathered = self.gather()
        self.lines.connectionLost()
        self.successResultOf(gathered)
        self.assertEqual(self.got, [])

    def test_bytes_that_are_no_utf_8(self) -> None:
        self.lines.dataReceived(b"caf\xe9\n\xff\xfe\nna\xc3\xafve\ncut \xc3")
        self.lines.connectionLost()
        self.gather()
        self.assertEqual(self.got, ["caf\ufffd", "\ufffd\ufffd", "naïve", "cut \ufffd"])

    def test_a_character_in_two_pieces(self) -> None:
        self.gather()
        self.lines.dataReceived("ï\n".encode()[:1])
        self.lines.dataReceived("ï\n".encode()[1:])
        self.assertEqual(self.got, ["ï"])

    def test_too_long_a_line_is_cut_and_still_too_long(self) -> None:
        """The server refuses it, instead of getting it in two halves."""
        self.assertGreater(MAX_LINE, MAX_MESSAGE)
        self.gather()
        for _ in range(10):
            self.lines.dataReceived(b"x" * (MAX_LINE // 2 + 1))
        self.assertEqual(self.got, [])
        self.lines.dataReceived(b"x\nnext\n" + b"y" * (3 * MAX_LINE) + b"\n")
        self.assertEqual(self.got, ["x" * MAX_LINE, "next", "y" * MAX_LINE])

    def test_reading_pauses_while_too_many_wait(self) -> None:
        texts = [str(number) for number in range(3 * AHEAD)]
        self.lines.dataReceived("".join(f"{text}\n" for text in texts).encode())
        self.assertEqual(self.transport.producerState, "paused")
        few = AHEAD // 2 - 1
        self.take(len(texts) - few - 1)
        self.assertEqual(self.transport.producerState, "paused")
        self.take(1)
        self.assertEqual(self.transport.producerState, "producing")
        self.lines.connectionLost()
        self.successResultOf(self.gather())
        self.assertEqual(self.got, texts)

    def take(self, count: int) -> None:
        for _ in range(count):
            self.got.append(self.successResultOf(Deferred.fromCoroutine(self.lines.__anext__())))

    @given(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r")), max_size=20),
        st.data(),
    )
    @settings(max_examples=60)
    def test_any_text_in_any_pieces(self, texts: list[str], pieces: st.DataObject) -> None:
        lines, got = Lines(), list[str]()
        lines.makeConnection(StringTransport(lenient=True))
        Deferred.fromCoroutine(gather(lines, got))
        data = "".join(f"{text}\n" for text in texts).encode()
        while data:
            size = pieces.draw(st.integers(1, len(data)))
            lines.dataReceived(data[:size])
            data = data[size:]
        lines.connectionLost()
        self.assertEqual(got, texts)


class LinesOfTest(SynchronousTestCase):
    def test_a_text_is_itself(self) -> None:
        got: list[str] = []
        self.successResultOf(Deferred.fromCoroutine(gather(lines_of(Clock(), "a\n\nb"), got)))
        self.assertEqual(got, ["a\n\nb"])
