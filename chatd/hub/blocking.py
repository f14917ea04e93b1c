"""Blocking (seed 003): what one does about people one does not want to hear of.

It is nobody else's affair: no room changes by it, nobody is told, nothing is audited. What it does
is up to the families: they ask :func:`has_blocked`, or ``State.blocks``. Between accounts a block
is in the store; with a guest on either side it lasts as long as that guest's session.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain.blocks import MAX_BLOCKS, Party, named
from chatd.domain.commands import Block, ListBlocks, Unblock
from chatd.domain.events import BlockChanged
from chatd.domain.names import fold
from chatd.domain.results import BlockPage, BlockRow, Nothing
from chatd.errors import Code, Refused
from chatd.hub import presence

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State


def has_blocked(state: State, person: Person, other: Person) -> bool:
    """Whether somebody wants to hear nothing of another."""
    return state.blocks.has(person.identity, other.identity)


def seen(state: State, asker: Person, nick: str) -> Person | None:
    """Who has this nick and is here for the asker: those who have blocked them are not."""
    found = state.people.get(nick)
    return None if found is None or has_blocked(state, found, asker) else found


def block(state: State, session: Session, command: Block) -> Deferred[Nothing]:
    """Hear nothing of somebody; an account need not be here."""
    return Deferred.fromCoroutine(_block(state, session, command.nick))


async def _block(state: State, session: Session, nick: str) -> Nothing:
    target, is_account = await _find(state, session, nick)
    me = Party(session.person.identity, session.nick)
    blocked = state.blocks.of(me.identity)
    if target.identity == me.identity:
        raise Refused(Code.BLOCK_SELF)
    if target.identity in blocked:
        return Nothing()
    if len(blocked) >= MAX_BLOCKS:
        raise Refused(Code.TOO_MANY_BLOCKS)
    if session.account is not None and is_account:
        await state.need_store().block(me.identity, target.identity)
    state.blocks.add(me, target)
    presence.hidden(state, session.person, target.identity)
    _tell(state, me.identity, BlockChanged(target.name, True), session)
    return Nothing()


async def _find(state: State, session: Session, nick: str) -> tuple[Party, bool]:
    """Who that is, and whether they have an account.

    :raises Refused: NO_SUCH_NICK.
    """
    person = state.people.get(nick)
    if person is not None:
        return Party(person.identity, person.nick), person.account is not None
    account = await state.store.account(nick) if state.store is not None else None
    if account is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    state.check_here(session)
    return Party(account.id, account.handle), True


def unblock(state: State, session: Session, command: Unblock) -> Deferred[Nothing]:
    """Hear somebody again."""
    return Deferred.fromCoroutine(_unblock(state, session, command.nick))


async def _unblock(state: State, session: Session, nick: str) -> Nothing:
    me = session.person.identity
    target = named(state.blocks.of(me), nick)
    if target is None:
        raise Refused(Code.NOT_BLOCKED, f"you have not blocked {nick}")
    if session.account is not None and not _is_guest(state, target.identity):
        await state.need_store().unblock(me, target.identity)
    state.blocks.remove(me, target.identity)
    presence.hidden(state, session.person, target.identity)
    _tell(state, me, BlockChanged(target.name, False), session)
    return Nothing()


def list_blocks(state: State, session: Session, command: ListBlocks) -> BlockPage:
    """A page of those whom one has blocked, by folded name."""
    blocked = state.blocks.of(session.person.identity)
    parties = sorted((fold(name), name, identity) for identity, name in blocked.items())
    start = bisect_right(parties, fold(command.after), key=lambda party: party[0])
    start = start if command.after else 0
    end = start + state.page(lambda limits: 4 * limits.nick)
    rows = (
        BlockRow(name, session.account is not None and not _is_guest(state, one))
        for _, name, one in parties[start:end]
    )
    return BlockPage(tuple(rows), end < len(parties))


def renamed(state: State, guest: Person, old: str) -> None:
    """A guest has another nick: those who have blocked them go on knowing whom they hide."""
    for blocker in list(state.blocks.on(guest.identity)):  # telling may end a slow one
        _tell(state, blocker, BlockChanged(old, False))
        _tell(state, blocker, BlockChanged(guest.nick, True))
    state.blocks.rename(guest.identity, guest.nick)


def gone(state: State, guest: Person) -> None:
    """A guest has left, and the nick may be somebody else's next."""
    for blocker in list(state.blocks.on(guest.identity)):
        _tell(state, blocker, BlockChanged(guest.nick, False))
    state.blocks.forget(guest.identity)


def _is_guest(state: State, identity: bytes) -> bool:
    """Guests are known by their sessions, and only while they are here."""
    return identity in state.sessions


def _tell(
    state: State, identity: bytes, event: BlockChanged, asking: Session | None = None
) -> None:
    """Tell somebody's sessions, but for the one that asked."""
    person = state.accounts.get(identity)
    guest = state.sessions.get(identity)
    sessions = person.sessions if person is not None else [guest] if guest is not None else []
    state.tell([one for one in sessions if one is not asking], event)
