"""People with accounts and devices, at a hub with a store."""

from __future__ import annotations

import secrets
from time import time
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twisted.internet.defer import Deferred, fail

from chatd.domain.account import NewDevice, Role
from chatd.domain.administration import Enrol, Order, SetAccountPassword
from chatd.domain.commands import Command, ConfirmToken, Join
from chatd.domain.credentials import Credentials, WithOneTimeId, WithPassword, WithToken
from chatd.domain.one_time_id import canonical
from chatd.errors import ChatError, Code, EntryError, Refused
from chatd.store.store import Store
from tests.hub.people import Door, HubCase, Person
from tests.support.server import Server
from tests.support.store import memory_store

PASSWORD = "correct horse"


class HeldStore:
    """A real store; while ``held``, what is asked of it is done by :meth:`finish` only.

    :ivar only: what is held, by name; empty for everything.
    :ivar full: nothing can be written any more.
    """

    def __init__(self, store: Store) -> None:
        self.held = self.full = False
        self.only: frozenset[str] = frozenset()
        self._store = store
        self._waiting: list[tuple[Deferred[Any], Any, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._store, name)

        def later(*given: Any) -> Any:
            if self.full:
                return fail(Refused(Code.STORE_FAILED))
            if not self.held or (self.only and name not in self.only):
                return operation(*given)
            self._waiting.append((Deferred(), operation, given))
            return self._waiting[-1][0]

        return later

    def __len__(self) -> int:
        return len(self._waiting)

    def finish(self, count: int = 1) -> None:
        """The first ``count`` operations that wait are done, and told."""
        for _ in range(count):
            deferred, operation, given = self._waiting.pop(0)
            operation(*given).chainDeferred(deferred)

    def fail(self) -> None:
        """What waits cannot be written."""
        waiting, self._waiting = self._waiting, []
        for deferred, _, _ in waiting:
            deferred.errback(Refused(Code.STORE_FAILED))


class Laptop:
    """A device: what its vault holds, and how it comes in.

    :ivar person: its connection that came in last.
    """

    person: Person

    def __init__(self, server: Server, door: Door) -> None:
        self.key = secrets.token_bytes(32)
        self.root = Ed25519PrivateKey.generate()
        self.token = b""
        self.proof = secrets.token_bytes(32)
        self._server = server
        self._door = door

    @property
    def new(self) -> NewDevice:
        """What it tells of itself."""
        root = self.root.public_key().public_bytes_raw()
        return NewDevice(self.key, "laptop", root, self.proof)

    @property
    def id(self) -> bytes:
        """Its id, once it has come in."""
        identifier: bytes = self.person.session.device.id
        return identifier

    def knock(
        self, shown: Credentials, began: float | None = None, address: str = Person.address
    ) -> Deferred[Person]:
        """Sign in; the token that comes back is stored, not confirmed."""
        person = Person(self._server, self._door)
        person.address = address
        began = self._server.clock.seconds() if began is None else began

        def enter(admission: tuple[Any, bytes]) -> Person:
            person.session, self.token = admission
            self.person = person
            return person

        return self._server.hub.sign_in(person, shown, self.key, began).addCallback(enter)

    def enrol(self, one_time_id: bytes) -> Deferred[Person]:
        """With a one-time ID."""
        return self.knock(WithOneTimeId(one_time_id, self.new))

    def move(self, server: Server) -> None:
        """From now on it comes to another server."""
        self._server = server

    def sign_in(self, token: bytes = b"", began: float | None = None) -> Deferred[Person]:
        """With the token it has, or with another one."""
        return self.knock(WithToken(token or self.token), began)

    def with_password(
        self, handle: str, password: str, address: str = Person.address
    ) -> Deferred[Person]:
        """With a handle and a password."""
        return self.knock(WithPassword(handle, password, self.new), None, address)


class AccountCase(HubCase):
    """A hub with a store and all ways in.

    :ivar wall: what its clock on the wall shows, seconds.
    """

    wall: float | None = None

    def setUp(self) -> None:
        super().setUp()
        self.store = HeldStore(memory_store())
        self.start()
        self.server.clock.advance(3600)

    def start(self) -> None:
        """A server on the store, with nobody in it yet; again for one that ended by itself."""
        self.server = Server(self.limits, store=cast(Store, self.store), wall=self.wall_time)
        self.hub = self.server.hub

    def wall_time(self) -> float:
        """Seconds since the epoch."""
        return time() if self.wall is None else self.wall

    def order(self, order: Order) -> Any:
        """What the admin orders."""
        return self.successResultOf(self.hub.administer(order))

    def invite(self, handle: str, level: int | None = None, role: Role | None = None) -> bytes:
        """A one-time ID, as it is sent."""
        return canonical(self.order(Enrol(handle, level, role)).one_time_id)

    def laptop(self) -> Laptop:
        """A device that nobody knows yet."""
        return Laptop(self.server, self.door)

    def enrolled(
        self, handle: str, *rooms: str, level: int | None = None, role: Role | None = None
    ) -> Laptop:
        """One more device of an account, which is made if there is none; it is here, in these
        rooms, and has confirmed its token."""
        laptop = self.laptop()
        person = self.successResultOf(laptop.enrol(self.invite(handle, level, role)))
        self.confirm(laptop)
        person.do(*map(Join, rooms))
        person.heard()
        return laptop

    def with_password(self, handle: str) -> None:
        """Somebody has an account with :data:`PASSWORD`."""
        self.invite(handle)
        self.order(SetAccountPassword(handle, PASSWORD))

    def confirm(self, laptop: Laptop) -> None:
        """The device has stored its token."""
        self.done(laptop.person, ConfirmToken(laptop.token))

    def done(self, person: Person, command: Command) -> Any:
        """The result of a command that asks the store."""
        return self.successResultOf(person.later(command))

    def not_done(self, code: Code, person: Person, command: Command) -> ChatError:
        """A command that asks the store is refused."""
        error: ChatError = self.failureResultOf(person.later(command), ChatError).value
        self.assertEqual(error.code, code)
        return error

    def turned_away(self, code: Code, knock: Deferred[Person]) -> ChatError:
        """Nobody was let in."""
        before = self.hub.counts()
        error: ChatError = self.failureResultOf(knock, EntryError).value
        self.assertEqual((error.code, self.hub.counts()), (code, before))
        return error
