"""A person whose chat is kept, from one run of the program to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred, execute
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import messages
from client.history.recorder import Recorder, open_recorder
from client.model import events
from client.model.conversation import Conversation, Kind
from client.model.model import Model

T = TypeVar("T")

KEY = bytes(range(32))
MINUTE = 60_000


class AtOnce:
    """A thread that does everything in this one, at once or when it is let.

    :ivar tells_later: the results of what was held back, to be told by the test; None: at once.
    :ivar late: how often it was asked for something after its end.
    """

    def __init__(self) -> None:
        self.held: list[Callable[[], object]] | None = None
        self.tells_later: list[Callable[[], object]] | None = None
        self.late = 0
        self._stopped = False

    def run(self, work: Callable[[], T]) -> Deferred[T]:
        """See :class:`client.history.thread.Thread`."""
        self.late += self._stopped
        if self.held is None:
            return execute(work)
        done: Deferred[T] = Deferred()
        self.held.append(lambda: self._do(work, done))
        return done

    def _do(self, work: Callable[[], T], done: Deferred[T]) -> None:
        result = execute(work)
        if self.tells_later is None:
            result.chainDeferred(done)
        else:
            self.tells_later.append(lambda: result.chainDeferred(done))

    def let(self) -> None:
        """Do what was held back."""
        held, self.held = self.held or [], None
        for work in held:
            work()

    def stop(self) -> None:
        """Nothing is left."""
        self._stopped = True
        self.let()


class Run:
    """One run of the program, without a screen.

    :ivar told: what was said to the user about the history.
    """

    def __init__(self, home: Path) -> None:
        self.model = Model("alice", "chat.example.org")
        self.clock = Clock()
        self.thread = AtOnce()
        recorder, trouble = open_recorder(home, KEY, self.model, self.thread, self.clock)
        self.told = [trouble] if trouble else []
        self.recorder = recorder
        if recorder is not None:
            recorder.warn = self.told.append
            recorder.restore()

    @property
    def keeper(self) -> Recorder:
        """The recorder, which there is."""
        assert self.recorder is not None
        return self.recorder

    def turn(self) -> None:
        """The end of a turn of the reactor."""
        self.clock.advance(0)

    def hears(self, text: str, number: int, sender: str = "bob", room: str = "red") -> None:
        """Something is said in a room, ``number`` minutes after the epoch."""
        said = messages.RoomSaid(room, sender, text, 0, number, number * MINUTE)
        events.apply(self.model, said, number * MINUTE)

    def room(self, name: str = "red") -> Conversation:
        """A room that there is."""
        found = self.model.roster.find(Kind.ROOM, name)
        assert found is not None
        return found

    def end(self) -> None:
        """End as a program does."""
        self.keeper.close()


def texts(conversation: Conversation) -> list[str]:
    """What stands in a conversation, the oldest first."""
    return [entry.text for _, entry in conversation.timeline.backwards()][::-1]


def past(conversation: Conversation) -> list[str]:
    """The same, with all that the history has."""
    while conversation.load_older():
        pass
    return texts(conversation)


class HistoryCase(SynchronousTestCase):
    """:ivar home: the profile's folder."""

    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()

    def run_once(self) -> Run:
        """A run, ended with the test where it has not ended before."""
        run = Run(self.home)
        return run

    def found(self, run: Run, text: str, here: Conversation | None = None) -> list[str]:
        """What a search finds, the newest first."""
        return [one.entry.text for one in run.keeper.search(text, here)]
