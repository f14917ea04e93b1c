"""What a session may ask of the hub: one frozen value per command, no behaviour.

A door turns bytes into these; the hub's command table (``hub/table.py``) says who handles each.
Names of rooms are without ``#``: the sigil belongs to interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum

from chatd.domain.value import value


class Style(IntEnum):
    """How a text is meant: said, or done (``/me waves``)."""

    SAID = 0
    ACTION = 1


class Relation(IntEnum):
    """What a message is to an earlier one of its conversation. A reaction's text is the emoji, ""
    takes one's own back; an edit's is the new text; a deletion has none."""

    NONE = 0
    REPLY = 1
    EDIT = 2
    DELETION = 3
    REACTION = 4


class Standing(IntEnum):
    """What somebody is in a room. An admin can do in any room what its owner can."""

    MEMBER = 0
    MODERATOR = 1
    OWNER = 2


@value
class Join:
    """Enter a room; it is made, with this password, level and privacy, if there is none of that
    name."""

    room: str
    password: str = field(default="", repr=False)
    level: int = 0
    private: bool = False
    sealed: bool = False


@value
class Leave:
    """Leave a room."""

    room: str


@value
class Say:
    """Say something to everyone else in a room.

    ``origin``: the bytes as they came where they were not UTF-8 (a door of bytes only), else b"".
    ``conversation``: where it lasts, the id that the sender knows the room by, b"" for whichever;
    ``epoch`` and ``seq``: the message's place in the sending device's outbox, 0 for none. ``ref``:
    the number of the message that ``relation`` is to.
    """

    room: str
    text: str
    style: Style = Style.SAID
    origin: bytes = b""
    conversation: bytes = b""
    epoch: int = 0
    seq: int = 0
    relation: Relation = Relation.NONE
    ref: int = 0


@value
class Tell:
    """Say something to one person, by nick. The rest as in :class:`Say`."""

    to: str
    text: str
    style: Style = Style.SAID
    origin: bytes = b""
    conversation: bytes = b""
    epoch: int = 0
    seq: int = 0
    relation: Relation = Relation.NONE
    ref: int = 0


@value
class SaySealed:
    """Say something that only devices can read, in a sealed room (``room``) or to a person
    (``to``).

    :ivar body: what all devices get; ``parts``: what each gets besides, by the device's id.
    :ivar letters: for mailboxes, committed with it: a device's id and a body, whose first byte is
        the kind, 16 at least.
    """

    conversation: bytes
    epoch: int
    seq: int
    body: bytes = field(repr=False)
    room: str = ""
    to: str = ""
    parts: Mapping[bytes, bytes] = field(default_factory=dict, repr=False, hash=False)
    letters: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)


@value
class OpenPair:
    """Which conversation one has with a person, by nick."""

    nick: str
    sealed: bool = False


@value
class Follow:
    """One page of the conversations that one's device is to get messages of, after the id
    ``after``. With the first page it begins: from now on the session fetches and acknowledges, and
    is told at once of what is said where it has fetched everything."""

    after: bytes = b""


@value
class Fetch:
    """What was said in a conversation after the number ``after``."""

    conversation: bytes
    after: int


@value
class Acknowledge:
    """One's device has stored all that it is to get of a conversation up to ``number``."""

    conversation: bytes
    number: int


@value
class MarkRead:
    """One has read a conversation up to ``number``. ``quiet``: only one's own devices are told."""

    conversation: bytes
    number: int
    quiet: bool = False


@value
class GetProgress:
    """How far the others in a conversation are."""

    conversation: bytes


@value
class ListReceipts:
    """One page of who in a conversation has got and read what, after the handle ``after``."""

    conversation: bytes
    after: str = ""


@value
class HideSeen:
    """Let nobody know when one was here last, or let them."""

    hidden: bool


@value
class Broadcast:
    """Say something to everyone on the server; kept for nobody (seed 003)."""

    text: str


@value
class Rename:
    """Change one's nick; for an account, its display name ("" for none)."""

    nick: str


@value
class SetTopic:
    """Set a room's topic; the empty text clears it."""

    room: str
    topic: str


@value
class SetAway:
    """Be away with this text; the empty text means back."""

    text: str


@value
class ShowTyping:
    """Tell a room (``room``) or a person (``to``) that one is typing, or no longer."""

    active: bool
    room: str = ""
    to: str = ""


@value
class ListRooms:
    """One page of the rooms, sorted by folded name, after ``after`` ("" for the first)."""

    after: str = ""


@value
class ListMine:
    """One page of the rooms one is in, in the order of joining, after ``after``."""

    after: str = ""


@value
class ListUsers:
    """One page of a room's members (``room``) or of everyone (""), sorted, after ``after``."""

    room: str = ""
    after: str = ""


@value
class Whois:
    """What one may know of a person."""

    nick: str


@value
class Measure:
    """Answer at once: the asker measures the lag."""


@value
class SetRoom:
    """Set how a room is: ``level`` to enter, ``private`` (unlisted, by invitation), ``locked``
    (only owner and moderators set the topic), ``retention`` (seconds for which messages are kept
    though everybody has them, 0 for not at all). None leaves a thing as it is."""

    room: str
    level: int | None = None
    private: bool | None = None
    locked: bool | None = None
    retention: int | None = None


@value
class SetStanding:
    """Make a member of a room its moderator, a plain member again, or its owner in one's place."""

    room: str
    nick: str
    standing: Standing


@value
class Invite:
    """Ask somebody into a room, which lets them into a private one."""

    room: str
    nick: str


@value
class Kick:
    """Put somebody out of a room; they may come back."""

    room: str
    nick: str
    reason: str = ""


@value
class Ban:
    """Keep somebody out of a room: an account wherever it comes from; a guest by name and, while
    here, by address. ``seconds``: for how long, 0 for as long as the room lasts."""

    room: str
    nick: str
    reason: str = ""
    seconds: int = 0


@value
class Unban:
    """``target`` as :class:`ListBans` shows it."""

    room: str
    target: str


@value
class ListBans:
    """One page of a room's bans, after the target ``after``."""

    room: str
    after: str = ""


@value
class Block:
    """Hear nothing of somebody any more: a guest while they are here, an account for good."""

    nick: str


@value
class Unblock:
    """Hear somebody again, by the name that :class:`ListBlocks` shows."""

    nick: str


@value
class ListBlocks:
    """One page of those whom one has blocked, after the nick ``after``."""

    after: str = ""


@value
class ConfirmToken:
    """The device has stored its next token."""

    token: bytes = field(repr=False)


@value
class ListDevices:
    """The devices of a person; "" for one's own."""

    nick: str = ""


@value
class AddDevice:
    """A one-time ID for another device of one's own."""


@value
class SignDevice:
    """A device record of one of one's own devices, with the root's signature over it."""

    device: bytes
    record: bytes
    signature: bytes


@value
class RevokeDevice:
    """Take one of one's own devices off the account."""

    device: bytes


@value
class SetPassword:
    """Set one's account's password; ``old`` is "" where it has none."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@value
class DeleteAccount:
    """Give one's account up, for good."""


@value
class ListDirectory:
    """One page of all accounts, for who may see it, after the handle ``after``."""

    after: str = ""


@value
class ListServices:
    """The services that one's level lets one use."""


@value
class CallService:
    """``request``: values by field name, as the service describes them."""

    service: str
    request: Mapping[str, str | int | bool]


Command = (
    Join
    | Leave
    | Say
    | Tell
    | SaySealed
    | OpenPair
    | Follow
    | Fetch
    | Acknowledge
    | MarkRead
    | GetProgress
    | ListReceipts
    | HideSeen
    | Broadcast
    | Rename
    | SetTopic
    | SetAway
    | ShowTyping
    | ListRooms
    | ListMine
    | ListUsers
    | Whois
    | Measure
    | SetRoom
    | SetStanding
    | Invite
    | Kick
    | Ban
    | Unban
    | ListBans
    | Block
    | Unblock
    | ListBlocks
    | ConfirmToken
    | ListDevices
    | AddDevice
    | SignDevice
    | RevokeDevice
    | SetPassword
    | DeleteAccount
    | ListDirectory
    | ListServices
    | CallService
)
