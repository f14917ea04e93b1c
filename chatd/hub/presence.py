"""Presence of accounts: who is here, away or gone, and since when.

It is told to those who share a room with somebody, or have talked with them, to each session once;
never to those whom they have blocked, for whom they are not here. Only the first session of a
person and the last one count, and a connection that is lost counts until its grace time is over.
Guests are here as long as they are in a room's list: of them others are told by the room's events.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain.events import PresenceChanged
from chatd.errors import Refused
from chatd.hub.person import NOBODY

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State


def arrived(state: State, person: Person) -> None:
    """Somebody is here: those who may know are told as soon as it is known who they are."""
    _unheard(Deferred.fromCoroutine(_arrive(state, person)))


async def _arrive(state: State, person: Person) -> None:
    assert person.account is not None
    partners: list[bytes] = []
    with suppress(Refused):  # those in the same rooms are told all the same
        partners = await state.need_store().pairs(person.account.id)
    if person.sessions:
        person.partners |= set(partners)
        # What a restart did not end is no news.
        quiet = state.clock.seconds() - state.started < state.liveness.grace
        _tell(state, person, *person.sessions, quiet=quiet)


def gone(state: State, person: Person) -> None:
    """The last session of somebody has ended."""
    assert person.account is not None
    now = state.now()
    person.account = replace(person.account, seen=now)
    person.away = ""
    _unheard(state.need_store().seen(person.account.id, now))
    _tell(state, person)
    person.partners = NOBODY


def stopping(state: State) -> None:
    """The server ends: whoever is here was here until now."""
    for account in state.accounts:
        _unheard(state.need_store().seen(account, state.now()))


def changed(state: State, session: Session) -> None:
    """Somebody went away, or came back, by this session."""
    _tell(state, session.person, session)


def hidden(state: State, person: Person, other: bytes) -> None:
    """Somebody has just blocked another one, by identity, or does not do so any more: the other one
    sees them go, or come."""
    sessions = [one for one in _audience(state, person) if one.person.identity == other]
    if person.account is not None and person.sessions and sessions:
        here = not state.blocks.has(person.account.id, other)
        state.tell(sessions, _presence(person, here))


def met(state: State, one: bytes, other: bytes) -> None:
    """Two accounts, by id, have talked: from now on each hears of the other."""
    for who, whom in ((one, other), (other, one)):
        person = state.accounts.get(who)
        if person is not None and whom not in person.partners:
            person.partners |= {whom}


def is_here(state: State, person: Person, asker: Person) -> bool:
    """Whether somebody is here for the asker: an account that has blocked them is not."""
    if person.account is None:
        return True
    return bool(person.sessions) and not state.blocks.has(person.account.id, asker.identity)


def last_seen(state: State, account: Account, asker: Person) -> int:
    """When an account was here last, as far as the asker may know: ms, 0 for not at all."""
    if account.hides_seen or state.blocks.has(account.id, asker.identity):
        return 0
    return account.seen


def _tell(state: State, person: Person, *without: Session, quiet: bool = False) -> None:
    blocked = state.blocks.of(person.identity)
    hearers = _audience(state, person).difference(without)
    if blocked:
        hearers = {one for one in hearers if one.person.identity not in blocked}
    if hearers:
        state.tell(hearers, _presence(person, bool(person.sessions), quiet))


def _audience(state: State, person: Person) -> set[Session]:
    """Everybody's sessions with whom somebody shares a room or talks, their own too."""
    sessions = set(person.sessions)
    for room in person.rooms:
        room.flush()
        sessions.update(room.sessions())
    for partner in person.partners:
        sessions.update(state.sessions_by(partner))
    return sessions


def _presence(person: Person, here: bool, quiet: bool = False) -> PresenceChanged:
    if here:
        return PresenceChanged(
            person.nick, "away" if person.away else "online", person.away, quiet=quiet
        )
    assert person.account is not None
    told = 0 if person.sessions or person.account.hides_seen else person.account.seen
    return PresenceChanged(person.nick, "offline", seen=told)


def _unheard(work: Deferred[None]) -> None:
    """Nobody waits for this; the store has logged why it failed."""
    work.addErrback(lambda failure: failure.trap(Refused))
