"""What a run is made of: devices and what they do, rooms, and what goes wrong meanwhile.

Times are seconds after the start.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct

#: What is looked for in the store's files at the end.
MARKER = "torture-marker"

#: Messages that may wait, where few may.
FEW = 60


class Step(Enum):
    """Where a client can kill itself: between any two things that last."""

    TYPED = "before what was typed is kept"
    KEPT = "before what was kept is sent or acknowledged"
    ASKED = "after it was sent"
    TAKEN = "before the answer is taken in"
    TOLD = "before what came is kept"
    FETCHED = "before a page is taken in"


class Say(Struct, frozen=True, tag=True):
    """Type a message."""

    at: float
    place: str
    text: str


class Look(Struct, frozen=True, tag=True):
    """Look at a conversation: what is in it is read."""

    at: float
    place: str


class React(Struct, frozen=True, tag=True):
    """Put something to the last message of a conversation."""

    at: float
    place: str
    emoji: str


class Enter(Struct, frozen=True, tag=True):
    """Enter a room."""

    at: float
    place: str


class Keep(Struct, frozen=True, tag=True):
    """As a room's owner, have the server keep what is said there for so many seconds."""

    at: float
    place: str
    retention: int


class Leave(Struct, frozen=True, tag=True):
    """Leave a room."""

    at: float
    place: str


class Block(Struct, frozen=True, tag=True):
    """Hear nothing more of a person."""

    at: float
    person: str


class Revoke(Struct, frozen=True, tag=True):
    """Take another device of one's own off the account."""

    at: float
    device: str


Action = Say | Look | React | Enter | Keep | Leave | Block | Revoke


class Fault(Enum):
    """What can go wrong."""

    DAEMON_KILLED = "kill -9 of the daemon"
    DAEMON_RESTARTED = "a graceful restart"
    DISK_FULL = "no room for the store"
    DAEMON_JUMPED = "the daemon's clock is set"
    CLIENT_KILLED = "kill -9 of a client"
    CLIENT_JUMPED = "a client's clock is set"
    CUT = "the link is cut"
    HALF_OPEN = "the link swallows what is sent"
    STALLED = "nobody reads"
    SLOW = "somebody reads slowly"


#: What the proxy does.
LINK_FAULTS = frozenset({Fault.CUT, Fault.HALF_OPEN, Fault.STALLED, Fault.SLOW})


class Trouble(Struct, frozen=True):
    """:ivar device: whose; "" for the daemon's.
    :ivar amount: seconds that it lasts; those that a clock jumps.
    """

    at: float
    fault: Fault
    device: str = ""
    amount: float = 0.0


class Device(Struct, frozen=True):
    """:ivar appears: it is enrolled while the run goes on, then.
    :ivar ends: for each of its first lives: where it kills itself, and at the how-manieth time.
    """

    name: str
    person: str
    appears: float = 0.0
    revoked: bool = False
    setup: tuple[Action, ...] = ()
    script: tuple[Action, ...] = ()
    ends: tuple[tuple[Step, int], ...] = ()


class Room(Struct, frozen=True):
    """:ivar members: persons; the first one is the owner.
    :ivar restless: those of them who leave and come again.
    """

    place: str
    members: tuple[str, ...]
    retention: int = 0
    restless: frozenset[str] = frozenset()


class Plan(Struct, frozen=True, dict=True):
    """One seed's run.

    :ivar blocks: who has blocked whom, from the beginning on.
    :ivar few: few messages may wait in a conversation.
    :ivar lingers: at the end it is waited until the daemon, still running, has forgotten all.
    :ivar grace: the server's ``liveness.grace``; ``send_queue``: its limit.
    """

    seed: int
    seconds: float
    devices: tuple[Device, ...]
    rooms: tuple[Room, ...]
    blocks: frozenset[tuple[str, str]]
    troubles: tuple[Trouble, ...]
    few: bool
    lingers: bool
    grace: float
    send_queue: int

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys(device.person for device in self.devices))

    def device(self, name: str) -> Device:
        """By its name."""
        return next(device for device in self.devices if device.name == name)

    def room(self, place: str) -> Room | None:
        """By its name; None for a pair."""
        return next((room for room in self.rooms if room.place == place), None)

    def members(self, place: str) -> tuple[str, ...]:
        """The persons of a room or a pair."""
        room = self.room(place)
        return room.members if room is not None else tuple(place.split("="))

    def save(self, path: Path) -> None:
        """For the processes of the run, and for people afterwards."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self)))

    @classmethod
    def load(cls, path: Path) -> Plan:
        """What was saved."""
        return msgspec.json.decode(path.read_bytes(), type=cls)


def pair(one: str, other: str) -> str:
    """How what two persons say to each other is called here."""
    return "=".join(sorted((one, other)))
