"""Migrations: an older store is copied and brought up to date, whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from sqlalchemy import Engine, inspect
from twisted.internet import reactor

from chatd.domain.commands import Relation, Style
from chatd.domain.conversation import ConversationKind, number_before
from chatd.domain.message import Followed, OpenBody
from chatd.errors import ConfigError
from chatd.store import following, restore
from chatd.store.engine import make_engine, parse
from chatd.store.revision import COPY_LIFE, MIGRATIONS, Migrations, migrate, revision_of
from chatd.store.store import open_store
from tests.store.folder import FolderCase, lines, url

_NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"


def upgrade():
    op.add_column("tombstones", sa.Column("note", sa.Text, server_default="none"))
    {last}


def downgrade():
    op.drop_column("tombstones", "note")
"""


class MigratingCase(FolderCase):
    """A store of revision 0004, and a program that has one more."""

    async def fill(self, last: str = "") -> None:
        """``last``: what the further migration does at its end."""
        store = self.open()
        await store.invite("alice", None, None, b"id", 2, 1)
        self.lines = await lines(store)
        await store.stop()
        folder = self.folder / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "r0005_next.py").write_text(_NEXT.format(last=last))
        self.newer = Migrations(folder)
        self.engine = make_engine(parse(url(self.path)))
        self.addCleanup(self.engine.dispose)

    def found(self, engine: Engine) -> str | None:
        """The revision that a database is at."""
        with engine.connect() as connection:
            return revision_of(connection)

    @property
    def copy(self) -> Path:
        return self.folder / "store.db.before-0005"


class Migrating(MigratingCase):
    async def test_older(self) -> None:
        """The copy is the store as it was, and nobody else can read it."""
        await self.fill()
        self.addCleanup(os.umask, os.umask(0))
        migrate(self.engine, self.newer)
        self.assertEqual(self.found(self.engine), "0005")
        columns = [column["name"] for column in inspect(self.engine).get_columns("tombstones")]
        self.assertEqual(columns, ["folded", "note"])
        self.assertEqual(stat.S_IMODE(self.copy.stat().st_mode), 0o600)
        self.assertEqual(await lines(self.open(self.copy)), self.lines)

    async def test_nothing_to_do(self) -> None:
        await self.fill()
        migrate(self.engine, Migrations())
        self.assertFalse(list(self.folder.glob("*.before-*")))

    async def test_breaks_off(self) -> None:
        """Nothing of it is left: the next start tries again, with a new copy."""
        await self.fill("raise ZeroDivisionError")
        for _ in range(2):
            self.assertRaises(ZeroDivisionError, migrate, self.engine, self.newer)
            self.assertEqual(self.found(self.engine), "0004")
        self.assertEqual(await lines(self.open()), self.lines)

    async def test_no_copy(self) -> None:
        """Then nothing is migrated."""
        await self.fill()
        self.copy.mkdir()
        error = self.assertRaises(ConfigError, migrate, self.engine, self.newer)
        self.assertIn("no copy could be made before migrating", str(error))
        self.assertEqual(self.found(self.engine), "0004")

    async def test_older_export(self) -> None:
        """What an older program wrote goes into its tables, which are then migrated."""
        await self.fill()
        self.patch(restore, "Migrations", lambda: self.newer)
        path = self.folder / "restored.db"
        restore.restore_store(url(path), self.lines)
        engine = make_engine(parse(url(path)))
        self.addCleanup(engine.dispose)
        self.assertEqual(self.found(engine), "0005")
        engine.dispose()

    async def test_older_export_into_a_new_store(self) -> None:
        """One that the newer program has started already, with nobody in it."""
        await self.fill()
        self.patch(restore, "Migrations", lambda: self.newer)
        path = self.folder / "restored.db"
        engine = make_engine(parse(url(path)))
        migrate(engine, self.newer)
        engine.dispose()
        restore.restore_store(url(path), self.lines)
        self.assertEqual(self.found(engine), "0005")
        engine.dispose()


class Mailboxes(FolderCase):
    def test_devices_from_before(self) -> None:
        """Those that can sign in have one, as new devices do."""
        engine = make_engine(parse(url(self.path)))
        self.addCleanup(engine.dispose)
        migrations = Migrations()
        active, out = b"a" * 16, b"o" * 16
        with engine.begin() as connection:
            migrations.upgrade(connection, "0002")
            connection.exec_driver_sql(
                "INSERT INTO accounts VALUES (x'01', 'ann', 'ann', '', 1, 'member', 0, 1, '', x'')"
            )
            rest = "1, 5999, x'', x'', x'', x'', 1"
            connection.exec_driver_sql(
                f"INSERT INTO devices VALUES (?, x'01', ?, 'phone', ?, {rest})",
                [(active, active, "active"), (out, out, "suspended")],
            )
        migrate(engine, migrations)
        with engine.begin() as connection:
            found, _ = following.follow(connection, active, b"", 9)
            before = number_before(5999)
            mailbox = Followed(active, ConversationKind.MAILBOX, "", False, before, before, 0)
            self.assertEqual(found, [mailbox])
            self.assertEqual(following.follow(connection, out, b"", 9), ([], 0))


class Edits(FolderCase):
    def test_those_from_before_are_known(self) -> None:
        engine = make_engine(parse(url(self.path)))
        self.addCleanup(engine.dispose)
        edit = OpenBody("later", Style.SAID, Relation.EDIT, 7).pack()
        reply = OpenBody("why?", Style.SAID, Relation.REPLY, 7).pack()
        bodies = (edit, 0), (reply, 0), (edit, 1), (b"\x10" + edit, 0)
        with engine.begin() as connection:
            Migrations().upgrade(connection, "0003")
            rows = [
                (number, sealed, len(body), body) for number, (body, sealed) in enumerate(bodies, 8)
            ]
            connection.exec_driver_sql(
                "INSERT INTO conversations VALUES (x'01', 0, 0, 'tea', x'', '', x'', '', 11)"
            )
            connection.exec_driver_sql(
                "INSERT INTO messages VALUES (x'01', ?, x'02', 'ann', x'03', 1, ?, ?, ?)", rows
            )
        migrate(engine, Migrations())
        with engine.begin() as connection:
            found = connection.exec_driver_sql("SELECT edits FROM messages ORDER BY number")
            self.assertEqual(found.scalars().all(), [7, 0, 0, 0])


class Numbers(FolderCase):
    def test_the_first_stores_of_revision_3_get_them(self) -> None:
        engine = make_engine(parse(url(self.path)))
        self.addCleanup(engine.dispose)
        with engine.begin() as connection:
            Migrations().upgrade(connection, "0003")
            connection.exec_driver_sql("ALTER TABLE meta DROP COLUMN numbers")
        migrate(engine, Migrations())
        with engine.begin() as connection:
            self.assertEqual(connection.exec_driver_sql("SELECT numbers FROM meta").scalar(), 0)


class OldCopies(FolderCase):
    def test_deleted(self) -> None:
        """After a week: they hold what people have deleted since."""
        old, new = (self.folder / f"store.db.before-000{number}" for number in (2, 3))
        other = self.folder / "other.db.before-0004"
        for path in (old, new, other):
            path.touch()
        now = new.stat().st_mtime
        for path in (old, other):
            os.utime(path, (now, now - COPY_LIFE - 60))
        open_store(url(self.path), self.folder, reactor).stop()
        self.assertEqual([path.exists() for path in (old, new, other)], [False, True, True])
