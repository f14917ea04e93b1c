"""Lets others see that the user is typing, at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable

from chatd.wire import messages

from ..model.conversation import Conversation, Kind

#: Seconds between two notices; receivers let one expire later than that.
INTERVAL = 3.0


class TypingNotice:
    """Decides when a notice is due. Times are monotonic seconds.

    :param send: sends a request whose answer does not matter.
    """

    def __init__(self, send: Callable[[Callable[[int], messages.Request]], None]) -> None:
        self._send = send
        self._where: Conversation | None = None
        self._told: tuple[Conversation, float] | None = None

    def typed(self, conversation: Conversation, now: float) -> None:
        """Something was typed that will be said there."""
        if self._where is not conversation:
            self.stopped()
        if self._told is not None:
            where, when = self._told
            if where is conversation and now - when < INTERVAL:
                return
        self._where, self._told = conversation, (conversation, now)
        self._tell(conversation, True)

    def stopped(self) -> None:
        """The input was emptied, or another conversation is looked at."""
        if self._where is not None:
            self._tell(self._where, False)
            self._where = None

    def said(self) -> None:
        """The message itself ends the notice at the receivers."""
        self._where = None

    def _tell(self, conversation: Conversation, active: bool) -> None:
        name = conversation.name
        if conversation.kind is Kind.ROOM and conversation.present:
            self._send(lambda number: messages.Typing(number, active, room=name))
        elif conversation.kind is Kind.PERSON:
            self._send(lambda number: messages.Typing(number, active, to=name))
