"""Messages: to a room, to a person, to everyone. Never an echo to the one who says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatd.domain import events, results
from chatd.domain.account import Role
from chatd.domain.blocks import named
from chatd.domain.commands import Broadcast, Say, Tell
from chatd.errors import Code, Refused
from chatd.hub.blocking import seen
from chatd.hub.rooms import room_of

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State


def _check(state: State, text: str, origin: bytes = b"") -> None:
    if not text:
        raise Refused(Code.MESSAGE_EMPTY)
    # A character is at most four bytes: most texts need no encoding to be measured.
    limit = state.limits.message
    if len(text) * 4 > limit and len(origin or text.encode()) > limit:
        raise Refused(Code.MESSAGE_TOO_LONG, f"a message has at most {limit} bytes here")


def say(state: State, session: Session, command: Say) -> results.Accepted:
    """To everyone else in a room."""
    _check(state, command.text, command.origin)
    room = room_of(state, session, command.room)
    number, now = state.next_id(), state.now()
    room.post(
        events.RoomSaid(
            room.name, session.person.nick, command.text, command.style, number, now, command.origin
        ),
        session,
    )
    return results.Accepted(number, now)


def tell(state: State, session: Session, command: Tell) -> results.Accepted:
    """To one person, which the sender's other sessions hear too. Oneself is one too."""
    _check(state, command.text, command.origin)
    sender = session.person
    target = _addressee(state, sender, command.to)
    number, now = state.next_id(), state.now()
    event = events.DirectSaid(
        sender.nick, target.nick, command.text, command.style, number, now, command.origin
    )
    hearers = target.sessions
    if len(sender.sessions) > 1 and target is not sender:
        hearers = [*hearers, *(one for one in sender.sessions if one is not session)]
    state.tell(hearers, event)
    return results.Accepted(number, now)


def _addressee(state: State, sender: Person, nick: str) -> Person:
    """:raises Refused: BLOCKED by whoever has this nick, an account that is not here too, so that
    this tells nobody who is; or NO_SUCH_NICK.
    """
    found = seen(state, sender, nick)
    if found is not None:
        return found
    if named(state.blocks.on(sender.identity), nick) is not None:
        raise Refused(Code.BLOCKED)
    raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")


def _check_broadcaster(state: State, sender: Person) -> None:
    """Whether somebody may tell everyone, now. Admins always may."""
    if sender.account is not None and sender.account.role is Role.ADMIN:
        return
    if sender.level < state.limits.broadcast_level:
        text = f"telling everyone asks for level {state.limits.broadcast_level}"
        raise Refused(Code.LEVEL_TOO_LOW, text)
    if wait := sender.broadcasts.wait(state.clock.seconds()):
        text = f"too many messages to everyone; wait {wait:.1f} s"
        raise Refused(Code.TOO_MANY_MESSAGES, text, wait)


def broadcast(state: State, session: Session, command: Broadcast) -> results.Accepted:
    """To everyone else on the server (seeds 000 and 003), but for those who have blocked the
    sender, who hears once that some did not get it."""
    _check(state, command.text)
    _check_broadcaster(state, session.person)
    number, now = state.next_id(), state.now()
    others = [one for one in state.sessions.values() if one is not session]
    reached = others
    if blockers := state.blocks.on(session.person.identity):
        reached = [one for one in others if one.person.identity not in blockers]
    state.tell(reached, events.BroadcastSaid(session.nick, command.text, number, now))
    state.audit.record("broadcast", nick=session.nick, session=session.id.hex())
    return results.Accepted(number, now, len(reached) < len(others))
