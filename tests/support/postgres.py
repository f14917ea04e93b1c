"""A real PostgreSQL server in a temporary folder, on a socket in it, for as long as the tests run.

It is started where it is first asked for. PostgreSQL refuses to run as root: then it runs as
another user of the system.
"""

from __future__ import annotations

import atexit
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from unittest import SkipTest

import psycopg
from sqlalchemy import make_url

from tests.support.program import until

#: Says that a machine without PostgreSQL is a failure.
REQUIRE = "CHATD_REQUIRE_POSTGRES"

_WHERE = "/usr/lib/postgresql/*/bin"
_USERS = ("postgres", "nobody")


@cache
def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; None where there is none."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *sorted(glob.glob(_WHERE), reverse=True)])
    found = shutil.which("initdb", path=path)
    return Path(found).resolve().parent if found else None


class Server:
    """Running when it is made; :meth:`stop` it, and its folder is gone."""

    def __init__(self, where: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chatd-postgres-"))
        self._user = _other_user() if os.getuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        data = self.folder / "data"
        # A locale in which "a" comes before "B", unlike in C, shows a forgotten collation.
        options = ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en", "--no-sync"]
        self._start([where / "initdb", "--username=chatd", "--auth=trust", *options, data]).wait()
        # Nothing in it outlives the tests: it need not wait for the disk.
        options = ["-c", "listen_addresses=", "-c", "fsync=off"]
        self._process = self._start([where / "postgres", "-D", data, "-k", self.folder, *options])
        self._names = count()
        until(self._answers, lambda: (self.folder / "output").read_text("utf-8"))

    def database(self) -> str:
        """The URL of a new database, with nothing in it."""
        name = f"chatd{next(self._names)}"
        self._order(f"CREATE DATABASE {name}")
        return f"postgresql://chatd@/{name}?host={self.folder}"

    def cut(self, url: str) -> None:
        """End all connections to a database."""
        there = f"FROM pg_stat_activity WHERE datname = '{make_url(url).database}'"
        self._order(f"SELECT pg_terminate_backend(pid, 10000) {there}")

    def allow(self, url: str, connections: bool) -> None:
        """Let a database have connections, or none from now on."""
        name = make_url(url).database
        self._order(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {connections}")
        if not connections:
            self.cut(url)

    def hold_commits(self, held: bool) -> None:
        """Whether commits, which are made, wait before they are confirmed: for another server to
        have them, of which there is none."""
        self._order(f"ALTER SYSTEM SET synchronous_standby_names = '{'nobody' if held else ''}'")
        self._order("SELECT pg_reload_conf()")

    def is_held(self, url: str) -> bool:
        """Whether a commit in a database waits for that."""
        there = f"wait_event = 'SyncRep' AND datname = '{make_url(url).database}'"
        return self._order(f"SELECT 1 FROM pg_stat_activity WHERE {there}") > 0

    def stop(self) -> None:
        """At once; nothing in it is needed."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _order(self, statement: str) -> int:
        """:return: how many rows that concerned."""
        place = f"{self._place('postgres')} options='-c synchronous_commit=local'"
        with psycopg.connect(place, autocommit=True) as connection:
            return connection.execute(statement.encode()).rowcount

    def _start(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        user = self._user
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def _place(self, name: str) -> str:
        return f"host={self.folder} user=chatd dbname={name}"

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "output").read_text("utf-8")
        try:
            psycopg.connect(self._place("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


def server() -> Server:
    """The one of this run.

    :raises SkipTest: PostgreSQL is not installed, and need not be.
    :raises LookupError: it is not installed, and has to be.
    """
    where = programs()
    if where is not None:
        return _started(where)
    if os.environ.get(REQUIRE):
        raise LookupError(f"PostgreSQL is not installed, and {REQUIRE} is set")
    raise SkipTest("PostgreSQL is not installed")


@cache
def _started(where: Path) -> Server:
    running = Server(where)
    atexit.register(running.stop)
    return running


def _other_user() -> pwd.struct_passwd:
    """Somebody who is not root, and owns nothing else that matters."""
    return next(user for user in pwd.getpwall() if user.pw_name in _USERS)
