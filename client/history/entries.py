"""Entries as rows: put in once, changed as their delivery goes on, found again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.conversation import Kind
from ..model.entry import SPOKEN, Delivery, Entry, EntryKind
from ..model.keeper import Found
from .query import Query, place_mark, sender_mark
from .words import words_of

#: What a message becomes that was waiting when the program ended.
UNKNOWN_FATE = "may not have arrived: chatc ended before the answer came"

_LAST_ROW = 2**63 - 1
_COLUMNS = "id, number, time, kind, sender, text, own, mention, delivery, failure"
_KINDS = {kind.name.lower(): kind for kind in EntryKind}
_DELIVERIES = {delivery.name.lower(): delivery for delivery in Delivery}


def add(connection: Any, place: int, entry: Entry) -> None:
    """Put an entry into a conversation, once: nothing happens where its number or row is there."""
    done = connection.execute(
        f"INSERT OR IGNORE INTO entry (conversation, {_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (place, *_row(entry)),
    )
    if done.rowcount and entry.kind in SPOKEN:
        marks = f"{place_mark(place)} {sender_mark(entry.sender)}"
        connection.execute(
            "INSERT INTO entry_words (rowid, text, marks) VALUES (?, ?, ?)",
            (entry.row, " ".join(words_of(entry.text)), marks),
        )


def change(connection: Any, entry: Entry) -> None:
    """Its number, time and delivery are others now."""
    delivery = entry.delivery and entry.delivery.name.lower()
    connection.execute(
        "UPDATE OR IGNORE entry SET number = ?, time = ?, delivery = ?, failure = ? WHERE id = ?",
        (entry.id, entry.time, delivery, _text(entry.failure), entry.row),
    )


def has(connection: Any, place: int, number: int) -> bool:
    """Whether a conversation holds the message of this number."""
    asked = "SELECT 1 FROM entry WHERE conversation = ? AND number = ?"
    return connection.execute(asked, (place, number)).fetchone() is not None


def before(connection: Any, place: int, row: int, count: int) -> list[Entry]:
    """The last entries of a conversation before a row, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (place, row, count),
    ).fetchall()
    return [_entry(one) for one in reversed(rows)]


def since(connection: Any, place: int, row: int, count: int) -> list[Entry]:
    """The first entries of a conversation from a row on, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE conversation = ? AND id >= ? ORDER BY id LIMIT ?",
        (place, row, count),
    )
    return [_entry(one) for one in rows]


def next_row(connection: Any) -> int:
    """The row that the next entry gets."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
    return int(last) + 1


def search(
    connection: Any,
    query: Query,
    places: tuple[int, ...],
    count: int,
    since: int = 0,
    row: int = _LAST_ROW,
    *,
    oldest_first: bool = False,
) -> list[Found]:
    """Entries that somebody said and that match: the newest, unless ``oldest_first``.

    :param places: conversations by their rows; all, where there are none.
    :param since: milliseconds since the epoch.
    :param row: only what stands before this one, or after it.
    """
    source = "entry_words JOIN entry ON entry.id = entry_words.rowid"
    condition, match = "entry_words MATCH ?", query.match(places)
    return _found(connection, source, condition, (match,), count, since, row, oldest_first)


def listed(
    connection: Any,
    query: Query,
    places: tuple[int, ...],
    count: int,
    since: int = 0,
    row: int = _LAST_ROW,
    *,
    oldest_first: bool = False,
) -> list[Found]:
    """All entries, as :func:`search`; of the query, nothing is looked at."""
    condition = f"conversation.id IN ({', '.join('?' * len(places))})" if places else "true"
    return _found(connection, "entry", condition, places, count, since, row, oldest_first)


def _found(
    connection: Any,
    source: str,
    condition: str,
    values: tuple[Any, ...],
    count: int,
    since: int,
    row: int,
    oldest_first: bool,
) -> list[Found]:
    columns = ", ".join(f"entry.{name}" for name in _COLUMNS.split(", "))
    number = "entry_words.rowid" if "entry_words" in source else "entry.id"
    beyond, order = (">", "ASC") if oldest_first else ("<", "DESC")
    rows = connection.execute(
        f"SELECT conversation.kind, conversation.name, {columns} FROM {source} "
        "JOIN conversation ON conversation.id = entry.conversation "
        f"WHERE {condition} AND {number} {beyond} ? AND entry.time >= ? "
        f"ORDER BY {number} {order} LIMIT ?",
        (*values, row, since, count),
    )
    return [Found(Kind[kind.upper()], name, _entry(one)) for kind, name, *one in rows]


def forget(connection: Any, places: Iterable[int]) -> None:
    """Take all entries of these conversations out, and what they are found by."""
    for place in places:
        connection.execute(
            "DELETE FROM entry_words WHERE rowid IN (SELECT id FROM entry WHERE conversation = ?)",
            (place,),
        )
        connection.execute("DELETE FROM entry WHERE conversation = ?", (place,))


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.row,
        entry.id,
        entry.time,
        entry.kind.name.lower(),
        _text(entry.sender),
        _text(entry.text),
        entry.own,
        entry.mention,
        entry.delivery and entry.delivery.name.lower(),
        _text(entry.failure),
    )


def _entry(row: Any) -> Entry:
    number, id, time, kind, sender, text, own, mention, delivery, failure = row
    state = _DELIVERIES.get(delivery)
    if state is Delivery.WAITING:
        state, failure = Delivery.FAILED, UNKNOWN_FATE
    return Entry(
        _KINDS.get(kind, EntryKind.NOTICE),
        time,
        text,
        sender,
        id,
        bool(own),
        bool(mention),
        state,
        failure,
        row=number,
    )


def _text(text: str) -> str:
    """What UTF-8 can hold of it: halves of characters may come from a keyboard."""
    return text if text.isascii() else text.encode(errors="replace").decode()
