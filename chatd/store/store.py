"""The store: :class:`~chatd.interfaces.IStore` over one thread that writes and a few that read.

What each method does and promises is said in the interface; the work is in the modules of the
families.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from zope.interface import implementer

from chatd.domain.account import Account, Device, NewDevice, Role
from chatd.domain.blocks import Party
from chatd.domain.commands import Standing
from chatd.domain.conversation import QueueLimits
from chatd.domain.message import (
    Delivered,
    Followed,
    NewMessage,
    Page,
    PersonProgress,
    Posted,
    StoredCounts,
)
from chatd.domain.room_record import BanRecord, NewRoom, RoomChanges, RoomRecord
from chatd.domain.sign_in import Redeemed, Registered, TokenSignIn
from chatd.errors import ConfigError
from chatd.interfaces import IStore
from chatd.store import (
    accounts,
    acknowledgements,
    admission,
    blocks,
    conversations,
    devices,
    enrolments,
    export,
    following,
    generation,
    members,
    messages,
    pages,
    reads,
    rooms,
    sign_in,
    sweep,
)
from chatd.store.engine import check, make_engine, opening, parse, reading, writing
from chatd.store.readers import Readers
from chatd.store.revision import Migrations, delete_old_copies, migrate
from chatd.store.runner import Reader, Runner, Together
from chatd.store.sweep import Sweep
from chatd.store.writer import Writer
from chatd.whole_file import write_whole

P = ParamSpec("P")
T = TypeVar("T")

#: Transactions of one sweep: what is left then is for the next one.
SWEEPS = 50

_log = Logger()


@implementer(IStore)
class Store:
    """A store whose tables are there: see :func:`open_store`.

    :ivar apart: comes when nobody knows whether something was stored. Then whoever asked for it is
        told nothing, and nothing more is stored: the process has to start again.
    """

    def __init__(
        self,
        engine: Engine,
        writer: Runner,
        readers: Reader,
        apart: Deferred[None] | None = None,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._readers = readers
        self._sweep = Sweep()
        self.apart = apart or Deferred()

    def start(self) -> None:
        """Start the threads; what was asked for before is done now."""
        self._writer.start()
        self._readers.start()

    def stop(self) -> Deferred[None]:
        """End the threads and close the database, after all that was asked for is done. Harmless
        when repeated."""
        return (
            self._writer.stop()
            .addCallback(lambda _: self._readers.stop())
            .addCallback(lambda _: self._engine.dispose())
        )

    def handles_now(self) -> frozenset[str]:
        """What :meth:`handles` gives, waited for: for a start, before any loop runs."""
        with reading(self._engine).begin() as connection:
            return accounts.handles(connection)

    def blocks_now(self) -> list[tuple[Party, Party]]:
        """What :meth:`blocks` gives, likewise."""
        with reading(self._engine).begin() as connection:
            return blocks.everybody(connection)

    def rooms_now(self) -> list[RoomRecord]:
        """What :meth:`rooms` gives, likewise."""
        with reading(self._engine).begin() as connection:
            return rooms.everything(connection)

    def _write(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *given: P.args,
        **named: P.kwargs,
    ) -> Deferred[T]:
        return self._writer.run(lambda connection: operation(connection, *given, **named))

    def _read(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *given: P.args,
        **named: P.kwargs,
    ) -> Deferred[T]:
        return self._readers.run(lambda connection: operation(connection, *given, **named))

    # ------------------------------------------------------------ accounts

    def handles(self) -> Deferred[frozenset[str]]:
        return self._read(accounts.handles)

    def account(self, handle: str) -> Deferred[Account | None]:
        return self._read(accounts.find, handle)

    def accounts(self, after: str, count: int) -> Deferred[list[Account]]:
        return self._read(accounts.page, after, count)

    def add_account(self, account: Account) -> Deferred[Account]:
        return self._write(accounts.add, account)

    def set_level(self, account: bytes, level: int) -> Deferred[Account]:
        return self._write(accounts.change, account, level=level)

    def set_role(self, account: bytes, role: Role) -> Deferred[Account]:
        return self._write(accounts.change, account, role=role)

    def set_disabled(self, account: bytes, disabled: bool) -> Deferred[Account]:
        return self._write(accounts.change, account, disabled=disabled)

    def set_display(self, account: bytes, display: str) -> Deferred[Account]:
        return self._write(accounts.change, account, display=display)

    def set_password(self, account: bytes, phc: str, by: bytes = b"") -> Deferred[Account]:
        return self._write(devices.set_password, account, phc, by)

    def remove(self, account: bytes, now: int) -> Deferred[tuple[Account, list[Delivered]]]:
        return self._write(accounts.remove, account, now)

    def seen(self, account: bytes, now: int) -> Deferred[None]:
        return self._write(accounts.seen, account, now)

    def hide_seen(self, account: bytes, hidden: bool) -> Deferred[Account]:
        return self._write(accounts.change, account, hides_seen=hidden)

    # ------------------------------------------------------------ devices

    def devices(self, account: bytes) -> Deferred[list[Device]]:
        return self._read(devices.of_account, account)

    def device(self, key: bytes) -> Deferred[tuple[Account, Device] | None]:
        return self._read(devices.of_key, key)

    def device_of_id(self, device: bytes) -> Deferred[tuple[Account, Device] | None]:
        return self._read(devices.of_id, device)

    def devices_of_prefix(self, prefix: str, count: int) -> Deferred[list[tuple[Account, Device]]]:
        return self._read(devices.of_prefix, prefix, count)

    def suspend(self, device: bytes) -> Deferred[Device]:
        return self._write(devices.suspend, device)

    def revoke(self, device: bytes) -> Deferred[Device]:
        return self._write(devices.revoke, device)

    def sign_device(self, device: bytes, record: bytes, signature: bytes) -> Deferred[Device]:
        return self._write(devices.sign, device, record, signature)

    # ------------------------------------------------------------ coming in

    def invite(
        self,
        handle: str,
        level: int | None,
        role: Role | None,
        id_hash: bytes,
        expires: int,
        now: int,
    ) -> Deferred[Account]:
        return self._write(enrolments.invite, handle, level, role, id_hash, expires, now)

    def add_enrolment(
        self, account: bytes, id_hash: bytes, expires: int, now: int
    ) -> Deferred[None]:
        return self._write(enrolments.add, account, id_hash, expires, now)

    def redeem(
        self, id_hash: bytes, new: NewDevice, token_hash: bytes, now: int
    ) -> Deferred[Redeemed]:
        return self._write(admission.redeem, id_hash, new, token_hash, now)

    def register(
        self, account: bytes, phc: str, new: NewDevice, token_hash: bytes, now: int
    ) -> Deferred[Registered]:
        return self._write(admission.register, account, phc, new, token_hash, now)

    def sign_in(
        self, key: bytes, token_hash: bytes, successor_hash: bytes, late: bool, now: int
    ) -> Deferred[TokenSignIn]:
        return self._write(sign_in.sign_in, key, token_hash, successor_hash, late, now)

    def confirm(self, device: bytes, token_hash: bytes, now: int) -> Deferred[bool]:
        return self._write(sign_in.confirm, device, token_hash)

    # ------------------------------------------------------------ blocks

    def blocks(self) -> Deferred[list[tuple[Party, Party]]]:
        return self._read(blocks.everybody)

    def block(self, account: bytes, blocked: bytes) -> Deferred[None]:
        return self._write(blocks.add, account, blocked)

    def unblock(self, account: bytes, blocked: bytes) -> Deferred[None]:
        return self._write(blocks.remove, account, blocked)

    # ------------------------------------------------------------ rooms

    def rooms(self) -> Deferred[list[RoomRecord]]:
        return self._read(rooms.everything)

    def add_room(self, room: NewRoom, now: int) -> Deferred[int]:
        return self._write(rooms.add, room, now)

    def enter_room(self, room: bytes, account: bytes, standing: Standing) -> Deferred[int]:
        return self._write(rooms.enter, room, account, standing)

    def leave_room(self, room: bytes, account: bytes) -> Deferred[None]:
        return self._write(members.leave, room, account)

    def set_room(self, room: bytes, changes: RoomChanges) -> Deferred[None]:
        return self._write(rooms.change, room, changes)

    def set_standings(self, room: bytes, standings: Mapping[bytes, Standing]) -> Deferred[None]:
        return self._write(rooms.set_standings, room, standings)

    def put_out(
        self, room: bytes, account: bytes, letter: bytes, now: int
    ) -> Deferred[list[Delivered]]:
        return self._write(members.put_out, room, account, letter, now)

    def ban(self, room: bytes, ban: BanRecord, letter: bytes) -> Deferred[list[Delivered]]:
        return self._write(rooms.ban, room, ban, letter)

    def unban(self, room: bytes, target: str) -> Deferred[None]:
        return self._write(rooms.unban, room, target)

    def invite_to_room(self, room: bytes, account: bytes) -> Deferred[None]:
        return self._write(rooms.invite, room, account)

    # ------------------------------------------------------------ delivery

    def post(self, message: NewMessage) -> Deferred[Posted]:
        return self._writer.run(Together(messages.post, message))

    def first_answer(self, message: NewMessage) -> Deferred[Posted | None]:
        # By the one who writes: what was asked for before may still be on its way to the disk.
        return self._write(messages.first_answer, message)

    def follow(
        self, device: bytes, after: bytes, count: int
    ) -> Deferred[tuple[list[Followed], int]]:
        return self._read(following.follow, device, after, count)

    def fetch(
        self, device: bytes, conversation: bytes, after: int, count: int, size: int
    ) -> Deferred[Page]:
        return self._read(pages.fetch, device, conversation, after, count, size)

    def acknowledge(self, acknowledged: list[tuple[bytes, bytes, int]]) -> Deferred[None]:
        return self._write(acknowledgements.acknowledge, acknowledged)

    def mark_read(
        self, account: bytes, conversation: bytes, number: int, quiet: bool
    ) -> Deferred[int]:
        return self._write(reads.mark_read, account, conversation, number, quiet)

    def progress(self, conversation: bytes) -> Deferred[list[PersonProgress]]:
        return self._read(reads.progress, conversation)

    def pairs(self, account: bytes) -> Deferred[list[bytes]]:
        return self._read(conversations.partners, account)

    def sweep(self, limits: QueueLimits, now: int) -> Deferred[list[Delivered]]:
        return Deferred.fromCoroutine(self._do_sweep(limits, now))

    async def _do_sweep(self, limits: QueueLimits, now: int) -> list[Delivered]:
        letters: list[Delivered] = []
        work = await self._read(self._sweep.look, limits, now)
        for _ in range(SWEEPS):
            if not work.conversations and not work.left:
                break
            told, work = await self._write(sweep.do, work, limits, now)
            letters += told
        return letters

    def counts(self) -> Deferred[StoredCounts]:
        return self._read(messages.counts)

    # ------------------------------------------------------------ everything

    def export(self) -> Deferred[Iterator[str]]:
        return self._readers.stream(export.lines)


def open_store(url: str, data_dir: Path, reactor: Any) -> Store:
    """Open a store and bring its tables up to date; the caller holds the data directory's lock.

    :param url: ``sqlite:///FILE``, which is made if it is missing, or
        ``postgresql://USER@HOST/DATABASE``.
    :raises ConfigError: it cannot be used, and why; never with the URL's password.
    """
    parsed = parse(url)
    engine = make_engine(parsed)
    with opening(engine):
        check(engine)
        migrate(engine, Migrations())
        if parsed.database and parsed.get_backend_name() == "sqlite":
            delete_old_copies(Path(parsed.database))
        _begin(engine, data_dir / generation.MARK)
    writer = Writer(engine, reactor)
    return Store(engine, writer, Readers(engine, reactor, writer.complaints), writer.apart)


def _begin(engine: Engine, path: Path) -> None:
    """A start: renew the mark in the store, then in the file at ``path``."""
    now = int(time.time() * 1000)
    try:
        with writing(engine).begin() as connection:
            mark, raised = generation.renew(connection, generation.noted(path), now)
        write_whole(path, mark)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be used: {error.strerror}") from None
    if raised:
        _log.warn(
            "the store was put back from an earlier state: each device may come once with a token "
            "that is not known"
        )
