"""Backups: what is written is read back, and nothing else is believed."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd import archive
from chatd.archive import MANIFEST, SETTINGS, STORE, opened, write
from chatd.errors import ConfigError
from chatd.keys import CERTIFICATE, SERVER_KEY, TLS_KEY

FILES = {SERVER_KEY: b"key", TLS_KEY: b"tls key", CERTIFICATE: b"certificate"}
LINES = ['{"chatd":"store"}', '{"name":"名前"}', '{"rows":1}']


class ArchiveCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = Path(self.mktemp())

    def write(self, files: dict[str, bytes] = FILES) -> bytes:
        """A backup; its bytes."""
        write(self.path, files, iter(LINES), 90_000_000_123)
        return self.path.read_bytes()

    def members(self) -> list[tuple[tarfile.TarInfo, bytes]]:
        """What is in it, as tar sees it."""
        with tarfile.open(self.path) as tar:
            files = [(member, tar.extractfile(member)) for member in tar.getmembers()]
            return [(member, file.read() if file else b"") for member, file in files]

    def pack(self, *members: tuple[tarfile.TarInfo, bytes]) -> None:
        """A tar file with these in it."""
        with tarfile.open(self.path, "w", format=tarfile.PAX_FORMAT) as tar:
            for member, content in members:
                tar.addfile(member, io.BytesIO(content))

    def read(self) -> dict[str, Any]:
        with opened(self.path) as backup:
            files = {name: backup.read(name) for name in backup.names() if name != STORE}
            return {**files, STORE: list(backup.lines())}

    def refused(self) -> str:
        return str(self.assertRaises(ConfigError, self.read))


class Written(ArchiveCase):
    def test_read_back(self) -> None:
        files = {**FILES, SETTINGS: b"name = 'x'"}
        self.write(files)
        self.assertEqual(self.read(), {**files, STORE: [f"{line}\n" for line in LINES]})
        with opened(self.path) as backup:
            self.assertEqual(backup.manifest.made, 90_000_000_123)

    def test_for_its_owner_alone(self) -> None:
        self.write()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        members = self.members()
        self.assertEqual(members[0][0].name, MANIFEST)
        self.assertEqual({member.mode for member, _ in members}, {0o600})

    def test_nothing_that_could_not_be_read_back(self) -> None:
        large = {**FILES, SETTINGS: bytes(2**20 + 1)}
        self.assertRaises(ConfigError, write, self.path, large, iter(LINES), 0)
        self.assertFalse(self.path.exists())

    def test_a_store_that_fails(self) -> None:
        """Nothing is left of it, and an earlier backup stays."""
        before = self.write()

        def lines() -> Any:
            yield LINES[0]
            raise ConfigError("the daemon does not answer")

        self.assertRaises(ConfigError, write, self.path, FILES, lines(), 0)
        self.assertEqual(self.path.read_bytes(), before)
        self.assertEqual(list(self.path.parent.glob(f"{self.path.name}*")), [self.path])


class Hostile(ArchiveCase):
    """One clear line, whatever the file holds."""

    NO_BACKUP = "is no backup of chatd"

    def test_other_files(self) -> None:
        for content in (b"", b"no tar", bytes(10_240), b"\x1f\x8b" + bytes(100)):
            self.path.write_bytes(content)
            self.assertIn(self.NO_BACKUP, self.refused(), content[:8])
        self.path.unlink()
        self.assertIn("cannot be read: No such file", self.refused())

    def test_compressed(self) -> None:
        """A little that becomes much is not unpacked."""
        content = self.write()
        with tarfile.open(self.path, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo(STORE), io.BytesIO(content))
        self.assertIn(self.NO_BACKUP, self.refused())

    def test_other_members(self) -> None:
        """Strange names, and whatever is no plain file."""
        self.write()
        members = self.members()
        for name in ("../server.key", "/etc/passwd", "other", "server.key/", "a/server.key"):
            self.pack(*members, (tarfile.TarInfo(name), b""))
            self.assertIn("there are other files in it", self.refused(), name)
        for kind in (
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.DIRTYPE,
            tarfile.FIFOTYPE,
            tarfile.CHRTYPE,
            tarfile.GNUTYPE_SPARSE,
            tarfile.GNUTYPE_LONGNAME,
            tarfile.XHDTYPE,
            tarfile.CONTTYPE,
        ):
            member = tarfile.TarInfo(SETTINGS)
            member.type, member.linkname = kind, "/etc/passwd"
            self.pack(*members, (member, b""))
            self.assertIn("there are other files in it", self.refused(), kind)

    def test_other_sizes(self) -> None:
        """Told at the header: a size that is announced costs nothing."""
        self.write()
        members = self.members()
        for size in (1024 * 1024 + 1, 2**60):
            member = tarfile.TarInfo(SETTINGS)
            member.size = size
            self.path.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
            self.assertIn(self.NO_BACKUP, self.refused())
        members[0][0].size = 2**20
        self.pack((members[0][0], bytes(2**20)), *members[1:])
        self.assertIn(self.NO_BACKUP, self.refused())

    def test_missing_or_twice(self) -> None:
        self.write()
        members = self.members()
        for index in range(len(members)):
            self.pack(*members[:index], *members[index + 1 :])
            self.assertIn("files are missing, or there twice", self.refused())
            self.pack(*members, members[index])
            self.assertIn("files are missing, or there twice", self.refused())

    def test_sums(self) -> None:
        """Every member is compared, and none may be there that the manifest does not know."""
        self.write({**FILES, SETTINGS: b"settings"})
        members = self.members()
        for index, (member, content) in enumerate(members[1:], 1):
            changed = (member, bytes([content[0] ^ 1]) + content[1:])
            self.pack(*members[:index], changed, *members[index + 1 :])
            self.assertIn(f"is damaged: {member.name} is not what it was", self.refused())
        self.write()
        extra = tarfile.TarInfo(SETTINGS)
        self.pack(*self.members(), (extra, b""))
        self.assertIn("is damaged: chatd.toml is not what it was", self.refused())

    def test_manifests(self) -> None:
        self.write()
        (manifest, content), *rest = self.members()
        good = json.loads(content)
        for changed, said in (
            (b"", "its manifest makes no sense"),
            (b"[" * 1000, "its manifest makes no sense"),
            (b"{}", "its manifest makes no sense"),
            (b"\xff", "its manifest makes no sense"),
            (json.dumps({**good, "sums": 3}).encode(), "its manifest makes no sense"),
            (json.dumps({**good, "format": 2}).encode(), "was made by a newer chatd"),
            (json.dumps({**good, "sums": {}}).encode(), "is damaged: "),
        ):
            manifest.size = len(changed)
            self.pack((manifest, changed), *rest)
            self.assertIn(said, self.refused(), changed[:40])

    def test_cut_off(self) -> None:
        """Wherever: nothing is believed of it."""
        content = self.write()
        end = content.rstrip(b"\0")
        for length in range(0, len(end), 97):
            self.path.write_bytes(content[:length])
            self.assertIn(str(self.path), self.refused())

    @given(st.data())
    def test_changed_bytes(self, data: Any) -> None:
        """What is read is what was written, or a reason."""
        content = bytearray(self.write())
        before = self.read()
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        self.path.write_bytes(content)
        with contextlib.suppress(ConfigError):
            self.assertEqual(self.read(), before)

    def test_a_line_without_an_end(self) -> None:
        """It comes in pieces."""
        self.patch(archive, "LONGEST_LINE", 8)
        self.write()
        self.assertEqual(max(map(len, self.read()[STORE])), 8)
