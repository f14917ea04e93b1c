"""Putting a backup in the place of a server: all of it or nothing, whenever the machine stops.

Everything new is made in a folder of its own in the data directory. Then that folder gets its last
name, which is the moment: from here on the new files count, and whoever opens the data directory
next moves what a kill left there. A PostgreSQL database is filled just before that, in one
transaction.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from chatd.archive import STORE, Archive
from chatd.config import Config
from chatd.errors import ConfigError
from chatd.keys import CERTIFICATE, SERVER_KEY, TLS_KEY, read_pair, server_fingerprint
from chatd.store.engine import parse
from chatd.store.restore import restore_store
from chatd.whole_file import sync_folder, write_whole

#: The folder, before and after the moment.
_UNFINISHED, _READY = "restored.unfinished", "restored"

#: The embedded database inside of the folder; its place may be elsewhere.
_DATABASE = "store.db"


def is_there(config: Config) -> bool:
    """Whether there is a server already."""
    store = _embedded(config)
    return (config.data_dir / SERVER_KEY).exists() or (store is not None and store.exists())


def restore(archive: Archive, config: Config) -> list[Path]:
    """Put a checked backup in the place of whatever is there. The caller holds the lock, and has
    called :func:`finish`.

    :return: the files that were made.
    :raises ConfigError: it cannot be done, and nothing was changed.
    """
    folder = config.data_dir / _UNFINISHED
    try:
        folder.mkdir(mode=0o700)
        _prepare(archive, folder, config)
        sync_folder(folder)
        folder.rename(config.data_dir / _READY)
        sync_folder(config.data_dir)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or folder}: cannot be written: {error.strerror}; nothing was changed"
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return finish(config)


def finish(config: Config) -> list[Path]:
    """Move what was restored to its place, if anything was, and forget what was given up. Harmless
    when repeated.

    :return: the files that were moved.
    :raises ConfigError: they cannot be moved.
    """
    shutil.rmtree(config.data_dir / _UNFINISHED, ignore_errors=True)
    folder = config.data_dir / _READY
    moved = []
    try:
        for path in sorted(folder.iterdir()) if folder.exists() else ():
            target = _place(path.name, config)
            if path.name == _DATABASE:
                for beside in ("-wal", "-shm"):  # the old database's, which is gone
                    target.with_name(target.name + beside).unlink(missing_ok=True)
            shutil.move(path, target)
            sync_folder(target.parent)
            moved.append(target)
        with suppress(FileNotFoundError):
            folder.rmdir()
    except OSError as error:
        raise ConfigError(
            f"{error.filename or folder}: cannot be moved to its place: {error.strerror}; "
            "mend that and start again"
        ) from None
    return moved


def _prepare(archive: Archive, folder: Path, config: Config) -> None:
    for name in archive.names():
        if name != STORE:
            write_whole(folder / name, archive.read(name))
    server_fingerprint(folder)
    read_pair(folder / TLS_KEY, folder / CERTIFICATE)
    if _embedded(config) is None:
        restore_store(config.store, archive.lines())
    else:
        restore_store(f"sqlite:///{folder / _DATABASE}", archive.lines())


def _embedded(config: Config) -> Path | None:
    """The file of an SQLite database; None where the database is elsewhere."""
    url = parse(config.store)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _place(name: str, config: Config) -> Path:
    if name == _DATABASE:
        return _embedded(config) or config.data_dir / _DATABASE
    return config.data_dir / name
