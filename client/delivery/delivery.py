"""What a screen, or a program without one, has of delivery: it is told what the connection tells,
and what the user says goes out by it.

With a history, what lasts is taken once, in order, and acknowledged: see
:mod:`client.delivery.device`. Without one (a guest, or a member whose file cannot be used) what is
told is shown as it comes, what is said is sent once, and the server keeps what a member's device
has not acknowledged.
"""

from __future__ import annotations

from typing import Any

from chatd.wire import messages

from ..history.recorder import Recorder
from ..model import events
from .device import Device
from .line import Line
from .sender import Sender


class Delivery:
    """
    :ivar sender: what the user says.
    :ivar device: what this device keeps; None without a history.
    """

    def __init__(self, reactor: Any, line: Line) -> None:
        self.sender = Sender(reactor, line)
        self.device: Device | None = None
        self._reactor = reactor
        self._line = line

    def keep(self, recorder: Recorder) -> None:
        """From now on what lasts is kept, fetched and acknowledged. Before the first welcome, and
        after the conversations of earlier runs are listed."""
        self.device = Device(self._reactor, self._line, recorder, self.sender)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""
        limits = welcome.limits
        self.sender.set_rate(limits.rate_count, limits.rate_seconds)
        self.lost()

    def catch_up(self, welcome: messages.Welcome) -> None:
        """Ask for what lasts, after that welcome, and when it is known whom one has blocked."""
        if self.device is not None and welcome.me is not None:
            self.device.welcomed(welcome.me)

    def lost(self) -> None:
        """There is no connection, or another one than before."""
        if self.device is not None:
            self.device.lost()

    def received(self, message: messages.ServerMessage) -> None:
        """The server told something."""
        if self.device is None or not self.device.received(message):
            self._line.attend(events.apply(self._line.model, message, self._line.now()))

    def answered(self, result: Any) -> None:
        """The server has answered a request: perhaps with the rooms that one is in."""
        if self.device is None:
            return
        if isinstance(result, messages.Joined) and result.conversation:
            self.device.following.entered(result)
        elif isinstance(result, messages.JoinedPage):
            for room in result.rooms:
                if room.conversation:
                    self.device.following.listed(room)

    def stop(self) -> None:
        """No more timers."""
        self.sender.stop()
        if self.device is not None:
            self.device.stop()
