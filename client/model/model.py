"""All the client knows, in one place; what the user does changes it through these methods, what
the server tells through :mod:`client.model.events`.

Times are milliseconds since the epoch (UTC), given by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chatd.domain.commands import Relation, Style
from chatd.domain.names import fold
from chatd.wire import messages

from .account import Account
from .conversation import Conversation, Kind, Member, standing_of
from .entry import Delivery, Entry, EntryKind
from .mentions import Mentions
from .outbox import Outgoing, Place
from .presence import Presence, known_by
from .relations import UNLINED, Change, apply
from .roster import Roster
from .settings import Settings
from .uplink import Connecting, ConnectionState

#: What is told where a message that has no line is refused.
_FAILED = {
    Relation.EDIT: "your edit was not taken",
    Relation.DELETION: "your message was not deleted",
    Relation.REACTION: "your reaction was not taken",
}


@dataclass(frozen=True, slots=True)
class Attention:
    """Something was said that the user wants to be told of at once."""

    conversation: Conversation
    entry: Entry


class Model:
    """Conversations, who one is, and how the connection is.

    :ivar nick: one's own, as the server granted it; before that the one wished for.
    :ivar account: one's own; None for a guest, and before the first welcome.
    :ivar away: one's own away text, "" when present.
    :ivar limits: what the server announced; None before the first welcome.
    :ivar focused: whether the terminal is looked at, as far as it tells.
    :ivar rooms_seen: names of rooms from lists, for completion.
    :ivar invitations: names of rooms into which one was asked in this run.
    :ivar seen: other names from lists, likewise, by what they name: "ban", "device", "service".
    :ivar blocked: nicks of those whom one has blocked, by their folded form.
    :ivar displays: display names of people, by folded handle.
    :ivar presences: how people are, as far as one was told, by folded nick.
    :ivar on_changed: told what somebody has done to an earlier message, and how that was before.
    """

    def __init__(self, nick: str, server: str, settings: Settings | None = None) -> None:
        self.nick = nick
        self.settings = settings or Settings()
        self.roster = Roster(server)
        self.state: ConnectionState = Connecting()
        self.lag: float | None = None
        self.account: Account | None = None
        self.away = ""
        self.limits: messages.ServerLimits | None = None
        self.focused = True
        self.rooms_seen: set[str] = set()
        self.invitations: set[str] = set()
        self.seen: dict[str, list[str]] = {}
        self.blocked: dict[str, str] = {}
        self.displays: dict[str, str] = {}
        self.presences: dict[str, Presence] = {}
        self.on_changed: Callable[[Conversation, Change, Entry], None] = lambda *_: None
        self.mentions = Mentions()
        self.watch_words()

    # ---------------------------------------------------------------- what is shown

    def watch_words(self) -> None:
        """The nick or the highlight words changed."""
        self.mentions.watch([self.nick, *self.settings.words("highlight")])

    def is_seen(self, conversation: Conversation) -> bool:
        """Whether the user sees what comes in there now."""
        return conversation is self.roster.current and self.focused

    def focus(self, focused: bool) -> None:
        """The terminal got or lost the user's eye."""
        self.focused = focused
        if focused:
            self.roster.current.mark_read()
        elif not self.roster.current.unread:
            self.roster.current.forget_mark()

    def open(self, kind: Kind, name: str) -> Conversation:
        """A conversation by name, made when there is none."""
        before = len(self.roster)
        conversation = self.roster.open(kind, name)
        conversation.muted = self.settings.has_word("mute", conversation.title)
        known = self.presence(name)
        if len(self.roster) > before and kind is Kind.PERSON and known is not None:
            conversation.present = known.online
        return conversation

    def add(self, conversation: Conversation, entry: Entry) -> Attention | None:
        """Put an entry into a conversation.

        :return: what the user should be told, None when it can wait.
        """
        seen = self.is_seen(conversation)
        if conversation.append(entry, seen=seen) is None or seen or entry.own:
            return None
        wanted = entry.mention or (conversation.kind is Kind.PERSON and bool(entry.sender))
        if not wanted or (conversation.muted and not entry.mention):
            return None
        return Attention(conversation, entry)

    def note(
        self, text: str, now: int, conversation: Conversation | None = None, *, error: bool = False
    ) -> None:
        """A word of the client's own, in a conversation (the one looked at, when None)."""
        kind = EntryKind.ERROR if error else EntryKind.NOTICE
        (conversation or self.roster.current).append(Entry(kind, now, text), seen=True)

    def tell_everywhere(self, kind: EntryKind, text: str, now: int) -> None:
        """A word in the server's conversation and in the one looked at."""
        for place in self.here_and_server():
            place.append(Entry(kind, now, text), seen=True)

    def alert(self, kind: EntryKind, text: str, now: int) -> Attention | None:
        """A word that must not be missed: where the user looks, and in the server's conversation,
        where it counts like a mention until that is looked at.

        :return: what the user should be told, None when they see it.
        """
        entry = Entry(kind, now, text, mention=True)
        if self.roster.current is not self.roster.server:
            self.roster.current.append(entry, seen=True)
        return self.add(self.roster.server, entry)

    def here_and_server(self) -> list[Conversation]:
        """The conversation looked at, and the server's when that is another."""
        return list(dict.fromkeys([self.roster.current, self.roster.server]))

    # ---------------------------------------------------------------- one's own messages

    def echo(
        self,
        target: Conversation | None,
        text: str,
        style: Style,
        now: int,
        relation: Relation = Relation.NONE,
        ref: int | None = None,
    ) -> Outgoing:
        """Show a message of one's own as waiting, if it has a line.

        :param target: the room or person; None is everyone.
        :param ref: the number of the message that ``relation`` is to.
        """
        if target is None:
            kind, shown_in = EntryKind.BROADCAST, self.here_and_server()
        else:
            kind = EntryKind.ACTION if style is Style.ACTION else EntryKind.SAID
            shown_in = [target]
        entry = Entry(
            kind,
            now,
            text,
            self.nick,
            own=True,
            delivery=Delivery.WAITING,
            relation=relation,
            ref=ref,
        )
        places: list[Place] = []
        for conversation in shown_in if relation not in UNLINED else ():
            serial = conversation.append(entry, seen=True)
            if serial is not None:
                places.append(Place(conversation, conversation.timeline.mark(serial)))
        return Outgoing(target, text, style, tuple(places), entry)

    def accepted(
        self,
        outgoing: Outgoing,
        id: int | None,
        time: int,
        alone: bool = False,
        in_order: bool = False,
    ) -> None:
        """The server took a message, under this id, at its time.

        :param alone: for nobody else.
        :param in_order: the id is a number of a conversation that lasts.
        """
        known = {"id": id, "time": time, "alone": alone, "in_order": in_order}
        self._mark(outgoing, delivery=Delivery.ACCEPTED, failure="", **known)
        entry = outgoing.entry
        if entry.relation in UNLINED and outgoing.target is not None and entry.ref is not None:
            change = Change(entry.relation, entry.ref, self.nick, entry.text, id or 0, time)
            apply(self, outgoing.target, change)

    def failed(self, outgoing: Outgoing, reason: str) -> None:
        """A message was refused, or nobody knows whether it arrived."""
        self._mark(outgoing, delivery=Delivery.FAILED, failure=reason)
        what = _FAILED.get(outgoing.entry.relation)
        if what is not None and outgoing.target is not None:
            now = outgoing.entry.time
            text = f"{what}: {reason.removeprefix('not sent: ')}"
            outgoing.target.append(Entry(EntryKind.ERROR, now, text), seen=True)

    def waiting(self, outgoing: Outgoing, reason: str = "") -> None:
        """A message is on its way again; ``reason``: what it waits for."""
        self._mark(outgoing, delivery=Delivery.WAITING, failure=reason)

    def dropped(self, outgoing: Outgoing) -> None:
        """A message of one's own was never said, and will not be."""
        self._mark(outgoing, delivery=None, failure="", text="", deleted=True)

    def _mark(self, outgoing: Outgoing, **changes: object) -> None:
        for place in outgoing.places:
            timeline, shown = place.conversation.timeline, outgoing.entry
            if place.serial in timeline:
                shown = timeline[place.serial]
            entry = replace(shown, **changes)  # type: ignore[arg-type]
            place.conversation.settle(place.serial, entry)

    # ---------------------------------------------------------------- what requests gave

    def joined(self, joined: messages.Joined) -> Conversation:
        """One is in a room."""
        room = self.open(Kind.ROOM, joined.room)
        is_news = not room.present or room.stream != joined.conversation
        room.present, room.put_out = True, ""
        room.topic = joined.topic
        room.level, room.private, room.locked = joined.level, joined.private, joined.locked
        room.standing = standing_of(joined.standing)
        room.retention, room.sealed = joined.retention, joined.sealed
        if room.stream != joined.conversation:  # another one of the same name
            room.stream, room.delivered, room.seen = joined.conversation, 0, 0
        if is_news and room.keeper is not None:  # what is typed before the next welcome lasts, too
            room.keeper.read(room)
        self.rooms_seen.add(joined.room)
        return room

    def left(self, room: Conversation) -> None:
        """One is no longer in a room; what was said stays to be read."""
        room.present = False
        room.typists.clear()
        self.set_members(room, ())
        if room.keeper is not None:
            room.keeper.read(room)

    def set_members(self, room: Conversation, rows: Iterable[messages.UserRow]) -> None:
        """Who is in a room, all of them."""
        for member in list(room.members):
            room.remove_member(member.nick)
        for row in rows:
            known = self.presences[fold(row.nick)] = known_by(row)
            standing = standing_of(row.standing)
            room.set_member(Member(row.nick, known.away, standing, known.online))
            if self.is_me(row.nick):
                room.standing = standing_of(row.standing)
            else:
                self.set_display(row.nick, row.display)
        for person in self.roster:
            if person.kind is Kind.PERSON and (one := self.presence(person.name)) is not None:
                person.present = one.online

    def set_presence(self, nick: str, presence: Presence) -> None:
        """Somebody is here, away or not, or is not here."""
        self.presences[fold(nick)] = presence
        for one in self.roster:
            if one.kind is Kind.ROOM and (member := one.members.get(nick)):
                one.set_member(replace(member, online=presence.online, away=presence.away))
        person = self.roster.find(Kind.PERSON, nick)
        if person is not None:
            person.present = presence.online

    def presence(self, nick: str) -> Presence | None:
        """How somebody is; None where one was not told."""
        return self.presences.get(fold(nick))

    def set_display(self, nick: str, display: str) -> None:
        """Somebody shows this display name, "" for none."""
        if display:
            self.displays[fold(nick)] = display
        else:
            self.displays.pop(fold(nick), None)
        if self.account is not None and self.is_me(nick):
            self.account = replace(self.account, display=display)

    def display(self, nick: str) -> str:
        """A person's display name, "" where none is known."""
        return self.displays.get(fold(nick), "")

    def renamed(self, nick: str, now: int) -> None:
        """One's own nick changed."""
        old, self.nick = self.nick, nick
        self.watch_words()
        if old == nick:
            return
        for room in self.roster:
            member = room.remove_member(old) if room.kind is Kind.ROOM else None
            if member is not None:
                room.set_member(replace(member, nick=nick))
        self.tell_everywhere(EntryKind.NOTICE, f"you are now known as {nick}", now)

    def set_away(self, text: str) -> None:
        """One is away with a text, or back ("")."""
        self.away = text
        self.set_presence(self.nick, Presence(away=text))

    def is_me(self, nick: str) -> bool:
        """Whether this nick is one's own."""
        return fold(nick) == fold(self.nick)

    def called(self, nick: str) -> str:
        """How a person is called in a sentence: oneself is "you"."""
        return "you" if self.is_me(nick) else nick

    def set_blocked(self, nick: str, blocked: bool) -> None:
        """One has blocked somebody, or no longer."""
        self.blocked.pop(fold(nick), None)
        if blocked:
            self.blocked[fold(nick)] = nick

    def has_blocked(self, nick: str) -> bool:
        """Whether one has blocked this person."""
        return fold(nick) in self.blocked

    def ignores(self, nick: str) -> bool:
        """Whether the user wants to hear nothing of this person, on this device or on any."""
        return self.settings.has_word("ignore", nick) or self.has_blocked(nick)
