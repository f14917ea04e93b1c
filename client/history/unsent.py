"""The outbox as rows: messages of one's own that the server has not taken yet, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatd.domain.commands import Relation, Style

from ..model.conversation import Kind


@dataclass(frozen=True, slots=True)
class Unsent:
    """
    :ivar id: grows with each.
    :ivar kind: with ``name``: to whom it goes.
    :ivar stream: the server's id of that conversation; None for a person with whom one has not
        talked, as far as this device knows.
    :ivar time: when it was typed, milliseconds since the epoch.
    :ivar ref: the number of the message that ``relation`` is to.
    :ivar entry: the row of the line that shows it, 0 for none.
    """

    id: int
    kind: Kind
    name: str
    stream: bytes | None
    time: int
    style: Style
    text: str
    relation: Relation = Relation.NONE
    ref: int | None = None
    entry: int = 0


def all_unsent(connection: Any) -> list[Unsent]:
    """The oldest first."""
    rows = connection.execute(
        "SELECT id, kind, name, stream, time, style, text, relation, ref, entry FROM unsent "
        "ORDER BY id"
    )
    return [
        Unsent(
            id,
            Kind[kind.upper()],
            name,
            stream,
            time,
            Style(style),
            text,
            Relation(relation),
            ref,
            entry,
        )
        for id, kind, name, stream, time, style, text, relation, ref, entry in rows
    ]


def put(connection: Any, one: Unsent) -> None:
    """Keep it."""
    connection.execute(
        "INSERT OR REPLACE INTO unsent "
        "(id, kind, name, stream, time, style, text, relation, ref, entry) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.id,
            one.kind.name.lower(),
            one.name.encode(errors="replace").decode(),
            one.stream,
            one.time,
            one.style,
            one.text.encode(errors="replace").decode(),
            one.relation,
            one.ref,
            one.entry,
        ),
    )


def remove(connection: Any, id: int) -> None:
    """It is no longer on its way."""
    connection.execute("DELETE FROM unsent WHERE id = ?", (id,))
