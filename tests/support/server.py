"""A hub with everything a door needs, in memory: no sockets, and time moves when told to."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.audit import FIELDS, AuditEvent
from chatd.domain.blocks import Blocks
from chatd.domain.entry import Entry, EntryLimits
from chatd.domain.limits import Limits, Liveness
from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, Refused
from chatd.hub.hub import Hub
from chatd.hub.lasting import restore
from chatd.hub.state import State
from chatd.interfaces import IAudit, IDoor, IPasswords, IPeer
from chatd.protocols.surroundings import Surroundings
from chatd.signature import verify
from chatd.store.store import Store


@implementer(IPasswords)
class Passwords:
    """No hashes, no threads. While ``slow``, checks wait in ``waiting`` until they are told."""

    def __init__(self) -> None:
        self.slow = self.busy = False
        self.waiting: list[Deferred[bool]] = []

    def hash(self, password: str) -> Deferred[str]:
        """The password itself."""
        return fail(Refused(Code.BUSY)) if self.busy else succeed("plain " + password)

    def verify(self, password: str, phc: str) -> Deferred[bool]:
        """Whether it is the same, now or later."""
        if self.busy:
            return fail(Refused(Code.BUSY))
        if not self.slow:
            return succeed("plain " + password == phc)
        self.waiting.append(Deferred())
        return self.waiting[-1]


@implementer(IAudit)
class Audit:
    """Keeps the lines; those that the real log refuses, it refuses too."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def record(self, event: str, **fields: object) -> None:
        """Keep one line."""
        if undeclared := fields.keys() - FIELDS:
            raise ValueError(f"not to be audited: {undeclared}")
        AuditEvent(event)
        self.lines.append((event, fields))

    def told(self, event: str) -> list[dict[str, object]]:
        """What all lines about ``event`` hold."""
        return [fields for known, fields in self.lines if known == event]

    def codes(self, event: str) -> list[object]:
        """The codes of all lines about ``event``."""
        return [fields.get("code") for fields in self.told(event)]


@implementer(IPeer)
class Guest:
    """Somebody at another door, of a protocol with room for everything the hub tells."""

    address = "local"

    def __init__(self, door: IDoor) -> None:
        self.door = door
        self.pieces: list[bytes] = []

    def deliver(self, pieces: list[bytes]) -> None:
        """Keep what is said."""
        self.pieces += pieces

    def close(self, error: ChatError) -> None:
        """Nothing to close."""


def with_store(store: Store) -> dict[str, Any]:
    """What a hub's state is made of where there are accounts."""
    return {
        "store": store,
        "handles": set(store.handles_now()),
        "blocks": Blocks(store.blocks_now()),
        "passwords_on": True,
        "devices_on": True,
    }


class Server:
    """The hub, its clock, and what a door's factory is handed.

    :param store: one whose Deferreds have fired; with it, all ways in are open.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        entry: EntryLimits | None = None,
        store: Store | None = None,
        **state: Any,
    ) -> None:
        self.clock = Clock()
        self.audit = Audit()
        self.passwords = Passwords()
        self.broken: list[Failure] = []
        turn = Turn(lambda run: self.clock.callLater(0, run), lambda: self.broken.append(Failure()))
        self.state = State(
            limits or Limits(),
            Liveness(),
            turn,
            self.clock,
            self.passwords,
            self.audit,
            verify=verify,
            **(with_store(store) if store is not None else {}) | state,
        )
        restore(self.state, store.rooms_now() if store is not None else ())
        self.hub = Hub(self.state)
        self.around = Surroundings(
            self.hub,
            self.clock,
            self.audit,
            Entry(entry or EntryLimits()),
            X25519PrivateKey.generate(),
        )

    def turn(self) -> None:
        """End the reactor's turn."""
        self.clock.advance(0)
        if self.broken:
            self.broken[0].raiseException()
