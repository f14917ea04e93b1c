"""Conversations as rows: which there are, which of them are open, what is unread in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chatd.domain.names import fold

from ..model.conversation import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation as it is kept.

    :ivar open: it stands in the list of conversations.
    :ivar first_unread: the row where unread begins.
    :ivar stream: the server's id of it, where it lasts.
    :ivar inside: one was a member of that room when it was kept last.
    :ivar looked: the greatest is the one that was looked at last; 0: never was.
    """

    id: int
    kind: Kind
    name: str
    open: bool = True
    unread: int = 0
    mentions: int = 0
    first_unread: int | None = None
    stream: bytes = b""
    inside: bool = False
    looked: int = 0

    @property
    def key(self) -> tuple[Kind, str]:
        """As :attr:`client.model.conversation.Conversation.key`."""
        return self.kind, fold(self.name)


def all_places(connection: Any) -> list[Place]:
    """In the order in which they were opened first."""
    rows = connection.execute(
        "SELECT id, kind, name, open, unread, mentions, first_unread, stream, inside, looked "
        "FROM conversation ORDER BY id"
    )
    return [
        Place(
            id,
            Kind[kind.upper()],
            name,
            bool(is_open),
            unread,
            mentions,
            first,
            stream,
            bool(inside),
            looked,
        )
        for id, kind, name, is_open, unread, mentions, first, stream, inside, looked in rows
    ]


def put(connection: Any, place: Place) -> None:
    """Keep a conversation as it is now."""
    kind, key = place.key
    connection.execute(
        "INSERT INTO conversation "
        "(id, kind, name, key, open, unread, mentions, first_unread, stream, inside, looked) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "name = excluded.name, open = excluded.open, unread = excluded.unread, "
        "mentions = excluded.mentions, first_unread = excluded.first_unread, "
        "stream = excluded.stream, inside = excluded.inside, "
        "looked = excluded.looked",
        (
            place.id,
            kind.name.lower(),
            place.name.encode(errors="replace").decode(),
            key.encode(errors="replace").decode(),
            place.open,
            place.unread,
            place.mentions,
            place.first_unread,
            place.stream,
            place.inside,
            place.looked,
        ),
    )


def find_titled(places: Iterable[Place], titles: Iterable[str]) -> list[Place]:
    """Those that ``#room``, or a nick, means."""
    keys = {
        (Kind.ROOM if title.startswith("#") else Kind.PERSON, fold(title.removeprefix("#")))
        for title in titles
    }
    return [one for one in places if one.key in keys]
