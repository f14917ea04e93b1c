"""The line mode without terminal or network: what is typed goes in, what is printed comes out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import messages
from client.model.model import Model
from client.model.uplink import Online
from client.plain.console import Console
from client.plain.screen import PlainScreen
from client.stdin import Lines
from tests.client.ui.scripted import LIMITS, NOON, Reactor, Wire


class Sheet(Console):
    """Keeps what is written."""

    def __init__(self, interactive: bool) -> None:
        super().__init__()
        self.interactive = interactive
        self.text = ""
        self.hidden = self.gone = False

    @property
    def hung_up(self) -> bool:
        return self.gone

    def _put(self, text: str) -> None:
        self.text += text

    def _set_echo(self, on: bool) -> None:
        self.hidden = not on


class AtLines(SynchronousTestCase):
    """Somebody at a terminal; a pipe where ``interactive`` is False."""

    interactive = True

    def setUp(self) -> None:
        self.addCleanup(self._set_zone, os.environ.get("TZ"))
        self._set_zone("UTC")
        self.reactor = Reactor()
        self.wire = Wire()
        self.sheet = Sheet(self.interactive)
        self.lines = Lines()
        self.quits = 0
        self.lost: OSError | None = None
        self.begin()

    def begin(self, prepare: Callable[[], object] = lambda: None) -> None:
        """A run, which is prepared before anything is printed."""
        self.model = Model("alice", "chat.example.org")
        self.screen = PlainScreen(
            self.reactor,
            self.model,
            self._quit,
            console=self.sheet,
            lines=self.lines,
            wall=lambda: NOON / 1000 + self.reactor.seconds(),
        )
        self.screen.controller.uplink = self.wire
        self.listener = self.screen.controller
        prepare()
        self.screen.start()

    def _set_zone(self, zone: str | None) -> None:
        os.environ.pop("TZ", None)
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()

    def _quit(self, lost: OSError | None) -> None:
        self.quits += 1
        self.lost = lost

    def welcome(self, *rooms: messages.Joined) -> None:
        """Sign in."""
        self.listener.welcomed(messages.Welcome("alice", b"s", b"r", NOON, LIMITS, list(rooms)))
        self.wire.answer(messages.Blocks, messages.BlockPage([], False))
        self.listener.connection_changed(Online())
        for room in rooms:
            rows = [messages.UserRow("alice", ""), messages.UserRow("bob", "")]
            self.wire.answer(messages.Users, messages.UserPage(rows, room.members, False))

    def at_tea(self) -> None:
        """Sign in, and be in a room with somebody."""
        self.welcome(messages.Joined("tea", "green or black", 2))
        self.new()

    def type(self, *lines: str) -> None:
        """Type lines, with the echo of a terminal."""
        for line in lines:
            if self.interactive:
                self.sheet.text += "\n" if self.sheet.hidden else f"{line}\n"
            self.lines.dataReceived(f"{line}\n".encode())

    def end(self) -> None:
        """The end of input."""
        self.lines.connectionLost()

    def hears(self, message: messages.ServerMessage) -> None:
        """The server tells something."""
        self.listener.received(message)

    def says(self, sender: str, text: str, number: int, style: int = 0) -> None:
        """Somebody says something in the room."""
        self.hears(messages.RoomSaid("tea", sender, text, style, number, NOON))

    def accept(self) -> messages.Request:
        """Take the oldest room message; its request is returned."""
        request: messages.Request = self.wire.answer(messages.Say, messages.Accepted(99, NOON))
        return request

    def new(self) -> str:
        """What was printed since the last time, at the end of the reactor's turn."""
        self.reactor.advance(0)
        text, self.sheet.text = self.sheet.text, ""
        return text
