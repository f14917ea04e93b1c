"""What only devices can read: to the hub it is bytes, one body for all devices, a part for some,
and letters that are committed along, each for the mailbox of one device."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain.commands import SaySealed
from chatd.domain.conversation import pair_id
from chatd.domain.events import MailCame, SealedSaid
from chatd.domain.message import Letter, MailKind, NewMessage, Posted, digest
from chatd.domain.results import Accepted
from chatd.errors import Code, Refused
from chatd.hub import delivery, pairs, presence
from chatd.hub.devices import owner
from chatd.hub.rooms import room_of

if TYPE_CHECKING:
    from chatd.domain.blocks import Party
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State


def say_sealed(state: State, session: Session, command: SaySealed) -> Deferred[Accepted]:
    """To a sealed room, or to an account."""
    owner(session)
    try:
        return _say_sealed(state, session, command)
    except Refused as refused:
        return delivery.first_answer(refused, state, session, command, _message)


def _say_sealed(state: State, session: Session, command: SaySealed) -> Deferred[Accepted]:
    _check(state, command)
    if command.room:
        return _say(state, session, room_of(state, session, command.room), command)
    pairs.addressee(state, session.person, command.to)
    other = pairs.party(state, session, command.to)
    if not isinstance(other, Deferred):
        return _tell(other, state, session, command)
    told = other.addCallback(_tell, state, session, command)
    return told.addErrback(delivery.not_found, state, session, command, _message)


def _check(state: State, command: SaySealed) -> None:
    if command.room and command.to:
        raise Refused(
            Code.SETTING_INVALID, "a sealed message goes to a room or to a person, not to both"
        )
    if not command.body and not command.parts:
        raise Refused(Code.MESSAGE_EMPTY)
    limit = state.limits.message
    bodies = (command.body, *command.parts.values(), *(body for _, body in command.letters))
    if max(map(len, bodies)) > limit:
        text = f"a message, a part of one and a letter have at most {limit} bytes here"
        raise Refused(Code.MESSAGE_TOO_LONG, text)
    if any(body[:1] < bytes([MailKind.CLIENTS]) for _, body in command.letters):
        raise Refused(Code.KIND_MISMATCH, f"letters begin with a byte of {MailKind.CLIENTS:d} up")


def _say(state: State, session: Session, room: Room, command: SaySealed) -> Deferred[Accepted]:
    delivery.check_conversation(command.conversation, room.conversation)
    if not room.sealed:
        raise Refused(Code.KIND_MISMATCH, f"{room.name} takes no sealed messages")
    message = _message(state, session, room.conversation, None, command)
    posted = state.need_store().post(message)
    return posted.addCallback(_said, state, session, message, room)


def _tell(other: Party, state: State, session: Session, command: SaySealed) -> Deferred[Accepted]:
    pair = owner(session)[0].id, other.identity
    conversation = pair_id(*pair, sealed=True)
    delivery.check_conversation(command.conversation, conversation)
    message = _message(state, session, conversation, pair, command)
    posted = state.need_store().post(message)
    return posted.addCallbacks(
        _told,
        delivery.not_told,
        callbackArgs=(state, session, message, other),
        errbackArgs=(state, other),
    )


def _message(
    state: State,
    session: Session,
    conversation: bytes,
    pair: tuple[bytes, bytes] | None,
    command: SaySealed,
) -> NewMessage:
    account, device = owner(session)
    parts = chain.from_iterable(sorted(command.parts.items()))
    letters = chain.from_iterable(command.letters)
    return NewMessage(
        conversation,
        pair,
        account.id,
        account.handle,
        device.id,
        command.epoch,
        command.seq,
        digest(command.body, b"parts", *parts, b"letters", *letters),
        state.now(),
        True,
        command.body,
        command.parts,
        tuple(Letter(to, body) for to, body in command.letters),
    )


def _said(
    posted: Posted, state: State, session: Session, message: NewMessage, room: Room
) -> Accepted:
    if not posted.repeated:
        hearers = {one.device.id: one for one in room.sessions() if one.device is not None}
        _mail(state, message, posted, hearers)
        if message.parts:
            room.last = posted.number
            room.flush()  # what was said before comes before
            _hand_out(state, message, posted, hearers, session, room.name)
        else:
            room.say(_event(message, posted, room.name), session)
    return delivery.accepted(state, message, posted, delivery.is_alone(room, session, posted))


def _told(
    posted: Posted, state: State, session: Session, message: NewMessage, to: Party
) -> Accepted:
    if not posted.repeated:
        assert message.pair is not None
        sessions = delivery.of_pair(state, message.pair)
        hearers = {one.device.id: one for one in sessions if one.device is not None}
        _mail(state, message, posted, hearers)
        if message.parts:
            _hand_out(state, message, posted, hearers, session, to=to.name)
        else:
            delivery.tell_pair(state, message, _event(message, posted, to=to.name), session)
        presence.met(state, message.account, to.identity)
    return delivery.accepted(state, message, posted)


def _mail(state: State, message: NewMessage, posted: Posted, hearers: dict[bytes, Session]) -> None:
    """The letters come before the message that needs them."""
    for letter, number in zip(message.letters, posted.letters, strict=True):
        came = MailCame(number, message.sender, message.device, posted.time, letter.body)
        hearer = hearers.get(letter.device)
        if hearer is not None:
            delivery.tell_mail(state, hearer, came)


def _hand_out(
    state: State,
    message: NewMessage,
    posted: Posted,
    hearers: dict[bytes, Session],
    sender: Session,
    room: str = "",
    to: str = "",
) -> None:
    """To each its own part. Who has nothing of it learns so when it fetches what comes after."""
    for device, hearer in hearers.items():
        part = message.parts.get(device, b"")
        if hearer.awaits(message.conversation):
            hearer.skip(message.conversation)
        elif hearer is not sender and (part or message.body):
            state.tell([hearer], _event(message, posted, room, to, part))


def _event(
    message: NewMessage, posted: Posted, room: str = "", to: str = "", part: bytes = b""
) -> SealedSaid:
    return SealedSaid(
        message.conversation,
        room,
        message.sender,
        to,
        message.device,
        posted.number,
        posted.time,
        message.body,
        part,
    )
