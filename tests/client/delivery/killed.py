"""A device that hears and says something in each turn of its reactor until it is killed.

``python -m tests.client.delivery.killed FOLDER`` reads, as JSON, what its server has: its ``last``
number, what was ``acked``, and the device's own words, each as number, epoch, sequence and text. It
prints a line for all that the server does from there on, before the device hears of it. It never
ends.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import react

from chatd.wire import messages
from client.history.thread import Beside
from client.model.uplink import Online
from tests.client.history.history_case import KEY
from tests.client.ui.scripted import LIMITS, ME, NOON
from tests.support.headless import Headless

from .wire_case import RED, joined, page, row, said

#: Messages in a page; turns between two words of one's own.
PAGE, OWN_EVERY = 20, 3


class Server:
    """One room: what lasts outlives the device.

    :ivar own: number and text of the device's own words, by their places in its outbox.
    :ivar acked: what the device has acknowledged.
    """

    def __init__(self, stored: dict[str, Any], reactor: Any) -> None:
        self.last, self.acked = stored["last"], stored["acked"]
        self.own = {(epoch, seq): (number, text) for number, epoch, seq, text in stored["own"]}
        self._reactor = reactor

    def tell(self, *words: object) -> None:
        """Committed."""
        print(*words, flush=True)

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """Answer in the next turn."""
        answer: Deferred[Any] = Deferred()
        self._reactor.callLater(0, lambda: answer.callback(self._answer(make(1))))
        return answer

    def _answer(self, request: messages.Request) -> Any:
        match request:
            case messages.Follow():
                epoch = max((epoch for epoch, _ in self.own), default=0)
                rows = [row(acked=self.acked, last=self.last)]
                return messages.FollowPage(rows, False, epoch)
            case messages.Fetch(after=after):
                own = {number for number, _ in self.own.values()}
                upto = min(after + PAGE, self.last)
                told = [said(n) for n in range(after + 1, upto + 1) if n not in own]
                return page(*told, upto=upto, more=upto < self.last)
            case messages.Say(text=text, epoch=epoch, seq=seq):
                if (epoch, seq) not in self.own:
                    self.last += 1
                    self.own[epoch, seq] = self.last, text
                    self.tell("own", self.last, epoch, seq, text)
                number, before = self.own[epoch, seq]
                assert before == text, f"{text} in the place of {before}"
                return messages.Accepted(number, NOON, conversation=RED)
        return messages.Progress(0, 0) if isinstance(request, messages.GetProgress) else None

    def send(self, message: messages.Acknowledge) -> None:
        """The device has stored something."""
        self.tell("acknowledged", message.number)

    def say(self) -> messages.RoomSaid:
        """Somebody else says something."""
        self.last += 1
        self.tell("told", self.last)
        return said(self.last)

    def logout(self) -> Deferred[None]:
        """It never does."""
        return succeed(None)

    def reconnect_now(self) -> None:
        """It is always there."""


def main(reactor: Any, home: str) -> Deferred[None]:
    """A word in each turn."""
    server = Server(json.loads(sys.stdin.readline()), reactor)
    device = Headless(reactor, "alice", "chat.example.org")
    device.uplink = server
    device.keep(Path(home), KEY, Beside(reactor))
    welcome = messages.Welcome("alice", b"s", b"r", NOON, LIMITS, [joined()], me=ME)
    device.welcomed(welcome)
    device.connection_changed(Online())
    turns = iter(range(10**9))

    def turn() -> None:
        number = next(turns)
        if number % OWN_EVERY == 0:
            device.say("#red", f"mine {len(server.own)}.{number}")
        following = device.delivery.device
        if following is not None and following.following.is_current:
            device.received(server.say())
        reactor.callLater(0.001, turn)

    turn()
    return Deferred()


if __name__ == "__main__":
    react(main, sys.argv[1:])
