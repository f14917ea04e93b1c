"""Following: what a device is to get of the conversations that last, how it fetches that, and how
it comes to be told at once.

A session that follows is told of nothing in a conversation of which it has not fetched everything.
What is said while it reads from the store may or may not be in what it reads: where something was,
it is told to read again. So nothing is told before what came before it, and nothing is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain.answer import FETCH_COUNT, FETCH_SIZE, LEAP_SIZE, cut, fitting
from chatd.domain.commands import Acknowledge, Fetch, Follow
from chatd.domain.conversation import ConversationKind
from chatd.domain.events import DirectSaid, MailCame, RoomSaid, SealedSaid
from chatd.domain.message import Followed, Gap, OpenBody, StoredMessage
from chatd.domain.results import FetchPage, FollowPage, Missing, Nothing
from chatd.errors import Code, Refused
from chatd.hub.devices import owner
from chatd.hub.session import ALL

if TYPE_CHECKING:
    from chatd.hub.session import Session
    from chatd.hub.state import State
    from chatd.interfaces import IPeer

#: Rows read at once.
FOLLOW_COUNT = 200


def hold_back(session: Session) -> None:
    """A connection begins or ends: a session that follows is told of nothing that lasts until it
    has asked what there is."""
    session.reached, session.waiting, session.skipped = b"", None, None
    for room in session.person.rooms:
        if room.conversation:
            room.waiting.add(session)


def follow(state: State, session: Session, command: Follow) -> Deferred[FollowPage]:
    """A page of what one's device follows."""
    return Deferred.fromCoroutine(_follow(state, session, command.after))


async def _follow(state: State, session: Session, after: bytes) -> FollowPage:
    _, device = owner(session)
    if not after:
        hold_back(session)
    peer = session.peer
    while True:
        session.skipped = set()
        found, epoch = await state.need_store().follow(device.id, after, FOLLOW_COUNT + 1)
        skipped = _end_reading(session, peer)
        count = min(FOLLOW_COUNT, fitting(map(_size, found)))
        rows, more = found[:count], len(found) > count
        end = rows[-1].conversation if more else ALL
        unknown = skipped.difference(row.conversation for row in rows)
        if not any(after < one <= end for one in unknown):
            break  # else one began while it was read
    told = tuple(_told(row, skipped) for row in rows)
    _reach(session, end, {row.conversation for row in told if row.last > row.acked})
    return FollowPage(told, more, epoch)


def _end_reading(session: Session, peer: IPeer) -> set[bytes]:
    """:return: where something was said meanwhile.
    :raises Refused: the connection that asked is gone; what was read is told to nobody.
    """
    if session.peer is not peer:
        raise Refused(Code.LOGGED_OUT)
    skipped, session.skipped = session.skipped, None
    return skipped or set()


def _size(row: Followed) -> int:
    """Bytes beyond those of every row."""
    return len(row.name.encode()) + LEAP_SIZE * len(row.leaps)


def _told(row: Followed, skipped: set[bytes]) -> Followed:
    """A row that sends the device to fetch where it has to."""
    if row.conversation in skipped:
        return replace(row, last=max(row.last, row.acked + 1))
    return row


def _reach(session: Session, end: bytes, waiting: set[bytes]) -> None:
    """Everything up to an id is known now, and told at once unless something is waiting there."""
    if session.reached is None:  # it asks for a later page and never asked for the first one
        return
    session.reached = end
    if waiting:
        session.waiting = waiting | (session.waiting or set())
    for room in session.person.rooms:
        if not session.awaits(room.conversation):
            room.waiting.discard(session)


def fetch(state: State, session: Session, command: Fetch) -> Deferred[FetchPage]:
    """A page of what was said."""
    return Deferred.fromCoroutine(_fetch(state, session, command.conversation, command.after))


async def _fetch(state: State, session: Session, conversation: bytes, after: int) -> FetchPage:
    account, device = owner(session)
    peer, session.skipped = session.peer, set()
    found = await state.need_store().fetch(device.id, conversation, after, FETCH_COUNT, FETCH_SIZE)
    skipped = _end_reading(session, peer)
    page = cut(found, account.handle)
    items = tuple(
        _item(one, found.kind, found.name, account.handle, conversation) for one in page.items
    )
    more = page.more or conversation in skipped
    if not more:
        _tell_at_once(session, conversation)
    return FetchPage(items, page.upto, more)


def _tell_at_once(session: Session, conversation: bytes) -> None:
    """It has fetched everything there."""
    if session.waiting is not None:
        session.waiting.discard(conversation)
        session.waiting = session.waiting or None
    for room in session.person.rooms:
        if room.conversation == conversation and not session.awaits(conversation):
            room.waiting.discard(session)


def _item(
    one: StoredMessage | Gap, kind: ConversationKind, name: str, handle: str, conversation: bytes
) -> RoomSaid | DirectSaid | SealedSaid | MailCame | Missing:
    """What a page says, as the event that it was."""
    if isinstance(one, Gap):
        return Missing(one.first, one.last, one.reason)
    if kind is ConversationKind.MAILBOX:
        return MailCame(one.number, one.sender, one.device, one.time, one.body)
    room = name if kind is ConversationKind.ROOM else ""
    to = "" if room else name if one.sender == handle else handle
    if one.sealed:
        return SealedSaid(
            conversation, room, one.sender, to, one.device, one.number, one.time, one.body, one.part
        )
    body = OpenBody.unpack(one.body)
    said = one.number, one.time, body.origin, conversation, body.relation, body.ref
    if room:
        return RoomSaid(room, one.sender, body.text, body.style, *said)
    return DirectSaid(one.sender, to, body.text, body.style, *said)


def acknowledge(state: State, session: Session, command: Acknowledge) -> Nothing:
    """One's device has stored what it got."""
    _, device = owner(session)
    state.acknowledgements.add(device.id, command.conversation, command.number)
    return Nothing()
