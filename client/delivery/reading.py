"""What the user has read, told to the server: their other devices mark it as read, and others see
it, unless the user keeps that to themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

from chatd.errors import ChatError
from chatd.wire import messages

from ..history.ledger import Ledger
from ..model.conversation import Conversation
from .line import Line

#: Seconds in which more may be read before it is told.
_PAUSE = 1.0
SETTING = "receipts"


class Reading:
    """
    :param reactor: for ``callLater``.
    :ivar is_open: the server is to be told.
    """

    def __init__(self, reactor: Any, line: Line, ledger: Ledger) -> None:
        self.is_open = False
        self._reactor = reactor
        self._line = line
        self._ledger = ledger
        self._looked: set[Conversation] = set()
        self._alarm: Any = None

    def look(self, conversation: Conversation) -> None:
        """What is unread in a conversation may have changed."""
        if conversation.stream:
            self._looked.add(conversation)
            if self._alarm is None:
                self._alarm = self._reactor.callLater(_PAUSE, self._tell)

    def known(self, conversation: bytes, number: int) -> None:
        """The server says up to which number the user has read a conversation. What they have read
        here since, it is told."""
        stream = self._ledger.find(conversation)
        if stream is not None and stream.read > number:
            self._mark(conversation, stream.read)
        elif stream is not None and stream.read < number:
            self._ledger.change(conversation, read=number)

    def stop(self) -> None:
        """No more timers: what was read counts at once."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._tell()

    def _tell(self) -> None:
        self._alarm = None
        looked, self._looked = self._looked, set()
        for conversation in looked:
            stream = self._ledger.find(conversation.stream)
            if stream is not None and not conversation.unread and stream.read < stream.position:
                self._ledger.change(stream.id, read=stream.position)
                self._mark(stream.id, stream.position)

    def _mark(self, conversation: bytes, number: int) -> None:
        """What cannot be told now is told after the next welcome."""
        if self.is_open:
            quiet = not self._line.model.settings.is_on(SETTING)
            make = partial(messages.MarkRead, conversation=conversation, number=number, quiet=quiet)
            self._line.request(make).addErrback(lambda failure: failure.trap(ChatError))
