"""Messages: to a room, to a person, to everyone. Never an echo to the one who says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import events, results
from chatd.domain.account import Role
from chatd.domain.commands import Broadcast, Relation, Say, Tell
from chatd.domain.conversation import LAST_NUMBER
from chatd.errors import Code, Refused
from chatd.hub import delivery, pairs
from chatd.hub.rooms import room_of

if TYPE_CHECKING:
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Bytes of the emoji of a reaction.
LONGEST_REACTION = 64


def _check(state: State, command: Say | Tell) -> None:
    if command.relation or command.ref:
        _check_relation(command)
    elif not command.text:
        raise Refused(Code.MESSAGE_EMPTY)
    _check_size(state, command.text, command.origin)


def _check_relation(command: Say | Tell) -> None:
    relation, text = command.relation, command.text
    if relation is Relation.NONE or not 0 < command.ref <= LAST_NUMBER:
        raise Refused(Code.RELATION_INVALID)
    if relation is Relation.DELETION and text:
        raise Refused(Code.RELATION_INVALID, "a deletion has no text")
    if relation is Relation.REACTION and len(text.encode()) > LONGEST_REACTION:
        text = f"a reaction has at most {LONGEST_REACTION} bytes"
        raise Refused(Code.RELATION_INVALID, text)
    if not text and relation in (Relation.REPLY, Relation.EDIT):
        raise Refused(Code.MESSAGE_EMPTY)


def _check_size(state: State, text: str, origin: bytes = b"") -> None:
    # A character is at most four bytes: most texts need no encoding to be measured.
    limit = state.limits.message
    if len(text) * 4 > limit and len(origin or text.encode()) > limit:
        raise Refused(Code.MESSAGE_TOO_LONG, f"a message has at most {limit} bytes here")


def _passing() -> Refused:
    """What is not stored cannot be referred to later, nor refer to anything."""
    text = "only messages between accounts, and in rooms made by one, can be referred to"
    return Refused(Code.RELATION_INVALID, text)


def say(
    state: State, session: Session, command: Say
) -> results.Accepted | Deferred[results.Accepted]:
    """To everyone else in a room."""
    try:
        return _say(state, session, command)
    except Refused as refused:
        return delivery.first_answer(refused, state, session, command, delivery.message_of)


def _say(
    state: State, session: Session, command: Say
) -> results.Accepted | Deferred[results.Accepted]:
    _check(state, command)
    room = room_of(state, session, command.room)
    if command.conversation:
        delivery.check_conversation(command.conversation, room.conversation)
    if room.conversation:
        if room.sealed:
            raise Refused(Code.KIND_MISMATCH, f"{room.name} takes only sealed messages")
        if session.device is not None:
            return delivery.say(state, session, room, command)
    if command.relation:
        raise _passing()
    number, now = state.next_id(), state.now()
    room.post(
        events.RoomSaid(
            room.name, session.person.nick, command.text, command.style, number, now, command.origin
        ),
        session,
    )
    return results.Accepted(number, now)


def tell(
    state: State, session: Session, command: Tell
) -> results.Accepted | Deferred[results.Accepted]:
    """To one person, which the sender's other sessions hear too. Oneself is one too. What accounts
    say to each other is stored, and the other one need not be here."""
    try:
        return _tell(state, session, command)
    except Refused as refused:
        return delivery.first_answer(refused, state, session, command, delivery.message_of)


def _tell(
    state: State, session: Session, command: Tell
) -> results.Accepted | Deferred[results.Accepted]:
    _check(state, command)
    target = pairs.addressee(state, session.person, command.to)
    if session.device is None or (target is not None and target.account is None):
        if target is None:
            raise pairs.nobody(command.to)
        return _tell_here(state, session, target, command)
    other = pairs.party(state, session, command.to)
    if not isinstance(other, Deferred):
        return delivery.tell(other, state, session, command)
    told = other.addCallback(delivery.tell, state, session, command)
    return told.addErrback(delivery.not_found, state, session, command, delivery.message_of)


def _tell_here(state: State, session: Session, target: Person, command: Tell) -> results.Accepted:
    """With a guest on either side: told now, and stored nowhere."""
    delivery.check_conversation(command.conversation, b"")
    if command.relation:
        raise _passing()
    sender = session.person
    number, now = state.next_id(), state.now()
    event = events.DirectSaid(
        sender.nick, target.nick, command.text, command.style, number, now, command.origin
    )
    hearers = target.sessions
    if len(sender.sessions) > 1 and target is not sender:
        hearers = [*hearers, *(one for one in sender.sessions if one is not session)]
    state.tell(hearers, event)
    return results.Accepted(number, now)


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
    if not command.text:
        raise Refused(Code.MESSAGE_EMPTY)
    _check_size(state, command.text)
    _check_broadcaster(state, session.person)
    number, now = state.next_id(), state.now()
    others = [one for one in state.sessions.values() if one is not session]
    reached = others
    if blockers := state.blocks.on(session.person.identity):
        reached = [one for one in others if one.person.identity not in blockers]
    state.tell(reached, events.BroadcastSaid(session.nick, command.text, number, now))
    state.audit.record("broadcast", nick=session.nick, session=session.id.hex())
    return results.Accepted(number, now, len(reached) < len(others))
