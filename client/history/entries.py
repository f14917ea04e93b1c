"""Entries as rows: put in once, changed as their delivery goes on, found again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chatd.domain.commands import Relation

from ..model.conversation import Kind
from ..model.entry import BOTTOM, SPOKEN, Delivery, Entry, EntryKind, Reactions
from ..model.keeper import Found
from .query import Query, place_mark, sender_mark
from .words import words_of

#: What a message becomes that was waiting when the program ended.
UNKNOWN_FATE = "may not have arrived: chatc ended before the answer came"

_LAST_ROW = 2**63 - 1
_COLUMNS = (
    "id, number, time, kind, sender, text, own, mention, delivery, failure, relation, ref, edited, "
    "deleted, reactions, rewritten, reacted, alone, at, in_order"
)
#: Where an entry stands, as a row of SQL, and an order by it.
_STAND = "(at, ifnull(number, 0), entry.id)"
_UPWARDS = "at DESC, number DESC, entry.id DESC"
_DOWNWARDS = "at, number, entry.id"
_CHANGED = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", ")[1:])
#: Of entries in one conversation, what stands further down is more: ``at``, number (or 0), row.
Stand = tuple[int, int, int]

_KINDS = {kind.name.lower(): kind for kind in EntryKind}
_DELIVERIES = {delivery.name.lower(): delivery for delivery in Delivery}


def add(connection: Any, place: int, entry: Entry) -> None:
    """Put an entry into a conversation, once: nothing happens where its number or row is there."""
    done = connection.execute(
        f"INSERT OR IGNORE INTO entry (conversation, {_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        "UPDATE entry SET delivery = 'failed', failure = ?, at = id WHERE delivery = 'waiting' "
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


def stand(entry: Entry) -> Stand:
    """Where an entry stands."""
    return entry.at or entry.row, entry.id or 0, entry.row


def stands(connection: Any, row: int) -> Stand:
    """Where the entry of a row stands, or would."""
    found = connection.execute(f"SELECT {_STAND[1:-1]} FROM entry WHERE id = ?", (row,)).fetchone()
    return found or (row, 0, row)


def before(connection: Any, place: int, edge: Stand, count: int) -> list[Entry]:
    """The last entries of a conversation that stand above another, in their order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry "
        f"WHERE conversation = ? AND at <= ? AND {_STAND} < (?, ?, ?) "
        f"ORDER BY {_UPWARDS} LIMIT ?",
        (place, edge[0], *edge, count),
    ).fetchall()
    return [_entry(one) for one in reversed(rows)]


def since(connection: Any, place: int, edge: Stand, count: int) -> list[Entry]:
    """The first entries of a conversation from one on, in their order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry "
        f"WHERE conversation = ? AND at >= ? AND {_STAND} >= (?, ?, ?) "
        f"ORDER BY {_DOWNWARDS} LIMIT ?",
        (place, edge[0], *edge, count),
    )
    return [_entry(one) for one in rows]


def next_row(connection: Any) -> int:
    """The row that the next entry gets, and where it stands: below all but what waits."""
    (row,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
    asked = "SELECT coalesce(max(at), 0) FROM entry WHERE at < ?"
    (at,) = connection.execute(asked, (BOTTOM,)).fetchone()
    return max(int(row), int(at)) + 1


def search(
    connection: Any,
    query: Query,
    places: tuple[int, ...],
    count: int,
    since: int = 0,
    row: int = 0,
    *,
    oldest_first: bool = False,
) -> list[Found]:
    """Entries that somebody said and that match: those that came last, unless ``oldest_first``.

    :param places: conversations by their rows; all, where there are none.
    :param since: milliseconds since the epoch.
    :param row: only what came before this one, or after it; 0 for all.
    """
    compare, order = (">", "ASC") if oldest_first else ("<", "DESC")
    return _found(
        connection,
        "entry_words JOIN entry ON entry.id = entry_words.rowid",
        f"entry_words MATCH ? AND entry_words.rowid {compare} ? AND entry.time >= ? "
        f"ORDER BY entry_words.rowid {order}",
        (query.match(places), row if row or oldest_first else _LAST_ROW, since, count),
    )


def listed(
    connection: Any,
    places: tuple[int, ...],
    count: int,
    since: int = 0,
    row: int = 0,
    *,
    oldest_first: bool = False,
) -> list[Found]:
    """All entries, those that stand last or first.

    :param row: only what stands above the entry of this row, or below it; 0 for all.
    """
    compare, order = (">", _DOWNWARDS) if oldest_first else ("<", _UPWARDS)
    edge = stands(connection, row) if row or oldest_first else (_LAST_ROW, 0, 0)
    condition = f"entry.conversation IN ({', '.join('?' * len(places))})" if places else "true"
    return _found(
        connection,
        "entry",
        f"{condition} AND at {compare}= ? AND {_STAND} {compare} (?, ?, ?) AND entry.time >= ? "
        f"ORDER BY {order}",
        (*places, edge[0], *edge, since, count),
    )


def _found(connection: Any, source: str, condition: str, values: tuple[Any, ...]) -> list[Found]:
    columns = ", ".join(f"entry.{name}" for name in _COLUMNS.split(", "))
    rows = connection.execute(
        f"SELECT conversation.kind, conversation.name, {columns} FROM {source} "
        f"JOIN conversation ON conversation.id = entry.conversation WHERE {condition} LIMIT ?",
        values,
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
        entry.at or entry.row,
        entry.in_order,
    )


def _entry(row: Any) -> Entry:
    number, id, time, kind, sender, text, own, mention, delivery, failure, *rest = row
    relation, ref, edited, deleted, reactions, rewritten, reacted, alone, at, in_order = rest
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
        at=at,
        in_order=bool(in_order),
    )


def _reactions(text: str) -> Reactions:
    return tuple((emoji, tuple(nicks)) for emoji, nicks in json.loads(text))


def _text(text: str) -> str:
    """What UTF-8 can hold of it: halves of characters may come from a keyboard."""
    return text if text.isascii() else text.encode(errors="replace").decode()
