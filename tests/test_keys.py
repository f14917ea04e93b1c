"""The data directory: keys made once, never open to others, and one daemon at a time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from twisted.trial.unittest import TestCase

from chatd.domain.link import fingerprint
from chatd.errors import ConfigError
from chatd.keys import DataDirInUse, ServerKeys, lock_data_dir
from chatd.tls import ServerTLS

HOLD = """
import sys
from pathlib import Path
from chatd.keys import lock_data_dir
lock = lock_data_dir(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class KeysCase(TestCase):
    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir(mode=0o700)

    def load(self) -> ServerKeys:
        return ServerKeys.load(self.home, "chat.example")

    def wrong(self) -> str:
        return str(self.assertRaises(ConfigError, self.load))


class FirstStart(KeysCase):
    def test_makes_what_is_missing_once(self) -> None:
        first, second = self.load(), self.load()
        self.assertEqual([path.name for path in first.made], ["server.key", "tls.key", "tls.pem"])
        self.assertEqual(second.made, ())
        self.assertEqual(first.fingerprint, second.fingerprint)
        public = first.static.public_key().public_bytes_raw()
        self.assertEqual(first.fingerprint, fingerprint(public))

    def test_two_servers_have_two_keys(self) -> None:
        other = self.home / "other"
        other.mkdir()
        self.assertNotEqual(self.load().fingerprint, ServerKeys.load(other).fingerprint)

    def test_nobody_else_can_read(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        for path in self.load().made:
            self.assertEqual(mode(path), 0o600, path)
        self.assertEqual(
            sorted(path.name for path in self.home.iterdir()), ["server.key", "tls.key", "tls.pem"]
        )

    def test_after_a_stop_in_the_middle(self) -> None:
        (self.home / "server.key.new").write_text("half a k")
        (self.home / "server.key.new").chmod(0o644)
        keys = self.load()
        self.assertEqual(mode(keys.made[0]), 0o600)
        keys.certificate.unlink()
        self.assertEqual(self.load().made, (keys.certificate,))

    def test_certificate(self) -> None:
        keys = self.load()
        certificate = x509.load_pem_x509_certificate(keys.certificate.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["localhost", "chat.example"])
        self.assertEqual(
            [str(one) for one in names.get_values_for_type(x509.IPAddress)], ["127.0.0.1", "::1"]
        )
        public = certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        self.assertEqual(public.curve.name, "secp256r1")
        left = certificate.not_valid_after_utc - datetime.now(UTC)
        self.assertGreater(left, timedelta(days=3649))
        self.assertLess(certificate.not_valid_before_utc, datetime.now(UTC))
        ServerTLS(keys.certificate, keys.certificate_key)

    def test_secrets_are_not_in_repr(self) -> None:
        keys = self.load()
        self.assertNotIn("PrivateKey", repr(keys))


class WrongFiles(KeysCase):
    def test_open_to_others(self) -> None:
        for name in ("server.key", "tls.key"):
            self.load()
            for open_mode in (0o640, 0o604):
                (self.home / name).chmod(open_mode)
                self.assertIn(
                    f"{self.home / name}: others can read this key; run: chmod 600", self.wrong()
                )
            (self.home / name).chmod(0o600)
        self.assertEqual(self.load().made, ())

    def test_damaged(self) -> None:
        for name in ("server.key", "tls.key", "tls.pem"):
            self.load()
            good = (self.home / name).read_bytes()
            for bad in (b"", b"\xff\x00", good[:-30], good.replace(b"M", b"N", 3)):
                (self.home / name).write_bytes(bad)
                self.assertIn(f"{self.home / name}: is damaged; restore it", self.wrong())
            (self.home / name).write_bytes(good)
        self.assertEqual(self.load().made, ())

    def test_locked_with_a_password(self) -> None:
        keys = self.load()
        key = load_pem_private_key(keys.certificate_key.read_bytes(), None)
        lock = BestAvailableEncryption(b"secret")
        locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        keys.certificate_key.write_bytes(locked)
        self.assertIn("tls.key: is locked with a password", self.wrong())

    def test_key_of_another_kind(self) -> None:
        keys = self.load()
        (self.home / "server.key").write_bytes(keys.certificate_key.read_bytes())
        self.assertIn("server.key: is damaged", self.wrong())

    def test_pair_that_does_not_fit(self) -> None:
        keys = self.load()
        other = self.home / "other"
        other.mkdir()
        keys.certificate_key.write_bytes(ServerKeys.load(other).certificate_key.read_bytes())
        self.assertIn("tls.pem: does not belong to tls.key", self.wrong())
        keys.certificate_key.unlink()
        self.assertIn("tls.pem: its key tls.key is missing", self.wrong())

    def test_key_of_an_authority_without_its_certificate(self) -> None:
        keys = self.load()
        keys.certificate.unlink()
        keys.certificate_key.write_bytes((self.home / "server.key").read_bytes())
        self.assertIn("tls.key: there is no certificate tls.pem beside this key", self.wrong())

    def test_no_such_directory(self) -> None:
        self.home.rmdir()
        self.assertIn("cannot be used: No such file or directory", self.wrong())


class Locking(KeysCase):
    def test_makes_the_directory(self) -> None:
        path = self.home / "a/b"
        lock = lock_data_dir(path)
        self.addCleanup(os.close, lock)
        self.assertEqual(mode(path), 0o700)
        self.assertEqual(mode(path / "lock"), 0o600)

    def test_one_at_a_time(self) -> None:
        lock = lock_data_dir(self.home)
        error = self.assertRaises(ConfigError, lock_data_dir, self.home)
        self.assertIn(
            f"another chatd is running on {self.home} (process {os.getpid()})", str(error)
        )
        os.close(lock)
        os.close(lock_data_dir(self.home))

    def test_who_has_it(self) -> None:
        """A chatctl is soon done; who is not named is a daemon of an earlier version."""
        lock = lock_data_dir(self.home, program="chatctl")
        self.addCleanup(os.close, lock)
        error = self.assertRaises(DataDirInUse, lock_data_dir, self.home)
        said = f"chatctl is at work on {self.home} (process {os.getpid()}): wait"
        self.assertIn(said, str(error))
        (self.home / "lock").write_bytes(b"71\n")
        error = self.assertRaises(DataDirInUse, lock_data_dir, self.home)
        self.assertIn(f"another chatd is running on {self.home} (process 71)", str(error))

    def test_patience(self) -> None:
        """Whoever is at work is waited for, but not for ever."""
        lock = lock_data_dir(self.home)
        self.patch(time, "sleep", lambda _: os.close(lock))
        again = lock_data_dir(self.home, 10.0)
        self.assertRaises(DataDirInUse, lock_data_dir, self.home, -1.0)
        os.close(again)

    def test_killed_process_leaves_no_lock(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, str(self.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        ) as holder:
            assert holder.stdout is not None
            self.assertEqual(holder.stdout.readline(), b"held\n")
            error = self.assertRaises(ConfigError, lock_data_dir, self.home)
            self.assertIn(f"(process {holder.pid})", str(error))
            holder.send_signal(signal.SIGKILL)
        os.close(lock_data_dir(self.home))

    def test_directory_that_others_can_write_to(self) -> None:
        self.home.chmod(0o777)
        error = self.assertRaises(ConfigError, lock_data_dir, self.home)
        self.assertIn("chmod go-w", str(error))

    def test_directory_that_is_a_file(self) -> None:
        path = self.home / "file"
        path.write_text("")
        error = self.assertRaises(ConfigError, lock_data_dir, path)
        self.assertIn(f"{path}: cannot be used: ", str(error))
        error = self.assertRaises(ConfigError, lock_data_dir, path / "under")
        self.assertIn("cannot be used: ", str(error))
