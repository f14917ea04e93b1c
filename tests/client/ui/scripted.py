"""A screen without a terminal and an uplink without a network, both driven by hand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from urwid.testing import ScriptedScreen, click, render_text

from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages
from client.model.model import Model
from client.model.settings import Settings
from client.model.uplink import Online
from client.ui.screen import FullScreen

#: Thursday, 21 November 2024, 14:02 UTC, in milliseconds.
NOON = 1_732_197_720_000

LIMITS = messages.ServerLimits(10_000, 32, 16_384, 1024, 100, 0, 5.0, 6.0, 20.0, 30.0, 30.0)


ROOT = bytes(range(32))
LAPTOP = bytes(range(16))

#: An account's holder on a signed device, with a token that must be seen nowhere.
ME = messages.Me(
    b"a" * 16, "alice", "Alice A.", 2, "member", ROOT, LAPTOP, True, b"the token of a test"
)


class Reactor(Clock):
    """A clock that also takes what is to be done before the end."""

    def __init__(self) -> None:
        super().__init__()
        self.triggers: list[Callable[[], object]] = []

    def addSystemEventTrigger(self, phase: str, event: str, callable: Callable[[], object]) -> None:
        self.triggers.append(callable)


class Terminal(ScriptedScreen):
    """Keeps what was written beside the drawing."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(size=size)
        self.written = ""
        self.mouse = False
        self.on_hangup: Callable[[], None] = lambda: None

    def write(self, data: str) -> None:
        self.written += data

    def flush(self) -> None:
        pass

    def set_mouse_tracking(self, enable: bool = True) -> None:
        self.mouse = enable


class Wire:
    """The server's side of an uplink: requests wait until they are answered."""

    def __init__(self) -> None:
        self.asked: list[tuple[messages.Request, Deferred[Any]]] = []
        self.sent: list[messages.Acknowledge] = []
        self.logged_out = False
        self.reconnects = 0
        self._number = 0

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        self._number += 1
        answer: Deferred[Any] = Deferred()
        self.asked.append((make(self._number), answer))
        return answer

    def send(self, message: messages.Acknowledge) -> None:
        self.sent.append(message)

    def logout(self) -> Deferred[None]:
        self.logged_out = True
        gone: Deferred[None] = Deferred()
        gone.callback(None)
        return gone

    def reconnect_now(self) -> None:
        self.reconnects += 1

    def pending(self) -> list[messages.Request]:
        """What was asked and not answered."""
        return [request for request, _ in self.asked]

    def answer(self, kind: type[messages.Request], result: Any = None) -> Any:
        """Answer the oldest request of a kind.

        :return: the request.
        """
        for index, (request, answer) in enumerate(self.asked):
            if isinstance(request, kind):
                del self.asked[index]
                answer.callback(result)
                return request
        raise AssertionError(f"no {kind.__name__} among {self.pending()}")

    def refuse(
        self, kind: type[messages.Request], code: Code, text: str = "", wait: float = 0.0
    ) -> None:
        """Refuse the oldest request of a kind."""
        for index, (request, answer) in enumerate(self.asked):
            if isinstance(request, kind):
                del self.asked[index]
                answer.errback(Refused(code, text, wait))
                return
        raise AssertionError(f"no {kind.__name__} among {self.pending()}")

    def lose(self) -> None:
        """The connection is gone with all that was asked."""
        asked, self.asked = self.asked, []
        for _, answer in asked:
            answer.errback(ChatError(Code.CONNECTION_LOST))


class Desk:
    """A person in front of a screen."""

    def __init__(self, columns: int = 80, rows: int = 24, settings: Settings | None = None) -> None:
        os.environ["TZ"] = "UTC"
        time.tzset()
        self.size = (columns, rows)
        self.reactor = Reactor()
        self.wire = Wire()
        self.model = Model("alice", "chat.example.org", settings)
        self.terminal = Terminal(self.size)
        self.quits = 0
        self.screen = FullScreen(
            self.reactor,
            self.model,
            self._quit,
            terminal=self.terminal,
            wall=lambda: NOON / 1000 + self.reactor.seconds(),
            environment={"TERM": "xterm-256color"},
        )
        self.screen.controller.uplink = self.wire
        self.listener = self.screen.controller

    def _quit(self) -> None:
        self.quits += 1

    def welcome(
        self,
        *rooms: messages.Joined,
        resumed: bool = False,
        missed: bool = False,
        more: bool = False,
        me: messages.Me | None = None,
    ) -> None:
        """Sign in; a guest, unless ``me`` is an account."""
        self.listener.welcomed(
            messages.Welcome(
                "alice", b"s", b"r", NOON, LIMITS, list(rooms), more, resumed, missed, me
            )
        )
        if missed or not resumed:
            self.wire.answer(messages.Blocks, messages.BlockPage([], False))
        self.listener.connection_changed(Online())

    def members(self, *nicks: str, away: dict[str, str] | None = None) -> None:
        """Answer who is in a room."""
        rows = [messages.UserRow(nick, (away or {}).get(nick, "")) for nick in nicks]
        self.wire.answer(messages.Users, messages.UserPage(rows, len(rows), False))

    def press(self, *keys: str) -> None:
        """Press keys, by urwid's names."""
        self.screen._take_input(list(keys), [])

    def type(self, text: str) -> None:
        """Type characters."""
        self.press(*text)

    def line(self, text: str) -> None:
        """Type a line and press Enter."""
        self.type(text)
        self.press("enter")

    def rows(self) -> list[str]:
        """The screen as text."""
        self.screen._prepare()
        return render_text(self.screen.stage, self.size, focus=True, strip=True)

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.rows())

    def click(self, column: int, row: int, button: int = 1) -> bool:
        """Press a mouse button."""
        return click(self.screen.stage, self.size, column, row, button=button)

    def says(self, room: str, sender: str, text: str, number: int, after: int = 0) -> None:
        """Somebody says something in a room, ``after`` so many seconds."""
        self.listener.received(
            messages.RoomSaid(room, sender, text, 0, number, NOON + after * 1000)
        )
