"""Pairs: which account is behind a handle, whether or not it is here, and the conversation that one
has with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, fail

from chatd.domain.blocks import Party, named
from chatd.domain.commands import OpenPair
from chatd.domain.conversation import pair_id
from chatd.domain.names import fold
from chatd.domain.results import PairOpened
from chatd.errors import Code, Refused
from chatd.hub.blocking import seen

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State


def nobody(nick: str) -> Refused:
    """What is said of a nick that nobody has."""
    return Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")


def addressee(state: State, sender: Person, nick: str) -> Person | None:
    """Who has this nick and is here.

    :raises Refused: BLOCKED by whoever has this nick, an account that is not here too, so that this
        tells nobody who is.
    """
    found = seen(state, sender, nick)
    if found is None and named(state.blocks.on(sender.identity), nick) is not None:
        raise Refused(Code.BLOCKED)
    return found


def account_of(state: State, handle: str) -> Party | None:
    """The account of a handle, where no store has to be asked."""
    person = state.people.get(handle)
    if person is not None and person.account is not None:
        return Party(person.account.id, person.account.handle)
    return state.addresses.get(handle)


def party(state: State, session: Session, handle: str) -> Party | Deferred[Party]:
    """The account of a handle, to whom a session is about to say something; here or not.

    :raises Refused: through the Deferred: as :func:`find`, and BLOCKED meanwhile.
    """
    known = account_of(state, handle)
    if known is not None:
        return known
    return find(state, session, handle).addCallback(_unblocked, state, session, handle)


def _unblocked(found: Party, state: State, session: Session, handle: str) -> Party:
    addressee(state, session.person, handle)
    return found


def find(state: State, session: Session, handle: str) -> Deferred[Party]:
    """The same from the store, for a session that is still here then.

    :raises Refused: through the Deferred: NO_SUCH_NICK, LOGGED_OUT.
    """
    if state.store is None or fold(handle) not in state.handles:
        return fail(nobody(handle))
    return state.store.account(handle).addCallback(_remember, state, session, handle)


def _remember(account: Account | None, state: State, session: Session, handle: str) -> Party:
    if account is None:
        raise nobody(handle)
    found = Party(account.id, account.handle)
    state.addresses.add(found)
    state.check_here(session)
    return found


def open_pair(
    state: State, session: Session, command: OpenPair
) -> PairOpened | Deferred[PairOpened]:
    """Which conversation one has with somebody; it need not have begun."""
    target = seen(state, session.person, command.nick)
    if target is not None and (session.account is None or target.account is None):
        return PairOpened(target.nick, b"")
    if session.account is None:
        raise nobody(command.nick)
    me = session.account.id
    other = account_of(state, command.nick)
    if other is not None:
        return _opened(other, me, command)
    return find(state, session, command.nick).addCallback(_opened, me, command)


def _opened(other: Party, me: bytes, command: OpenPair) -> PairOpened:
    return PairOpened(other.name, pair_id(me, other.identity, command.sealed))
