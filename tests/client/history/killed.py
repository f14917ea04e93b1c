"""A program that hears something in each turn of its reactor until it is killed.

``python -m tests.client.history.killed FOLDER FIRST`` hears numbers from FIRST on, and prints the
last one that the disk has, each time that it has taken some. It never ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import react

from chatd.wire import messages
from client.history.recorder import open_recorder
from client.history.thread import Beside
from client.model import events
from client.model.model import Model

from .history_case import KEY

T = TypeVar("T")


class Telling(Beside):
    """Prints what the disk has.

    :ivar heard: the last number.
    """

    heard = 0

    def run(self, work: Callable[[], T]) -> Deferred[T]:
        """All that was heard before this is in it."""
        heard = self.heard

        def done() -> T:
            result = work()
            print(heard, flush=True)
            return result

        return super().run(done)


def main(reactor: Any, home: str, first: str) -> Deferred[None]:
    """One message a turn."""
    model, thread = Model("alice", "chat.example.org"), Telling(reactor)
    recorder, trouble = open_recorder(Path(home), KEY, model, thread, reactor)
    assert recorder is not None, trouble
    recorder.restore()
    numbers = count(int(first))

    def turn() -> None:
        number = thread.heard = next(numbers)
        said = messages.RoomSaid("red", "bob", f"number {number} " * 20, 0, number, number)
        events.apply(model, said, number)
        reactor.callLater(0.0005, turn)

    turn()
    return Deferred()


if __name__ == "__main__":
    react(main, sys.argv[1:])
