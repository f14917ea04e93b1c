"""The client's history: what it takes to keep a million messages, to search them, and to show the
last ones of a long conversation."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from twisted.internet.defer import Deferred, execute
from twisted.internet.task import Clock
from urwid.testing import ScriptedScreen, render_text

from client.history import entries
from client.history.batch import Batch
from client.history.database import connect
from client.history.places import Place
from client.history.query import Query
from client.history.recorder import MOST_FOUND, Recorder
from client.history.schema import prepare
from client.model.conversation import Kind
from client.model.entry import Entry, EntryKind
from client.model.model import Model
from client.ui.screen import FullScreen
from tests.benchmarks.effort import Effort
from tests.benchmarks.results import CHATD, Table
from tests.benchmarks.sample import Figure

KEY = bytes(32)
PLAIN = "plain SQLite"
#: Messages in one transaction: a turn with one, and a lively one after a loss.
TURNS = (1, 1000)
#: Messages in one transaction while the history is filled.
FILLING = 10_000
#: Comparisons with plain SQLite, and messages in each by the size of a turn.
COMPARISONS = 3
COMPARED = {1: 200, 1000: 20_000}
#: Searches of each kind.
SEARCHES = 100
#: The first screen of how long a conversation, and how often it is drawn.
LONG, PAINTS = 100_000, 5

_PEOPLE, _ROOMS = 50, 30
_WORDS = 50_000


class Talk:
    """Messages of which some words are said all the time and most hardly ever (Zipf)."""

    def __init__(self) -> None:
        self.chance = random.Random(4170)
        letters = "etaoinshrdlucmfwypvbgkjqxz"
        self.words = [
            "".join(self.chance.choices(letters, k=2 + min(rank.bit_length(), 9)))
            for rank in range(_WORDS)
        ]
        self._weights = list(accumulate(1 / (rank + 1) for rank in range(_WORDS)))

    def some(self, count: int) -> list[str]:
        """Words, as often as they are said."""
        return self.chance.choices(self.words, cum_weights=self._weights, k=count)

    def entries(self, room: int = 0) -> Iterator[tuple[int, Entry]]:
        """What is said, in all rooms or one of them; each with its room."""
        row = 0
        while True:
            row += 1
            text = " ".join(self.some(self.chance.randrange(3, 20)))
            sender = f"nick{self.chance.randrange(_PEOPLE)}"
            place = room or self.chance.randrange(1, _ROOMS + 1)
            yield place, Entry(EntryKind.SAID, row * 1000, text, sender, row, row=row)


def history(fresh: Callable[[], Path], effort: Effort) -> Iterator[Table]:
    """:param fresh: makes an empty folder."""
    talk = Talk()
    yield _writing(fresh, talk)
    home = fresh()
    with closing(connect(home, KEY)) as connection:
        rate = _fill(connection, talk.entries(), effort.messages, FILLING)
    filled = Table(
        "history/fill",
        f"A history of {effort.messages:,} messages",
        "messages/s",
        ["filled"],
        1000,
        "thousand messages/s",
    )
    filled.put(CHATD, "filled", Figure(rate))
    yield filled
    yield _searching(home, talk, effort.messages)
    yield _painting(fresh(), talk)


def _writing(fresh: Callable[[], Path], talk: Talk) -> Table:
    columns = {count: f"{count:,} in a turn" for count in TURNS}
    table = Table("history/write", "Messages kept", "messages/s", list(columns.values()))
    for count, column in columns.items():
        rates: dict[str, list[float]] = {CHATD: [], PLAIN: []}
        for name, opened in _KINDS_OF_FILE * COMPARISONS:
            with closing(opened(fresh())) as connection:
                rates[name].append(_fill(connection, talk.entries(), COMPARED[count], count))
        for name, measured in rates.items():
            table.put(name, column, Figure(statistics.median(measured)))
    return table


def _plain(home: Path) -> Any:
    """The same library, tables and care for the disk, without a seal."""
    connection = dbapi2.connect(home / "plain.db", isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA cache_size = -16384")
    prepare(connection)
    return connection


_KINDS_OF_FILE: tuple[tuple[str, Callable[[Path], Any]], ...] = (
    (CHATD, lambda home: connect(home, KEY)),
    (PLAIN, _plain),
)


def _fill(connection: Any, said: Iterator[tuple[int, Entry]], count: int, turn: int) -> float:
    """:return: messages a second, without the time it took to think them up."""
    Batch({n: Place(n, Kind.ROOM, f"room{n}") for n in range(1, _ROOMS + 1)}).commit(connection)
    took = 0.0
    for _ in range(count // turn):
        batch = Batch(added={entry.row: (n, entry) for n, entry in islice(said, turn)})
        began = time.perf_counter()
        batch.commit(connection)
        took += time.perf_counter() - began
    return count / took


def _searching(home: Path, talk: Talk, messages: int) -> Table:
    """The first ones after the start included: nothing is in memory then."""
    columns = ["p50", "p95", "worst"]
    title = f"Search of {messages:,} messages"
    table = Table("history/search", title, "seconds", columns, 0.001, "ms")
    took: list[float] = []
    with closing(connect(home, KEY)) as connection:
        for number in range(SEARCHES * len(_KINDS)):
            typed = _KINDS[number % len(_KINDS)](talk)
            began = time.perf_counter()
            query = Query.parse(typed)
            places = tuple(talk.chance.sample(range(1, _ROOMS + 1), len(query.places)))
            entries.search(connection, query, places, MOST_FOUND)
            took.append(time.perf_counter() - began)
    percentiles = statistics.quantiles(took, n=100)
    for column, value in zip(columns, (percentiles[49], percentiles[94], max(took)), strict=True):
        table.put(CHATD, column, Figure(value))
    return table


def _begun(word: str, length: int) -> str:
    return word[:length]


#: What people type: a word, several, the start of one, a phrase, a word in a room, one by somebody,
#: and words that nobody says together.
_KINDS: tuple[Callable[[Talk], str], ...] = (
    lambda talk: talk.some(1)[0],
    lambda talk: " ".join(talk.some(2)),
    lambda talk: _begun(talk.some(1)[0], 2),
    lambda talk: _begun(talk.some(1)[0], 3),
    lambda talk: f'"{" ".join(talk.some(2))}"',
    lambda talk: f"{talk.some(1)[0]} in:#room",
    lambda talk: f"{talk.some(1)[0]} from:nick{talk.chance.randrange(_PEOPLE)}",
    lambda talk: " ".join(talk.chance.choices(talk.words[:300], k=4)),
)


class _AtOnce:
    """A thread that is this one."""

    def run(self, work: Callable[[], Any]) -> Deferred[Any]:
        return execute(work)

    def stop(self) -> None:
        pass


def _painting(home: Path, talk: Talk) -> Table:
    """From the open vault to the screen's first rows."""
    with closing(connect(home, KEY)) as connection:
        _fill(connection, talk.entries(1), LONG, FILLING)
    took = [_paint(home) for _ in range(PAINTS)]
    title = f"First paint, a conversation of {LONG:,}"
    table = Table("history/paint", title, "seconds", ["median", "worst"], 0.001, "ms")
    table.put(CHATD, "median", Figure(statistics.median(took)))
    table.put(CHATD, "worst", Figure(max(took)))
    return table


def _paint(home: Path) -> float:
    began = time.perf_counter()
    model, clock = Model("alice", "chat.example.org"), Clock()
    terminal = ScriptedScreen(size=(120, 40))
    screen = FullScreen(clock, model, lambda: None, terminal=terminal, environment={})
    recorder = Recorder(home, KEY, model, _AtOnce(), clock)
    recorder.restore()
    model.roster.switch(model.open(Kind.ROOM, "room1"))
    shown = render_text(screen.stage, (120, 40), focus=True)
    took = time.perf_counter() - began
    assert sum("nick" in row for row in shown) > 5, shown
    recorder.close()
    return took
