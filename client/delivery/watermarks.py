"""How far others have got, and read, what one said: asked for after each welcome where it may have
changed meanwhile, and kept."""

from __future__ import annotations

from functools import partial
from heapq import nlargest

from chatd.errors import Refused
from chatd.wire import messages

from ..history.ledger import Ledger
from ..model import events
from .line import Line

#: Conversations asked about: those in which one said something last.
_MOST_ASKED = 20


class Watermarks:
    """Of all conversations in which one said something."""

    def __init__(self, line: Line, ledger: Ledger) -> None:
        self._line = line
        self._ledger = ledger

    async def ask(self) -> None:
        """Ask where not everybody has read what one said last.

        :raises ChatError: the connection is lost.
        """
        unread = [stream for stream in self._ledger if stream.said > stream.seen]
        for stream in nlargest(_MOST_ASKED, unread, key=lambda stream: stream.said):
            make = partial(messages.GetProgress, conversation=stream.id)
            try:
                progress: messages.Progress = await self._line.request(make)
            except Refused:
                continue  # one has left it since
            self.changed(messages.ProgressChanged(stream.id, progress.delivered, progress.read))

    def changed(self, told: messages.ProgressChanged) -> None:
        """They are so far now; what was known once stays so."""
        events.apply(self._line.model, told, self._line.now())
        stream = self._ledger.find(told.conversation)
        if stream is not None:
            delivered, seen = max(stream.delivered, told.delivered), max(stream.seen, told.read)
            self._ledger.change(stream.id, delivered=delivered, seen=seen)
        self._line.changed()
