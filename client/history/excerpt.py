"""Parts of a history for whoever asks outside of the screen: page by page, each small enough for a
frame of the socket in the profile (:mod:`client.handover`)."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from ..model.conversation import Kind
from ..model.keeper import Found
from . import entries
from .database import FILE, Error, connect, fault
from .errors import HistoryError
from .places import all_places, find_titled
from .query import Query

#: Lines in a page, and bytes after which no further one is taken (a text has at most 16 KiB).
MOST_LINES = 200
MOST_BYTES = 32 * 1024
#: Bytes of a line beside its text and names, at most.
_NUMBERS = 48

#: Before this row is everything.
_LAST_ROW = 2**63 - 1

Number = Annotated[int, Meta(ge=0, le=_LAST_ROW)]


class Wanted(Struct, frozen=True, array_like=True):
    """
    :ivar search: what somebody typed; "" for all that was kept.
    :ivar place: ``#room`` or a nick; "" for all.
    :ivar since: milliseconds since the epoch.
    :ivar oldest_first: from the first one on, rather than the last ones.
    :ivar row: from the page before; 0 for the first page.
    """

    search: Annotated[str, Meta(max_length=4096)] = ""
    place: Annotated[str, Meta(max_length=255)] = ""
    since: Number = 0
    oldest_first: bool = False
    row: Number = 0


class Line(Struct, frozen=True, array_like=True):
    """
    :ivar place: the conversation's title; "" for the server's.
    :ivar kind: the name of a :class:`client.model.entry.EntryKind`.
    :ivar id: the server's, 0 where it gave none.
    """

    row: int
    place: str
    time: int
    kind: str
    sender: str
    text: str
    id: int
    own: bool


class Page(Struct, frozen=True, array_like=True):
    """``more``: there may be another one; ``row`` asks for it."""

    lines: list[Line]
    more: bool
    row: Number = 0


def read_page(home: Path, key: bytes, wanted: Wanted) -> Page:
    """A page of a profile's history, while somebody else may write to it.

    :raises HistoryError: there is none, it cannot be read, or it knows no such conversation.
    """
    if not (home / FILE).exists():
        raise HistoryError(f"nothing has been kept in {home} yet")
    with closing(connect(home, key)) as connection:
        try:
            return _page(connection, wanted)
        except Error as error:
            raise fault(error, home / FILE) from None


def _page(connection: Any, wanted: Wanted) -> Page:
    query = Query.parse(wanted.search)
    if wanted.search and not query:
        return Page([], False)
    titles = [*([wanted.place] if wanted.place else []), *query.places]
    places = find_titled(all_places(connection), titles)
    if wanted.place:
        places = find_titled(places, [wanted.place])
    if titles and not places:
        raise HistoryError(f"the history has nothing of {' or '.join(titles)}")
    ids = tuple(place.id for place in places)
    look = entries.listed
    if query.terms or query.senders:
        look = partial(entries.search, query=query)
    found = look(
        connection,
        places=ids,
        count=MOST_LINES,
        since=wanted.since,
        row=wanted.row,
        oldest_first=wanted.oldest_first,
    )
    fitting, room = 0, MOST_BYTES
    while fitting < len(found) and room >= 0:
        line = _line(found[fitting])
        room -= len(f"{line.text}{line.sender}{line.place}".encode()) + _NUMBERS
        fitting += 1
    more = fitting < len(found) or fitting == MOST_LINES
    row = found[fitting - 1].entry.row if found else 0
    # A search gives them as they came.
    taken = sorted(found[:fitting], key=_stand, reverse=not wanted.oldest_first)
    return Page(list(map(_line, taken)), more, row)


def _stand(found: Found) -> entries.Stand:
    return entries.stand(found.entry)


def _line(found: Found) -> Line:
    entry, name = found.entry, found.name
    place = f"#{name}" if found.kind is Kind.ROOM else name
    kind = entry.kind.name.lower()
    return Line(
        entry.row, place, entry.time, kind, entry.sender, entry.text, entry.id or 0, entry.own
    )
