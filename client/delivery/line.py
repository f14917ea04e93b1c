"""What delivery needs of whoever it works for: a way to ask the server, the time, and somebody to
tell. A screen's controller is one; a program without a screen is another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from chatd.wire import messages

from ..model.model import Attention, Model


class Line(Protocol):
    """Called from the reactor's thread."""

    model: Model

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""

    def send(self, message: messages.Acknowledge) -> None:
        """See :class:`client.model.uplink.Uplink`."""

    def now(self) -> int:
        """Milliseconds since the epoch."""

    def changed(self) -> None:
        """Something to draw."""

    def attend(self, attention: Attention | None) -> None:
        """Something to draw, and perhaps to tell the user at once."""

    def warned(self, text: str) -> None:
        """Something of one's own failed, the session goes on; ``text`` is for people."""
