"""Changes of messages that are not here yet, as rows: what is done to a message of one's own can be
told before the answer to that message, which has its number, was heard."""

from __future__ import annotations

from typing import Any

from chatd.domain.commands import Relation

from ..model.relations import Change


def all_early(connection: Any) -> list[tuple[bytes, Change]]:
    """Each with the lasting conversation's id; those of one conversation in their order."""
    rows = connection.execute(
        "SELECT stream, relation, ref, sender, text, number, time FROM early "
        "ORDER BY stream, number"
    )
    return [(stream, Change(Relation(relation), *rest)) for stream, relation, *rest in rows]


def put(connection: Any, stream: bytes, change: Change) -> None:
    """Keep one, once."""
    connection.execute(
        "INSERT OR REPLACE INTO early (stream, relation, ref, sender, text, number, time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            stream,
            change.relation,
            change.ref,
            change.sender,
            change.text,
            change.number,
            change.time,
        ),
    )


def remove(connection: Any, stream: bytes, number: int) -> None:
    """It was made, or will not be."""
    connection.execute("DELETE FROM early WHERE stream = ? AND number = ?", (stream, number))


def forget(connection: Any, place: int) -> None:
    """Take out all of a conversation, by its row."""
    connection.execute(
        "DELETE FROM early WHERE stream = (SELECT stream FROM conversation WHERE id = ?)", (place,)
    )
