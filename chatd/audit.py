"""The audit log: who came, who was refused, what ended, in JSON lines; never what was said.

Promises: only the events and fields declared here are ever written, so that no message text,
password, token or key gets in by accident; the file is readable by its owner alone; it is rotated
by size; when the disk is full the daemon goes on, and the log says later how much it missed.
Source: seed 001 (the server logs attempts and anomalies, no chat records).
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from twisted.logger import Logger
from zope.interface import implementer

from chatd.errors import ConfigError
from chatd.interfaces import IAudit

FILE = "audit.log"

#: What a line may hold beside ``time`` and ``event``.
FIELDS = frozenset(
    {
        "account",
        "address",
        "by",
        "code",
        "count",
        "device",
        "door",
        "level",
        "nick",
        "reason",
        "role",
        "room",
        "seconds",
        "service",
        "session",
    }
)

_LONGEST = 200


class AuditEvent(StrEnum):
    """Everything that is ever audited."""

    SERVER_STARTED = "server_started"
    SERVER_STOPPING = "server_stopping"
    CONFIG_RELOADED = "config_reloaded"
    CONNECTION_REFUSED = "connection_refused"
    HANDSHAKE_FAILED = "handshake_failed"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_IN = "signed_in"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    SIGNED_OUT = "signed_out"
    CLOSED = "closed"
    RATE_LIMITED = "rate_limited"
    BROADCAST = "broadcast"
    ROOM_MADE = "room_made"
    ROOM_PASSWORD_WRONG = "room_password_wrong"
    ACCOUNT_INVITED = "account_invited"
    ACCOUNT_IMPORTED = "account_imported"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ACCOUNT_REMOVED = "account_removed"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_WRONG = "password_wrong"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_LINKED = "device_linked"
    DEVICE_SIGNED = "device_signed"
    DEVICE_REVOKED = "device_revoked"
    VAULT_COPIED = "vault_copied"
    TOKEN_REFUSED = "token_refused"
    TOKEN_REGENERATED = "token_regenerated"
    ROOM_SET = "room_set"
    ROOM_ROLE = "room_role"
    INVITED = "invited"
    KICKED = "kicked"
    BANNED = "banned"
    UNBANNED = "unbanned"
    SERVICE_FAILED = "service_failed"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    LINES_LOST = "lines_lost"


@implementer(IAudit)
class AuditLog:
    """Writes ``audit.log`` in the data directory.

    :param data_dir: exists.
    :param size: bytes at which a new file is begun.
    :param keep: how many old files stay, ``audit.log.1`` the youngest.
    :param now: seconds since the epoch.
    :raises ConfigError: the file cannot be opened.
    """

    _log = Logger()

    def __init__(
        self, data_dir: Path, size: int, keep: int, now: Callable[[], float] = time.time
    ) -> None:
        self._path = data_dir / FILE
        self._limit = size
        self._keep = keep
        self._now = now
        self._lost = 0
        self._file, self._size, self._torn = -1, 0, False
        try:
            self._open()
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot be opened: {error.strerror}") from None

    def record(self, event: str, **fields: object) -> None:
        """Write one line; see :class:`~chatd.interfaces.IAudit`.

        :raises ValueError: the event or a field is not declared in this module.
        """
        line = self._line(AuditEvent(event), fields)
        try:
            if self._lost:
                self._write(self._line(AuditEvent.LINES_LOST, {"count": self._lost}))
                self._log.info("the audit log is written again; {lost} lines lost", lost=self._lost)
                self._lost = 0
            self._write(line)
        except OSError as error:
            if not self._lost:
                self._log.error("{path}: cannot be written: {error}", path=self._path, error=error)
            self._lost += 1

    def reopen(self) -> None:
        """Begin again at the file's path, which somebody else may have moved away."""
        self.close()

    def close(self) -> None:
        """Let the file go; a line after that opens it again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _line(self, event: AuditEvent, fields: dict[str, object]) -> bytes:
        if unknown := fields.keys() - FIELDS:
            raise ValueError(f"not to be audited: {', '.join(sorted(unknown))}")
        moment = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        row: dict[str, object] = {"time": moment.replace("+00:00", "Z"), "event": event.value}
        for name, value in fields.items():
            row[name] = value if isinstance(value, int | float) else str(value)[:_LONGEST]
        return json.dumps(row).encode("ascii") + b"\n"

    def _write(self, line: bytes) -> None:
        if self._file < 0:
            self._open()
        if self._size and self._size + len(line) > self._limit:
            self._rotate()
            self._open()
        # A line that the disk had no room for ended in the middle: the next begins a new one.
        data = b"\n" + line if self._torn else line
        self._torn = True
        written = os.write(self._file, data)
        self._size += written
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False

    def _rotate(self) -> None:
        self.close()
        names = [self._path, *(Path(f"{self._path}.{n}") for n in range(1, self._keep + 1))]
        for younger, older in reversed(list(pairwise(names))):
            if younger.exists():
                younger.replace(older)
        self._path.unlink(missing_ok=True)

    def _open(self) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self._path, flags, 0o600)
        os.fchmod(self._file, 0o600)
        self._size = os.fstat(self._file).st_size
        self._torn = self._size > 0 and os.pread(self._file, 1, self._size - 1) != b"\n"
