"""People: nick, away, whois, lists, typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain import events, results
from chatd.domain.commands import ListUsers, Measure, Rename, SetAway, ShowTyping, Whois
from chatd.domain.names import clean_nick, fold
from chatd.errors import Code, Refused
from chatd.hub.room import Room
from chatd.hub.rooms import is_visible, room_of

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Seconds between two beginnings of typing of one person that are passed on.
TYPING_INTERVAL = 1.0


def person(state: State, nick: str) -> Person:
    """Who has this nick.

    :raises Refused: nobody (NO_SUCH_NICK).
    """
    found = state.people.get(nick)
    if found is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    return found


def rename(state: State, session: Session, command: Rename) -> results.Renamed:
    """Change a nick; everyone who shares a room is told once. One's own in other case is free."""
    new = clean_nick(command.nick, state.limits.nick)
    old = session.nick
    if new == old:
        return results.Renamed(new)
    if fold(new) != fold(old) and not state.is_free(new):
        raise Refused(Code.NICK_TAKEN, f"the nick {new} is taken; choose another")
    neighbours, renamed = state.neighbours(session), session.person
    for room in renamed.rooms:
        room.members.remove(old)
        room.members.add(new, renamed)
    state.release(old)
    state.people.add(new, renamed)
    renamed.nick = new
    state.tell(neighbours, events.NickChanged(old, new))
    return results.Renamed(new)


def set_away(state: State, session: Session, command: SetAway) -> results.Nothing:
    """Go away with a text, or come back with none."""
    if len(command.text.encode()) > state.limits.away:
        raise Refused(Code.AWAY_TOO_LONG)
    if command.text != session.person.away:
        session.person.away = command.text
        state.tell(state.neighbours(session), events.AwayChanged(session.nick, command.text))
    return results.Nothing()


def show_typing(state: State, session: Session, command: ShowTyping) -> results.Nothing:
    """Pass a typing notice on: a beginning at most once a second, an end only where a beginning
    was told. It goes to many and is worth little."""
    target = room_of(state, session, command.room) if command.room else person(state, command.to)
    typist, now = session.person, state.clock.seconds()
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


def whois(state: State, session: Session, command: Whois) -> results.Person:
    """What the asker may know of somebody: never an address, and shared rooms only."""
    found = person(state, command.nick)
    shared = tuple(room.name for room in found.rooms if room in session.person.rooms)
    shared = shared[: state.page(lambda limits: 4 * limits.nick)]
    latest = max(found.sessions, key=lambda one: one.active)
    idle = int(state.clock.seconds() - latest.active)
    return results.Person(
        found.nick,
        "guest",
        latest.peer.door.name,
        found.away,
        found.sessions[0].since,
        idle,
        shared,
    )


def list_users(state: State, session: Session, command: ListUsers) -> results.UserPage:
    """A page of everyone, or of a room's members; a locked room shows them to members only."""
    people = state.people
    if command.room:
        room = state.rooms.get(command.room)
        if room is None or not is_visible(session.person, room):
            raise Refused(Code.NO_SUCH_ROOM)
        if room.password and room not in session.person.rooms:
            raise Refused(Code.NOT_IN_ROOM)
        people = room.members
    count = state.page(lambda limits: limits.away + 4 * limits.nick)
    page, more = people.page(command.after, count)
    rows = tuple(results.UserRow(one.nick, one.away) for one in page)
    return results.UserPage(rows, len(people), more)


def measure(state: State, session: Session, command: Measure) -> results.Nothing:
    """Answer at once."""
    return results.Nothing()
