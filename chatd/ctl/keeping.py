"""Keeping a server: exports and backups, while the daemon runs or not, and putting one back."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from chatd import archive
from chatd.audit import AuditLog
from chatd.config import Config, file_in_use
from chatd.ctl.command import PROGRAM, Command
from chatd.ctl.reach import Asked, reach
from chatd.ctl.table import moment
from chatd.domain.link import show_fingerprint
from chatd.errors import ConfigError
from chatd.keys import CERTIFICATE, SERVER_KEY, TLS_KEY, lock_data_dir, server_fingerprint
from chatd.whole_file import whole_file


def _lines(server: Asked) -> Iterator[str]:
    """The store's, all from one moment."""
    while page := server.ask("export")["lines"]:
        yield from page


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise ConfigError(f"{path}: is there already; --force overwrites it")


# ------------------------------------------------------------ export


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Prints everything in the store as JSON lines. They hold the hashes of passwords and "
        "tokens: keep them as you keep the server's key."
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write a file that only its owner can read"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the file")


def _export(config: Config, options: argparse.Namespace) -> None:
    with reach(config) as server:
        if options.output is None:
            for line in _lines(server):
                print(line)
            return
        _check_free(options.output, options.force)
        with whole_file(options.output) as file:
            for line in _lines(server):
                file.write(f"{line}\n".encode())


# ------------------------------------------------------------ backup


def _file_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--force", action="store_true", help="overwrite what is there")


def _backup(config: Config, options: argparse.Namespace) -> None:
    """Of what is not in the store nothing changes while the daemon runs."""
    _check_free(options.file, options.force)
    with reach(config) as server:
        files = {
            name: (config.data_dir / name).read_bytes()
            for name in (SERVER_KEY, TLS_KEY, CERTIFICATE)
        }
        if settings := file_in_use(options.config):
            files[archive.SETTINGS] = settings.read_bytes()
        archive.write(options.file, files, _lines(server), int(time.time() * 1000))
    names = sorted([*files, archive.STORE])
    if options.json:
        print(json.dumps({"file": str(options.file), "members": names}))
    else:
        print(f"{options.file}: {', '.join(names)}")
        print("Whoever has this file can pass for your server: keep it as you keep its key.")


# ------------------------------------------------------------ restore


def _restore(config: Config, options: argparse.Namespace) -> None:
    from chatd import restoration  # the database's libraries: for this command only

    lock = lock_data_dir(config.data_dir, program=PROGRAM)
    try:
        restoration.finish(config)
        with archive.opened(options.file) as backup:
            if restoration.is_there(config) and not options.force:
                raise ConfigError(
                    f"{config.data_dir}: there is a server already; --force overwrites it"
                )
            made = restoration.restore(backup, config)
            manifest = backup.manifest
        audit = AuditLog(config.data_dir, config.audit_size, config.audit_keep)
        audit.record("restored", by="admin")
        audit.close()
    finally:
        os.close(lock)
    _tell(config, options, manifest, made)


def _tell(
    config: Config, options: argparse.Namespace, manifest: archive.Manifest, made: list[Path]
) -> None:
    fingerprint = server_fingerprint(config.data_dir)
    if options.json:
        files = [str(path) for path in made]
        print(json.dumps({"made": manifest.made, "files": files, "fingerprint": fingerprint}))
        return
    print(f"restored the backup of {moment(manifest.made)}:")
    for path in made:
        print(f"  {path}")
    print(f"fingerprint: {show_fingerprint(fingerprint)}")
    settings = config.data_dir / archive.SETTINGS
    if settings in made and file_in_use(options.config) != settings:
        print(f"to use the settings that were saved, start with --config {settings}")


COMMANDS = (
    Command("export", "print the store as JSON lines (holds hashes)", _export, _export_arguments),
    Command("backup", "copy store, keys and settings into one file", _backup, _file_arguments),
    Command("restore", "put a backup back, while no daemon runs", _restore, _file_arguments),
)
