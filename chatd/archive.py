"""A backup: one tar file with the store's lines, the server's keys, its settings, and a manifest.

Promises: the file is readable by its owner alone and there whole or not at all. Reading trusts
nothing in it: only plain files of known names and bounded sizes are looked at, no path and no link
is followed, and everything is compared with the manifest's sums before any of it is used.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

import msgspec

from chatd.errors import ConfigError
from chatd.keys import CERTIFICATE, SERVER_KEY, TLS_KEY
from chatd.whole_file import whole_file

STORE = "store.jsonl"
SETTINGS = "chatd.toml"
MANIFEST = "manifest.json"

FORMAT = 1

#: Bytes that a member may have; the store's are bounded by the file, which is not compressed.
_BOUNDS = {
    MANIFEST: 64 * 1024,
    SERVER_KEY: 64 * 1024,
    TLS_KEY: 64 * 1024,
    CERTIFICATE: 1024 * 1024,
    SETTINGS: 1024 * 1024,
    STORE: 2**40,
}
_NEEDED = frozenset({MANIFEST, SERVER_KEY, TLS_KEY, CERTIFICATE, STORE})

#: Bytes of a line of the store.
LONGEST_LINE = 1024 * 1024

_CHUNK = 1024 * 1024


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself.

    :ivar program: the version that made it.
    :ivar made: milliseconds since the epoch.
    :ivar sums: the SHA-256 of each other member, in hex.
    """

    format: int
    program: str
    made: int
    sums: dict[str, str]


# ------------------------------------------------------------ writing


def write(path: Path, files: Mapping[str, bytes], lines: Iterable[str], made: int) -> None:
    """Write a backup, in place of what is at ``path``.

    :param files: the small members, by name.
    :param lines: the store's, without line ends.
    :raises ConfigError: a file is larger than any that is read back.
    :raises OSError: there is no room for it.
    """
    for name, content in files.items():
        if len(content) > _BOUNDS[name]:
            raise ConfigError(f"{name}: has more than {_BOUNDS[name]} bytes; what is it?")
    with whole_file(path) as target, tempfile.TemporaryFile(dir=path.parent) as store:
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        sums[STORE] = _spool(lines, store)
        manifest = Manifest(FORMAT, version("chatd"), made, sums)
        with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for name, content in {MANIFEST: msgspec.json.encode(manifest), **files}.items():
                _add(tar, name, io.BytesIO(content), made)
            _add(tar, STORE, store, made)


def _spool(lines: Iterable[str], file: IO[bytes]) -> str:
    """:return: the SHA-256 of what was written, in hex."""
    digest = hashlib.sha256()
    for line in lines:
        data = f"{line}\n".encode()
        digest.update(data)
        file.write(data)
    return digest.hexdigest()


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], made: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    member.mode, member.mtime = 0o600, made // 1000
    content.seek(0)
    tar.addfile(member, content)


# ------------------------------------------------------------ reading


class _PlainMember(tarfile.TarInfo):
    """A file with a name of ours; whatever else a tar file may hold is refused at its header."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _PlainMember:
        member = super().frombuf(buf, encoding, errors)
        plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
        if not plain or not 0 <= member.size <= _BOUNDS.get(member.name, -1):
            raise ConfigError("this is no backup of chatd: there are other files in it")
        return member


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, checked whole.

    :raises ConfigError: it is none, or damaged, or of a newer chatd.
    """
    try:
        tar = tarfile.open(path, "r:", tarinfo=_PlainMember)  # noqa: SIM115
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tarfile.TarError, ValueError, ConfigError):
        raise ConfigError(f"{path}: is no backup of chatd") from None
    with tar:
        try:
            archive = Archive(tar)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None
        except (tarfile.TarError, ValueError, OSError):
            raise ConfigError(f"{path}: is damaged") from None
        yield archive


class Archive:
    """What is in a backup; see :func:`opened`."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = self._check()

    def names(self) -> list[str]:
        """The members beside the manifest."""
        return [name for name in self._tar.getnames() if name != MANIFEST]

    def read(self, name: str) -> bytes:
        """A small member.

        :raises KeyError: there is none of this name.
        """
        with closing(self._open(name)) as file:
            return file.read()

    def lines(self) -> Iterator[str]:
        """The store's.

        :raises ConfigError: one is no text. One that is longer than there can be comes in pieces.
        """
        with closing(self._open(STORE)) as file:
            while line := file.readline(LONGEST_LINE):
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError:
                    raise ConfigError("a line of the store is no text") from None

    def _check(self) -> Manifest:
        names = self._tar.getnames()
        if len(names) != len(set(names)) or not set(names) >= _NEEDED:
            raise ConfigError("is no backup of chatd: files are missing, or there twice")
        try:
            manifest = msgspec.json.decode(self.read(MANIFEST), type=Manifest)
        except msgspec.DecodeError:
            raise ConfigError("is no backup of chatd: its manifest makes no sense") from None
        if manifest.format != FORMAT:
            raise ConfigError(f"was made by a newer chatd ({manifest.program[:32]!r})")
        for name in self.names():
            with closing(self._open(name)) as file:
                if manifest.sums.get(name) != _sum(file):
                    raise ConfigError(f"is damaged: {name} is not what it was")
        return manifest

    def _open(self, name: str) -> IO[bytes]:
        file = self._tar.extractfile(name)
        if file is None:
            raise KeyError(name)
        return file


def _sum(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
