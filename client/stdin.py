"""Standard input, line by line, while the reactor runs: a slow pipe must not stop the heartbeat."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from twisted.internet import fdesc
from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure

from chatd.protocols.native.link import CHANNEL_CLOSED

_STDIN = 0

#: Lines read ahead before reading pauses.
AHEAD = 64
#: Bytes in one line.
MAX_LINE = 64 * 1024


class Lines(Protocol):
    """An asynchronous iterator over the lines of standard input, without their ends.

    Bytes that are no UTF-8 become U+FFFD. A line is cut at :data:`MAX_LINE`, which is more than
    any server takes: it is refused, and not said in two halves.
    """

    transport: Any
    makeConnection: Callable[[Any], None]  # Twisted has no annotation for it

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._rest = b""
        self._waiting: Deferred[None] | None = None
        self._paused = self._ended = False

    def dataReceived(self, data: bytes) -> None:
        """Some bytes, lines in them or not."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[:MAX_LINE]
        self._lines += map(_text, lines)
        if len(self._lines) >= AHEAD and not self._paused:
            self._paused = True
            self.transport.pauseProducing()
        self._wake()

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """The end of input; a last line without an end counts."""
        self._ended = True
        if self._rest:
            self._lines.append(_text(self._rest))
        self._wake()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        while not self._lines:
            if self._ended:
                raise StopAsyncIteration
            self._waiting = Deferred()
            await self._waiting
        line = self._lines.popleft()
        if self._paused and len(self._lines) < AHEAD // 2 and not self._ended:
            self._paused = False
            self.transport.resumeProducing()
        return line

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.callback(None)


def _text(line: bytes) -> str:
    return line[:MAX_LINE].removesuffix(b"\r").decode("utf-8", "replace")


class _Reader(FileDescriptor):
    """Feeds the lines. The descriptor stays as it is: the shell's terminal may share its mode, so
    it is read only when there is something, instead of being made non-blocking."""

    def __init__(self, reactor: Any, lines: Lines) -> None:
        super().__init__(reactor)
        self.connected = 1
        self._lines = lines
        lines.makeConnection(self)
        reactor.addReader(self)

    def fileno(self) -> int:
        return _STDIN

    def doRead(self) -> Any:
        return fdesc.readFromFD(_STDIN, self._lines.dataReceived)

    def connectionLost(self, reason: Failure) -> None:
        FileDescriptor.connectionLost(self, reason)
        self._lines.connectionLost(reason)


def standard_input(reactor: Any) -> Lines:
    """Begin to read it: a terminal, a pipe or a file."""
    lines = Lines()
    _Reader(reactor, lines)
    return lines


async def lines_of(reactor: Any, text: str) -> AsyncIterator[str]:
    """What to send: the text itself, or for ``-`` each line of standard input that is not empty."""
    if text != "-":
        yield text
        return
    async for line in standard_input(reactor):
        if line:
            yield line
