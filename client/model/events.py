"""What the server tells, and what it changes in the model: one function per kind of event."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.names import fold
from chatd.wire import messages

from . import account_events, blocking, room_events, said_events
from .account import account_of
from .conversation import Conversation, Kind, Member
from .entry import Entry, EntryKind
from .model import Attention, Model
from .presence import Presence, presence_changed

_GAP = "messages were missed here"
_ELSEWHERE = "by a command or another device"


def apply(model: Model, message: messages.ServerMessage, now: int) -> Attention | None:
    """Take in what the server told at ``now`` (milliseconds, for events that carry no time).

    :return: what the user should be told at once, None when it can wait.
    """
    match message:
        case messages.RoomSaid():
            return said_events.room_said(model, message)
        case messages.DirectSaid():
            return said_events.direct_said(model, message)
        case messages.BroadcastSaid():
            return said_events.broadcast_said(model, message)
        case messages.Entered():
            _entered(model, message, now)
        case messages.Left():
            _left(model, message, now)
        case messages.NickChanged():
            _nick_changed(model, message, now)
        case messages.TopicChanged():
            _topic_changed(model, message, now)
        case messages.AwayChanged():
            _away_changed(model, message, now)
        case messages.PresenceChanged():
            presence_changed(model, message, now)
        case messages.ProgressChanged():
            _progress_changed(model, message)
        case messages.ReadMoved():
            _read_moved(model, message)
        case messages.TypingShown():
            _typing_shown(model, message, now)
        case messages.Invited():
            return room_events.invited(model, message, now)
        case messages.Kicked():
            return room_events.kicked(model, message, now)
        case messages.RoomChanged():
            room_events.room_changed(model, message, now)
        case messages.StandingChanged():
            room_events.standing_changed(model, message, now)
        case messages.DisplayChanged():
            account_events.display_changed(model, message, now)
        case messages.BlockChanged():
            blocking.block_changed(model, message, now)
        case messages.DeviceChanged():
            return account_events.device_changed(model, message, now)
        case messages.Warned():
            model.tell_everywhere(EntryKind.NOTICE, message.text, now)
        case messages.Closing():
            model.tell_everywhere(EntryKind.ERROR, message.text, now)
        case _:
            pass  # the connection's own business: answers, heartbeats
    return None


def welcome(model: Model, message: messages.Welcome, now: int) -> list[Conversation]:
    """Signed in.

    :return: the rooms to join again: one was in them, and this new session is not.
    """
    if model.nick != message.nick:
        model.nick = message.nick
        model.watch_words()
    model.account = account_of(message.me)
    model.set_display(message.nick, message.me.display if message.me else "")
    model.limits = message.limits
    model.lag = None
    if message.missed:
        for conversation in model.roster:
            if not _lasts(model, conversation):
                conversation.append(Entry(EntryKind.GAP, now, _GAP, kept=True), seen=True)
    inside = {model.joined(room).key for room in message.rooms}
    if not message.more and (message.missed or not message.resumed):
        room_events.only_in(model, [room.room for room in message.rooms], now)
    if message.resumed:
        return []
    model.away = ""
    return [
        room
        for room in model.roster
        if room.kind is Kind.ROOM
        and room.present
        and room.key not in inside
        and not _lasts(model, room)
    ]


def _lasts(model: Model, conversation: Conversation) -> bool:
    """Whether one misses nothing that was said there, and stays a member of it."""
    return bool(conversation.stream) and model.account is not None


def _show_joins(model: Model, nick: str) -> bool:
    return model.settings.is_on("joins") and not model.ignores(nick)


def _entered(model: Model, entered: messages.Entered, now: int) -> None:
    room = model.open(Kind.ROOM, entered.room)
    room.set_member(Member(entered.nick))
    known = model.presence(entered.nick)
    person = model.roster.find(Kind.PERSON, entered.nick)
    was_here = person is not None and person.present
    model.set_presence(entered.nick, known if known is not None and known.online else Presence())
    model.set_display(entered.nick, entered.display)
    if model.is_me(entered.nick):
        room.present = True
        room.append(Entry(EntryKind.NOTICE, now, f"you entered, {_ELSEWHERE}"), seen=True)
        return
    if _show_joins(model, entered.nick):
        room.append(Entry(EntryKind.ENTERED, now, "entered", entered.nick), seen=True)
    if person is not None and not was_here:
        person.append(Entry(EntryKind.ENTERED, now, "is here again", entered.nick), seen=True)


def _left(model: Model, left: messages.Left, now: int) -> None:
    room = model.open(Kind.ROOM, left.room)
    room.remove_member(left.nick)
    if model.is_me(left.nick):
        model.left(room)
        room.append(Entry(EntryKind.NOTICE, now, f"you left, {_ELSEWHERE}"), seen=True)
        return
    text = "left the server" if left.gone else "left"
    if _show_joins(model, left.nick):
        room.append(Entry(EntryKind.LEFT, now, text, left.nick), seen=True)
    person = model.roster.find(Kind.PERSON, left.nick)
    # Told once for each room that was shared.
    if left.gone:
        model.presences.pop(fold(left.nick), None)
    if left.gone and person is not None and person.present:
        person.present = False
        person.append(Entry(EntryKind.LEFT, now, text, left.nick), seen=True)


def _nick_changed(model: Model, changed: messages.NickChanged, now: int) -> None:
    if model.is_me(changed.old):
        model.renamed(changed.new, now)
        return
    if model.settings.remove_word("ignore", changed.old):
        model.settings.add_word("ignore", changed.new)
    text = f"{changed.old} is now known as {changed.new}"
    entry = Entry(EntryKind.NOTICE, now, text, kept=True)
    for room in model.roster:
        member = room.remove_member(changed.old) if room.kind is Kind.ROOM else None
        if member is not None:
            room.set_member(replace(member, nick=changed.new))
            room.append(entry, seen=True)
    person = model.roster.find(Kind.PERSON, changed.old)
    if person is not None:
        taken = model.roster.find(Kind.PERSON, changed.new)
        if taken is None or taken is person:
            person.name = changed.new
            person.typists.rename(changed.old, changed.new)
        person.append(entry, seen=True)


def _topic_changed(model: Model, changed: messages.TopicChanged, now: int) -> None:
    room = model.open(Kind.ROOM, changed.room)
    room.topic = changed.topic
    who = model.called(changed.nick)
    text = f"{who} set the topic: {changed.topic}" if changed.topic else f"{who} cleared the topic"
    room.append(Entry(EntryKind.NOTICE, now, text, kept=True), seen=True)


def _away_changed(model: Model, changed: messages.AwayChanged, now: int) -> None:
    if model.is_me(changed.nick):
        model.set_away(changed.text)
        return
    model.set_presence(changed.nick, Presence(away=changed.text))
    person = model.roster.find(Kind.PERSON, changed.nick)
    if person is not None:
        text = f"{changed.nick} is away: {changed.text}"
        if not changed.text:
            text = f"{changed.nick} is back"
        person.append(Entry(EntryKind.NOTICE, now, text), seen=True)


def _progress_changed(model: Model, changed: messages.ProgressChanged) -> None:
    """Others have got, or read, more of what one said."""
    conversation = model.roster.streaming(changed.conversation)
    if conversation is not None:
        conversation.delivered = max(conversation.delivered, changed.delivered)
        conversation.seen = max(conversation.seen, changed.read)


def _read_moved(model: Model, moved: messages.ReadMoved) -> None:
    """One has read something on another device."""
    conversation = model.roster.streaming(moved.conversation)
    if conversation is not None:
        conversation.read_to(moved.number)


def _typing_shown(model: Model, shown: messages.TypingShown, now: int) -> None:
    kind, name = (Kind.ROOM, shown.room) if shown.room else (Kind.PERSON, shown.nick)
    conversation = model.roster.find(kind, name)
    if conversation is None or model.ignores(shown.nick) or model.is_me(shown.nick):
        return
    if shown.active:
        conversation.typists.start(shown.nick, now)
    else:
        conversation.typists.stop(shown.nick)
