"""What lasts is stored first, then told, then *accepted*: whoever was told of a message gets it
again until their device has acknowledged it.

The store answers in the order of its commits, and what its answers cause is done before the next
one: so messages are told in the order of their numbers, to whoever follows the conversation at that
number. No message takes a coroutine or a closure of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from twisted.python.failure import Failure

from chatd.domain.commands import Relation, Say, SaySealed, Tell
from chatd.domain.conversation import pair_id
from chatd.domain.events import DirectSaid, Event, MailCame, RoomSaid
from chatd.domain.message import Lost, MailKind, NewMessage, OpenBody, Posted, digest
from chatd.domain.results import Accepted
from chatd.errors import Code, Refused
from chatd.hub import presence
from chatd.hub.devices import owner
from chatd.hub.pairs import nobody

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twisted.internet.defer import Deferred

    from chatd.domain.blocks import Party
    from chatd.domain.message import Delivered
    from chatd.hub.room import Room
    from chatd.hub.session import Session
    from chatd.hub.state import State

C = TypeVar("C", bound=Say | Tell | SaySealed)

#: Makes what is to be stored of a command: state, session, conversation, pair, command.
Make = Callable[["State", "Session", bytes, tuple[bytes, bytes] | None, C], NewMessage]


def say(state: State, session: Session, room: Room, command: Say) -> Deferred[Accepted]:
    """To everyone else in a room that lasts."""
    message = message_of(state, session, room.conversation, None, command)
    posted = state.need_store().post(message)
    return posted.addCallback(_said, state, session, message, room, command)


def tell(to: Party, state: State, session: Session, command: Tell) -> Deferred[Accepted]:
    """To an account, whether or not it is here.

    :raises Refused: CONVERSATION_CHANGED.
    """
    pair = owner(session)[0].id, to.identity
    conversation = pair_id(*pair, sealed=False)
    check_conversation(command.conversation, conversation)
    message = message_of(state, session, conversation, pair, command)
    posted = state.need_store().post(message)
    return posted.addCallbacks(
        _told,
        not_told,
        callbackArgs=(state, session, message, to, command),
        errbackArgs=(state, to),
    )


def first_answer(
    refused: Refused, state: State, session: Session, command: C, make: Make[C]
) -> Deferred[Accepted]:
    """Something that cannot be said now may have been taken before, of which the sender never
    heard: then it gets its first answer, however late it comes again.

    :raises Refused: the one given, also through the Deferred.
    """
    if session.device is None or not (command.seq and command.conversation):
        raise refused
    message = make(state, session, command.conversation, None, command)
    return state.need_store().first_answer(message).addCallback(_taken_before, refused, message)


def not_found(
    failure: Failure, state: State, session: Session, command: C, make: Make[C]
) -> Deferred[Accepted]:
    """The same where it turned out later that it cannot be said."""
    failure.trap(Refused)
    refused = failure.value
    assert isinstance(refused, Refused)
    return first_answer(refused, state, session, command, make)


def check_conversation(known: bytes, present: bytes) -> None:
    """:raises Refused: CONVERSATION_CHANGED, the sender means another one of the same name."""
    if known and known != present:
        raise Refused(Code.CONVERSATION_CHANGED)


def tell_pair(state: State, message: NewMessage, event: Event, sender: Session) -> None:
    """Tell the sessions of a pair, the sender's others too, but for those that have to fetch it."""
    assert message.pair is not None
    conversation, hearers = message.conversation, []
    for session in of_pair(state, message.pair):
        if session.awaits(conversation):
            session.skip(conversation)
        elif session is not sender:
            hearers.append(session)
    state.tell(hearers, event)


def tell_mail(state: State, session: Session, came: MailCame) -> None:
    """Tell a device of a letter, if it follows its mailbox and has fetched what lies there."""
    assert session.device is not None
    if session.awaits(session.device.id):
        session.skip(session.device.id)
    elif session.keeps:
        state.tell([session], came)


def tell_letters(state: State, letters: Sequence[Delivered]) -> None:
    """Tell the devices that are here of letters that the store has put into their mailboxes."""
    if not letters:
        return
    sessions = {one.device.id: one for one in state.sessions.values() if one.device is not None}
    for letter in letters:
        hearer, said = sessions.get(letter.device), letter.message
        if hearer is not None:
            came = MailCame(said.number, said.sender, said.device, said.time, said.body)
            tell_mail(state, hearer, came)
    # What somebody will never get holds up nobody's other messages.
    bodies = {letter.message.body for letter in letters}
    lost = [Lost.unpack(body) for body in bodies if body[0] == MailKind.LOST]
    state.receipts.moved({one.conversation for one in lost})


def of_pair(state: State, pair: tuple[bytes, bytes]) -> Iterable[Session]:
    """The sessions of two accounts, or of one that talks to itself."""
    return (one for account in dict.fromkeys(pair) for one in state.sessions_by(account))


def is_alone(room: Room, session: Session, posted: Posted) -> bool:
    """Whether nobody else gets what was said. Of what is said again that is not known any more."""
    return not posted.repeated and room.holds_only(session.person)


def accepted(state: State, message: NewMessage, posted: Posted, alone: bool = False) -> Accepted:
    """What the sender is answered; from now on they hear how far it gets.

    :param alone: nobody else gets it.
    """
    if message.account in state.accounts:
        state.receipts.said(message.conversation, message.account, posted.number)
    return Accepted(posted.number, posted.time, False, message.conversation, alone)


def not_told(failure: Failure, state: State, to: Party) -> Failure:
    """It may be that the other account is gone for good."""
    error = failure.value
    if isinstance(error, Refused) and error.code is Code.NO_SUCH_CONVERSATION:
        state.addresses.remove(to.name)
        raise nobody(to.name)
    return failure


def message_of(
    state: State,
    session: Session,
    conversation: bytes,
    pair: tuple[bytes, bytes] | None,
    command: Say | Tell,
) -> NewMessage:
    """What is to be stored.

    :param pair: ids of the two accounts; None for a room.
    """
    account, device = owner(session)
    body = OpenBody(
        command.text, command.style, command.relation, command.ref, command.origin
    ).pack()
    return NewMessage(
        conversation,
        pair,
        account.id,
        account.handle,
        device.id,
        command.epoch,
        command.seq,
        digest(body),
        state.now(),
        False,
        body,
        erases=command.ref if command.relation is Relation.DELETION else 0,
        edits=command.ref if command.relation is Relation.EDIT else 0,
    )


def _taken_before(posted: Posted | None, refused: Refused, message: NewMessage) -> Accepted:
    if posted is None:
        raise refused
    return Accepted(posted.number, posted.time, conversation=message.conversation)


def _said(
    posted: Posted,
    state: State,
    session: Session,
    message: NewMessage,
    room: Room,
    command: Say,
) -> Accepted:
    if not posted.repeated:
        event = RoomSaid(
            room.name,
            message.sender,
            command.text,
            command.style,
            posted.number,
            posted.time,
            command.origin,
            message.conversation,
            command.relation,
            command.ref,
        )
        room.say(event, session)
    return accepted(state, message, posted, is_alone(room, session, posted))


def _told(
    posted: Posted,
    state: State,
    session: Session,
    message: NewMessage,
    to: Party,
    command: Tell,
) -> Accepted:
    if not posted.repeated:
        event = DirectSaid(
            message.sender,
            to.name,
            command.text,
            command.style,
            posted.number,
            posted.time,
            command.origin,
            message.conversation,
            command.relation,
            command.ref,
        )
        tell_pair(state, message, event, session)
        presence.met(state, message.account, to.identity)
    return accepted(state, message, posted)
