"""Bringing a database to the tables of this program: Alembic's migrations, run from code.

Promises: a migration is one transaction, all of it or none; an SQLite file of an older revision is
copied first, beside it, and such copies are gone after a week, for they hold what people have
deleted since; a database of a newer program is left as it is.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from chatd.errors import ConfigError
from chatd.store.engine import place, writing

MIGRATIONS = Path(__file__).with_name("migrations")

#: Seconds for which a copy is kept.
COPY_LIFE = 7 * 24 * 3600

_COPY = ".before-"


class Migrations:
    """The revisions that this program knows.

    :param folder: where they lie.
    """

    def __init__(self, folder: Path = MIGRATIONS) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(folder).replace("%", "%%"))
        self._scripts = ScriptDirectory.from_config(self._config)

    @property
    def newest(self) -> str:
        """The revision that this program works with."""
        head = self._scripts.get_current_head()
        assert head is not None
        return head

    def knows(self, revision: str) -> bool:
        """Whether it is one of ours."""
        return any(script.revision == revision for script in self._scripts.walk_revisions())

    def upgrade(self, connection: Connection, revision: str = "head") -> None:
        """Change the tables, in the transaction of this connection."""
        self._config.attributes["connection"] = connection
        command.upgrade(self._config, revision)

    def downgrade(self, connection: Connection) -> None:
        """Drop all tables."""
        self._config.attributes["connection"] = connection
        command.downgrade(self._config, "base")


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None while it has no tables."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, migrations: Migrations) -> None:
    """Bring a database to the newest revision.

    :raises ConfigError: a newer program made it.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
    if found is not None and not migrations.knows(found):
        raise ConfigError(
            f"{place(engine.url)}: this store was used by a newer chatd (its revision {found} is "
            f"not known here, {migrations.newest} is); install that version again, or restore a "
            "backup"
        )
    if found == migrations.newest:
        return
    if found is not None and engine.url.database and engine.dialect.name == "sqlite":
        _copy(Path(engine.url.database), migrations.newest)
    with writing(engine).begin() as connection:
        migrations.upgrade(connection)


def delete_old_copies(path: Path) -> None:
    """Those that were made before migrations more than a week ago.

    :param path: the SQLite file.
    """
    for copy in path.parent.glob(f"{path.name}{_COPY}*"):
        if copy.stat().st_mtime < time.time() - COPY_LIFE:
            copy.unlink()


def _copy(path: Path, revision: str) -> None:
    """:raises ConfigError: there is no room for it, say."""
    copy = path.with_name(f"{path.name}{_COPY}{revision}")
    try:
        copy.unlink(missing_ok=True)
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"{copy}: no copy could be made before migrating: {error}") from None
