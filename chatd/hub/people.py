"""People: nick, away, whois, lists, typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.commands import (
    ListUsers,
    Measure,
    Rename,
    SetAway,
    ShowTyping,
    Standing,
    Whois,
)
from chatd.domain.names import LONGEST_DISPLAY, clean_nick, fold
from chatd.errors import Code, Refused
from chatd.hub import accounts, blocking, presence
from chatd.hub.room import Room
from chatd.hub.rooms import is_visible, room_of

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Seconds between two beginnings of typing of one person that are passed on.
TYPING_INTERVAL = 1.0


def person(state: State, asker: Person, nick: str) -> Person:
    """Who has this nick, as far as the asker may know.

    :raises Refused: nobody (NO_SUCH_NICK).
    """
    found = blocking.seen(state, asker, nick)
    if found is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    return found


def check_free(state: State, nick: str) -> None:
    """Whether a guest may have a nick.

    :raises Refused: NICK_TAKEN.
    """
    if fold(nick) in state.handles:
        text = f"{nick} is the name of an account; choose another nick, or sign in to it"
        raise Refused(Code.NICK_TAKEN, text)
    if nick in state.people:
        raise Refused(Code.NICK_TAKEN, f"the nick {nick} is taken; choose another")


def free_nick(state: State, wanted: str) -> str:
    """The nick that would be granted to a guest now: the wanted one, a numbered one where it is
    taken, ``randN`` where it is not usable at all."""
    longest = state.limits.nick
    try:
        wanted = clean_nick(wanted, longest) if wanted else ""
    except Refused:
        wanted = ""
    if not wanted:
        return state.random_nick()
    if state.is_free(wanted):
        return wanted
    for number in range(2, 100):
        suffix = str(number)
        candidate = wanted[: longest - len(suffix)] + suffix
        if state.is_free(candidate):
            return candidate
    return state.random_nick()


def rename(
    state: State, session: Session, command: Rename
) -> results.Renamed | Deferred[results.Renamed]:
    """Change a nick; everyone who shares a room is told once. One's own in other case is free.
    An account keeps its handle, and shows another display name."""
    if session.account is not None:
        return accounts.set_display(state, session, command)
    new = clean_nick(command.nick, state.limits.nick)
    old = session.nick
    if new == old:
        return results.Renamed(new)
    if fold(new) != fold(old):
        check_free(state, new)
    neighbours = state.neighbours(session)
    _call(state, session.person, new)
    state.tell(neighbours, events.NickChanged(old, new))
    return results.Renamed(new)


def give_way(state: State, handle: str) -> None:
    """A guest who has had an account's handle since before there was the account gets another
    nick, and hears of it."""
    guest = state.people.get(handle)
    if guest is None or guest.account is not None:
        return
    session, old = guest.sessions[0], guest.nick
    hearers = state.neighbours(session) | {session}
    _call(state, guest, free_nick(state, old))
    state.tell(hearers, events.NickChanged(old, guest.nick))


def _call(state: State, guest: Person, nick: str) -> None:
    for room in guest.rooms:
        room.members.remove(guest.nick)
        room.members.add(nick, guest)
    old = guest.nick
    state.release(old)
    state.people.add(nick, guest)
    guest.nick = nick
    blocking.renamed(state, guest, old)


def set_away(state: State, session: Session, command: SetAway) -> results.Nothing:
    """Go away with a text, or come back with none. Of an account it is told as its presence."""
    if len(command.text.encode()) > state.limits.away:
        raise Refused(Code.AWAY_TOO_LONG)
    if command.text != session.person.away:
        session.person.away = command.text
        if session.account is not None:
            presence.changed(state, session)
        else:
            state.tell(state.neighbours(session), events.AwayChanged(session.nick, command.text))
    return results.Nothing()


def show_typing(state: State, session: Session, command: ShowTyping) -> results.Nothing:
    """Pass a typing notice on: a beginning at most once a second, an end only where a beginning
    was told. It goes to many and is worth little. Neither of two people of whom one has blocked the
    other is told by name that the other types."""
    typist, now = session.person, state.clock.seconds()
    target: Room | Person
    if command.room:
        target = room_of(state, session, command.room)
    else:
        target = person(state, typist, command.to)
        if blocking.has_blocked(state, typist, target):
            return results.Nothing()
    if command.active:
        if now - typist.typing < TYPING_INTERVAL:
            return results.Nothing()
        typist.typing, typist.typing_to = now, target
    elif typist.typing_to is not target:
        return results.Nothing()
    else:
        typist.typing_to = None
    if isinstance(target, Room):
        target.post(events.Typing(session.nick, target.name, command.active), session)
    else:
        state.tell(target.sessions, events.Typing(session.nick, "", command.active))
    return results.Nothing()


def whois(
    state: State, session: Session, command: Whois
) -> results.Person | Deferred[results.Person]:
    """What the asker may know of somebody: never an address, and shared rooms only. Of an account
    that is not here, those who have one themselves may know that there is one. Whoever has blocked
    the asker is not here."""
    if session.account is not None and blocking.seen(state, session.person, command.nick) is None:
        return Deferred.fromCoroutine(accounts.find_absent(state, session.person, command.nick))
    found = person(state, session.person, command.nick)
    latest = max(found.sessions, key=lambda one: one.active)
    idle = int(state.clock.seconds() - latest.active)
    account = found.account
    return results.Person(
        found.nick,
        "account" if account else "guest",
        latest.peer.door.name,
        found.away,
        found.sessions[0].since,
        idle,
        accounts.shared_rooms(state, session.person, found),
        found.display,
        found.level,
        account.role.value if account else "",
        account.root if account else b"",
    )


def list_users(state: State, session: Session, command: ListUsers) -> results.UserPage:
    """A page of everyone who is here, but for those who have blocked the asker; or of a room's
    members, all of them, whom a room with a password shows to members only."""
    people, standings = state.people, {}
    hidden = {} if command.room else state.blocks.on(session.person.identity)
    if command.room:
        room = state.rooms.get(command.room)
        if room is None or not is_visible(session.person, room):
            raise Refused(Code.NO_SUCH_ROOM)
        if room.password and room not in session.person.rooms:
            raise Refused(Code.NOT_IN_ROOM)
        people, standings = room.members, room.standings
    count = state.page(lambda limits: limits.away + 4 * (limits.nick + LONGEST_DISPLAY))
    wanted = (lambda one: one.identity not in hidden) if hidden else None
    page, more = people.page(command.after, count, wanted)
    rows = tuple(
        _row(state, session.person, one, standings.get(one, Standing.MEMBER)) for one in page
    )
    here = sum(one in state.accounts or one in state.sessions for one in hidden)
    return results.UserPage(rows, len(people) - here, more)


def _row(state: State, asker: Person, one: Person, standing: Standing) -> results.UserRow:
    here = presence.is_here(state, one, asker)
    seen = 0 if here or one.account is None else presence.last_seen(state, one.account, asker)
    away = one.away if here else ""
    known = one.account is not None
    return results.UserRow(one.nick, away, known, one.display, standing, here, seen)


def measure(state: State, session: Session, command: Measure) -> results.Nothing:
    """Answer at once."""
    return results.Nothing()
