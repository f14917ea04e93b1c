"""How far people are in what was said: what one has read, what the others have got and read."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain.answer import fitting
from chatd.domain.commands import GetProgress, ListReceipts, MarkRead
from chatd.domain.events import ReadMoved
from chatd.domain.names import fold
from chatd.domain.results import Nothing, Progress, ReceiptPage, ReceiptRow
from chatd.errors import Code, Refused
from chatd.hub.devices import owner
from chatd.hub.receipts import Lowest, without

if TYPE_CHECKING:
    from chatd.domain.message import PersonProgress
    from chatd.hub.session import Session
    from chatd.hub.state import State


def mark_read(state: State, session: Session, command: MarkRead) -> Deferred[Nothing]:
    """One has read a conversation up to a number."""
    return Deferred.fromCoroutine(_mark_read(state, session, command))


async def _mark_read(state: State, session: Session, command: MarkRead) -> Nothing:
    account, _ = owner(session)
    conversation, store = command.conversation, state.need_store()
    read = await store.mark_read(account.id, conversation, command.number, command.quiet)
    if read:
        others = [one for one in state.sessions_by(account.id) if one is not session]
        state.tell(others, ReadMoved(conversation, read))
        if not command.quiet:
            state.receipts.moved([conversation])
    return Nothing()


def get_progress(state: State, session: Session, command: GetProgress) -> Deferred[Progress]:
    """How far the others are; one hears of more from now on."""
    return Deferred.fromCoroutine(_get_progress(state, session, command.conversation))


async def _get_progress(state: State, session: Session, conversation: bytes) -> Progress:
    account, _ = owner(session)
    people = await _people(state, account.id, conversation)
    state.check_here(session)
    now = Lowest(people).but(account.id)
    state.receipts.asked(conversation, account.id, now)
    return now


def list_receipts(state: State, session: Session, command: ListReceipts) -> Deferred[ReceiptPage]:
    """A page of who has got and read what."""
    return Deferred.fromCoroutine(_list_receipts(state, session, command))


async def _list_receipts(state: State, session: Session, command: ListReceipts) -> ReceiptPage:
    account, _ = owner(session)
    people = await _people(state, account.id, command.conversation)
    others = sorted(
        (one for one in people if one.account != account.id and not one.left),
        key=lambda one: fold(one.handle),
    )
    start = bisect_right(others, fold(command.after), key=lambda one: fold(one.handle))
    others = others[start if command.after else 0 :]
    shown = others[: min(fitting(len(one.handle.encode()) for one in others), state.limits.page)]
    rows = tuple(ReceiptRow(one.handle, one.delivered, one.read, one.after) for one in shown)
    return ReceiptPage(rows, len(shown) < len(others))


async def _people(state: State, account: bytes, conversation: bytes) -> list[PersonProgress]:
    """All but those who have blocked the one that asks.

    :raises Refused: NO_SUCH_CONVERSATION, or one that is not theirs.
    """
    people: list[PersonProgress] = await state.need_store().progress(conversation)
    if all(one.account != account or one.left for one in people):
        raise Refused(Code.NO_SUCH_CONVERSATION)
    return without(people, state.blocks.on(account))
