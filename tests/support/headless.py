"""A person's device without a screen: the client's model, history and delivery, which a test or a
load program works with."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail

from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from client.delivery.delivery import Delivery
from client.delivery.sender import Sender
from client.handover.host import Host
from client.history.recorder import Recorder, open_recorder
from client.history.thread import Thread
from client.model import events
from client.model.conversation import Conversation, Kind
from client.model.model import Attention, Model
from client.model.uplink import ConnectionState, Online, Uplink


class Headless:
    """A :class:`client.model.uplink.Listener`, and a :class:`client.delivery.line.Line`.

    :param wall: seconds since the epoch.
    :ivar uplink: the connection; None before there is one.
    :ivar recorder: the history; None without one.
    :ivar warnings: what the user would be told.
    """

    def __init__(
        self, reactor: Any, nick: str, server: str, wall: Callable[[], float] = time.time
    ) -> None:
        self.model = Model(nick, server)
        self.delivery = Delivery(reactor, self)
        self.uplink: Uplink | None = None
        self.recorder: Recorder | None = None
        self.warnings: list[str] = []
        self._reactor = reactor
        self._wall = wall

    @property
    def sender(self) -> Sender:
        """Sends what is said."""
        return self.delivery.sender

    def keep(self, home: Path, key: bytes, thread: Thread) -> None:
        """Have a history; before the first welcome."""
        self.recorder, trouble = open_recorder(home, key, self.model, thread, self._reactor)
        if self.recorder is None:
            raise AssertionError(trouble)
        self.recorder.warn = self.warned
        self.recorder.restore()
        self.delivery.keep(self.recorder)

    def share(self, host: Host) -> None:
        """Be connected by a host, whose visitors share what this device hears and says."""
        self.uplink = host
        device = self.delivery.device
        if device is not None:
            host.on_stored, device.on_fetched = device.stored, host.overheard

    def say(self, room: str, text: str) -> None:
        """Say something in a room, or to a person where there is no ``#``."""
        kind = Kind.ROOM if room.startswith("#") else Kind.PERSON
        self.sender.say(self.model.open(kind, room.removeprefix("#")), text)

    async def join(self, room: str) -> Conversation:
        """Be in a room.

        :raises ChatError: one is not let in, or the connection is lost.
        """
        try:
            joined = await self.request(partial(messages.Join, room=room))
        except Refused as refused:
            if refused.code != Code.ALREADY_IN_ROOM:
                raise
            return self.model.open(Kind.ROOM, room)
        return self.model.joined(joined)

    # ------------------------------------------------------------ as the line

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""
        if self.uplink is None:
            return fail(ChatError(Code.CONNECTION_LOST))
        return self.uplink.request(make).addCallback(self._note)

    def _note(self, result: Any) -> Any:
        self.delivery.answered(result)
        return result

    def send(self, message: messages.Acknowledge) -> None:
        """See :class:`client.model.uplink.Uplink`."""
        if self.uplink is not None:
            self.uplink.send(message)

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._wall() * 1000)

    def changed(self) -> None:
        """Nothing is drawn."""

    def attend(self, attention: Attention | None) -> None:
        """Nobody looks."""

    def warned(self, text: str) -> None:
        """Kept."""
        self.warnings.append(text)

    # ------------------------------------------------------------ as the listener

    def connection_changed(self, state: ConnectionState) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.model.state = state
        if isinstance(state, Online):
            self.sender.pump()
        else:
            self.delivery.lost()

    def welcomed(self, welcome: messages.Welcome) -> None:
        """See :class:`client.model.uplink.Listener`."""
        events.welcome(self.model, welcome, self.now())
        self.delivery.welcomed(welcome)
        self.delivery.catch_up(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        """See :class:`client.model.uplink.Listener`."""
        self.delivery.received(message)

    def lag_changed(self, seconds: float) -> None:
        """See :class:`client.model.uplink.Listener`."""
