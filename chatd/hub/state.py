"""What the hub's families share: who is here, which rooms there are, and the common acts."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chatd.domain.account import Account, is_lowered
from chatd.domain.answer import ROW_SIZE
from chatd.domain.blocks import Blocks
from chatd.domain.conversation import id_before
from chatd.domain.directory import Directory
from chatd.domain.events import Event
from chatd.domain.limits import Limits, Liveness
from chatd.domain.lockout import Lockout
from chatd.domain.names import fold
from chatd.domain.turn import Turn
from chatd.errors import ChatError, Code, Refused
from chatd.hub import blocking, presence
from chatd.hub.acknowledgements import Acknowledgements
from chatd.hub.addresses import Addresses
from chatd.hub.keyed_lock import KeyedLock
from chatd.hub.leaving import depart, withdraw
from chatd.hub.person import Person
from chatd.hub.receipts import Receipts
from chatd.hub.room import Room
from chatd.hub.session import Session
from chatd.interfaces import IAudit, IDoor, IPasswords, IServices, IStore


@dataclass(slots=True)
class State:
    """The hub's memory.

    :ivar clock: a Twisted reactor or ``task.Clock``, running on monotonic time.
    :ivar former: limits that were in force before; what they allowed may still be here.
    :ivar store: None where there are guests only.
    :ivar passwords_on: accounts may sign in by password; ``devices_on``: by an enrolled device.
    :ivar handles: those of all accounts there are or were, folded: nobody else gets them.
    :ivar blocks: all there are, also of accounts that are not here.
    :ivar verify: whether an Ed25519 public key signed something: key, signature, message.
    :ivar accounts: those that are online, by the account's id; ``absent``: those that are not, and
        are in rooms that last.
    :ivar confirmed: monotonic seconds at which a device last confirmed a token, by its key.
    :ivar one_at_a_time: sign-ins of a device by its key, passwords by handle and address.
    :ivar changing: changes of a room by its folded name.
    :ivar started: monotonic seconds at which the server was started.
    :ivar addresses: whose handle is whose, of accounts that are not here.
    :ivar acknowledgements: what devices have stored, on its way to the store.
    :ivar receipts: who is told how far their messages have got.
    :ivar services: None where there are none to call.
    :ivar wall: seconds since the epoch, for people to read; never for timers.
    """

    limits: Limits
    liveness: Liveness
    turn: Turn
    clock: Any
    passwords: IPasswords
    audit: IAudit
    guests: bool = True
    lobby: str = ""
    former: set[Limits] = field(default_factory=set)
    wall: Callable[[], float] = time.time
    store: IStore | None = None
    services: IServices | None = None
    passwords_on: bool = False
    devices_on: bool = False
    handles: set[str] = field(default_factory=set)
    blocks: Blocks = field(default_factory=Blocks)
    verify: Callable[[bytes, bytes, bytes], bool] = lambda key, signature, message: False
    lockout: Lockout = field(default_factory=Lockout)
    confirmed: dict[bytes, float] = field(default_factory=dict)
    one_at_a_time: KeyedLock = field(default_factory=KeyedLock)
    changing: KeyedLock = field(default_factory=KeyedLock)
    addresses: Addresses = field(default_factory=Addresses)
    acknowledgements: Acknowledgements = field(init=False)
    receipts: Receipts = field(init=False)
    accounts: dict[bytes, Person] = field(default_factory=dict)
    absent: dict[bytes, Person] = field(default_factory=dict)
    people: Directory[Person] = field(default_factory=Directory)
    rooms: Directory[Room] = field(default_factory=Directory)
    sessions: dict[bytes, Session] = field(default_factory=dict)
    started: float = 0.0
    _last_id: int = 0
    _free_numbers: list[int] = field(default_factory=list)
    _next_number: int = 0

    def __post_init__(self) -> None:
        self._last_id = id_before(self.now())
        self.receipts = Receipts(
            self.clock,
            lambda conversation: self.need_store().progress(conversation),
            lambda account, event: self.tell(self.sessions_by(account), event),
            lambda account: self.blocks.on(account),
        )
        self.acknowledgements = Acknowledgements(
            self.clock,
            lambda group: self.need_store().acknowledge(group),
            self.receipts.moved,
        )
        self.started = self.clock.seconds()
        self.configure()

    def configure(self) -> None:
        """Hold everyone to the limits in force."""
        limits = self.limits
        self.lockout.failures, self.lockout.seconds = limits.lock_failures, limits.lock_seconds
        for person in (*self.people, *self.absent.values()):
            person.window.count = limits.rate_count
            person.window.seconds = limits.rate_seconds
            person.changes.count = limits.changes
            person.moves.count = limits.moves
            person.broadcasts.count = limits.broadcast_count
            person.broadcasts.seconds = limits.broadcast_seconds

    def need_store(self) -> IStore:
        """The store.

        :raises Refused: there are no accounts here (NO_SUCH_ACCOUNT).
        """
        if self.store is None:
            raise Refused(Code.NO_SUCH_ACCOUNT, "there are no accounts here")
        return self.store

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.wall() * 1000)

    def next_id(self) -> int:
        """A message's id: unique and growing."""
        self._last_id += 1
        return self._last_id

    def page(self, row: Callable[[Limits], int]) -> int:
        """How many rows surely fit in one answer.

        :param row: the bytes of a row at most, under given limits.
        """
        longest = max(map(row, (self.limits, *self.former)))
        return max(1, min(self.limits.page, 60_000 // (longest + ROW_SIZE)))

    def is_free(self, nick: str) -> bool:
        """Whether a guest may have this nick."""
        return nick not in self.people and fold(nick) not in self.handles

    def random_nick(self) -> str:
        """The lowest free ``randN`` (seed 001); nothing is reserved."""
        free = self._free_numbers
        while free:
            if self.is_free(nick := f"rand{free[0]}"):
                return nick
            free.pop(0)
        while not self.is_free(nick := f"rand{self._next_number}"):
            self._next_number += 1
        return nick

    def known(self, account: bytes) -> Person | None:
        """Who has this account, where they are here or in a room that lasts."""
        return self.accounts.get(account) or self.absent.get(account)

    def member(self, account: Account) -> Person:
        """The same, of somebody who is to be in such a room."""
        person = self.known(account.id)
        if person is None:
            person = self.absent[account.id] = Person(account.handle, self.limits, False, account)
        return person

    def forget_absent(self, person: Person) -> None:
        """Keep nothing of somebody who is neither here nor in a room."""
        if person.account is not None and not person.sessions and not person.rooms:
            self.absent.pop(person.account.id, None)

    def enter(self, session: Session) -> None:
        """Take a session in; somebody who is here already has one more."""
        person = session.person
        if not person.sessions:
            self.people.add(person.nick, person)
            if person.account is not None:
                self.absent.pop(person.account.id, None)
                self.accounts[person.account.id] = person
        person.sessions.append(session)
        self.sessions[session.id] = session
        for room in person.rooms:
            room.attach(session)

    def leave(self, session: Session) -> bool:
        """Let a session go, and the person with their last one.

        :return: whether it was here.
        """
        if self.sessions.pop(session.id, None) is None:
            return False
        if session.expiry is not None and session.expiry.active():
            session.expiry.cancel()
        session.expiry = None
        if len(session.person.sessions) > 1:
            for room in session.person.rooms:
                room.detach(session)
            session.person.sessions.remove(session)
        else:
            self._go(session)
        return True

    def _go(self, last: Session) -> None:
        """Somebody is gone: out of the rooms that do not last."""
        person = last.person
        for room in list(person.rooms):
            if room.conversation and person.account is not None:
                room.detach(last)
            else:
                depart(self, person, room, by=None)
        self.release(person.nick)
        if person.account is None:
            blocking.gone(self, person)
            person.sessions.clear()
            return
        person.sessions.clear()
        self.absent[person.account.id] = self.accounts.pop(person.account.id)
        self.receipts.forget(person.account.id)
        presence.gone(self, person)
        self.forget_absent(person)

    def sessions_by(self, account: bytes) -> list[Session]:
        """The sessions of whoever is here by an account, which may be others than a moment ago."""
        person = self.accounts.get(account)
        return list(person.sessions) if person is not None else []

    def check_here(self, session: Session) -> None:
        """What was begun for a session may go on, since it is still here.

        :raises Refused: LOGGED_OUT.
        """
        if self.sessions.get(session.id) is not session:
            raise Refused(Code.LOGGED_OUT)

    def close_sessions(
        self, sessions: Iterable[Session], error: ChatError, asking: Session | None = None
    ) -> None:
        """Tell some sessions why, end their connections and let them go.

        :param asking: who wants it so; where it is one of them, it gets its answer first.
        """
        for session in list(sessions):
            if session is asking:
                self.clock.callLater(0, self.close_sessions, [session], error)
                continue
            session.peer.close(error)
            if self.leave(session):
                self.record("signed_out", session)

    def refresh(self, account: Account) -> None:
        """An account is something else now: so is who is here by it."""
        person = self.known(account.id)
        if person is None or person.account is None:
            return
        was, person.account = person.account, account
        if is_lowered(was, account):
            withdraw(self, person)

    def record(self, event: str, session: Session, **fields: Any) -> None:
        """Audit something about a session."""
        if session.account is not None and session.device is not None:
            fields |= {"account": session.account.handle, "device": session.device.id.hex()}
        self.audit.record(
            event,
            session=session.id.hex(),
            nick=session.nick,
            address=session.peer.address,
            door=session.peer.door.name,
            **fields,
        )

    def release(self, nick: str) -> None:
        """Forget a nick; a freed ``randN`` is given out again."""
        self.people.remove(nick)
        key = fold(nick)
        if not (key.startswith("rand") and key[4:].isdecimal() and len(key) < 12):
            return
        number, free = int(key[4:]), self._free_numbers
        place = bisect_left(free, number)
        # A number not reached yet is found by counting; one that was freed twice is kept once.
        if number < self._next_number and free[place : place + 1] != [number]:
            free.insert(place, number)

    def tell(self, sessions: Iterable[Session], event: Event) -> None:
        """Tell some sessions the same, encoded once per kind of door."""
        encoded: dict[IDoor, list[bytes]] = {}
        for session in sessions:
            peer = session.peer
            pieces = encoded.get(peer.door)
            if pieces is None:
                message = peer.door.encode(event)
                pieces = encoded[peer.door] = [message] if message else []
            if pieces:
                peer.deliver(pieces)

    def neighbours(self, session: Session) -> set[Session]:
        """The other sessions of the same person and of all who share a room with them, once each,
        after all that was said in those rooms."""
        sessions = set(session.person.sessions)
        for room in session.person.rooms:
            room.flush()
            sessions.update(room.sessions())
        sessions.discard(session)
        return sessions
