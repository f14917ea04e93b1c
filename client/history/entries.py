"""Entries as rows: put in once, changed as their delivery goes on, found again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chatd.domain.commands import Relation

from ..model.conversation import Kind
from ..model.entry import SPOKEN, Delivery, Entry, EntryKind, Reactions
from ..model.keeper import Found
from .query import Query, place_mark, sender_mark
from .words import words_of

#: What a message becomes that was waiting when the program ended.
UNKNOWN_FATE = "may not have arrived: chatc ended before the answer came"

_LAST_ROW = 2**63 - 1
_COLUMNS = (
    "id, number, time, kind, sender, text, own, mention, delivery, failure, relation, ref, edited, "
    "deleted, reactions, rewritten, reacted, alone"
)
_CHANGED = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", ")[1:])
_KINDS = {kind.name.lower(): kind for kind in EntryKind}
_DELIVERIES = {delivery.name.lower(): delivery for delivery in Delivery}


def add(connection: Any, place: int, entry: Entry) -> None:
    """Put an entry into a conversation, once: nothing happens where its number or row is there."""
    done = connection.execute(
        f"INSERT OR IGNORE INTO entry (conversation, {_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (place, *_row(entry)),
    )
    if done.rowcount and entry.kind in SPOKEN:
        _put_words(connection, place, entry)


def change(connection: Any, entry: Entry) -> None:
    """It is another one now; what it is found by follows its text."""
    known = "SELECT conversation, text FROM entry WHERE id = ?"
    found = connection.execute(known, (entry.row,)).fetchone()
    if found is None:
        return
    place, text = found
    row, *values = _row(entry)
    connection.execute(f"UPDATE OR IGNORE entry SET {_CHANGED} WHERE id = ?", (*values, row))
    if entry.kind in SPOKEN and _text(entry.text) != text:
        connection.execute("DELETE FROM entry_words WHERE rowid = ?", (row,))
        _put_words(connection, place, entry)


def _put_words(connection: Any, place: int, entry: Entry) -> None:
    marks = f"{place_mark(place)} {sender_mark(entry.sender)}"
    connection.execute(
        "INSERT INTO entry_words (rowid, text, marks) VALUES (?, ?, ?)",
        (entry.row, " ".join(words_of(entry.text)), marks),
    )


def end_waiting(connection: Any) -> None:
    """What was on its way when the program ended, and is in no outbox, may have arrived or not."""
    connection.execute(
        "UPDATE entry SET delivery = 'failed', failure = ? WHERE delivery = 'waiting' "
        "AND id NOT IN (SELECT entry FROM unsent)",
        (UNKNOWN_FATE,),
    )


def unnumber(connection: Any, place: int, first: int, last: int) -> None:
    """Messages of a conversation from one number up to another have none any more."""
    connection.execute(
        "UPDATE entry SET number = NULL WHERE conversation = ? AND number BETWEEN ? AND ?",
        (place, first, last),
    )


def find(connection: Any, place: int, number: int) -> Entry | None:
    """The message of a conversation that has this number."""
    asked = f"SELECT {_COLUMNS} FROM entry WHERE conversation = ? AND number = ?"
    row = connection.execute(asked, (place, number)).fetchone()
    return None if row is None else _entry(row)


def own(connection: Any, place: int, first: int, last: int, count: int) -> list[Entry]:
    """The first of one's own messages in a conversation from one number up to another."""
    asked = (
        f"SELECT {_COLUMNS} FROM entry WHERE conversation = ? AND number BETWEEN ? AND ? AND own "
        "ORDER BY number LIMIT ?"
    )
    return [_entry(row) for row in connection.execute(asked, (place, first, last, count))]


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
        entry.relation,
        entry.ref,
        entry.edited,
        entry.deleted,
        json.dumps(entry.reactions) if entry.reactions else "",
        entry.rewritten,
        entry.reacted,
        entry.alone,
    )


def _entry(row: Any) -> Entry:
    number, id, time, kind, sender, text, own, mention, delivery, failure, *rest = row
    relation, ref, edited, deleted, reactions, rewritten, reacted, alone = rest
    return Entry(
        _KINDS.get(kind, EntryKind.NOTICE),
        time,
        text,
        sender,
        id,
        bool(own),
        bool(mention),
        _DELIVERIES.get(delivery),
        failure,
        row=number,
        relation=Relation(relation),
        ref=ref,
        edited=bool(edited),
        deleted=bool(deleted),
        reactions=_reactions(reactions) if reactions else (),
        rewritten=rewritten,
        reacted=reacted,
        alone=bool(alone),
    )


def _reactions(text: str) -> Reactions:
    return tuple((emoji, tuple(nicks)) for emoji, nicks in json.loads(text))


def _text(text: str) -> str:
    """What UTF-8 can hold of it: halves of characters may come from a keyboard."""
    return text if text.isascii() else text.encode(errors="replace").decode()
