"""Which passwords a vault takes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from client.vault.attempts import Attempts
from client.vault.errors import UnfitPassword
from client.vault.password import check_new, encode


class New(SynchronousTestCase):
    def told(self, password: str) -> str:
        return str(self.assertRaises(UnfitPassword, check_new, password))

    def test_fit(self) -> None:
        for password in ("12345678", "        ", "ñandúñandú", "x" * 1024, "\udcff" * 8):
            check_new(password)

    def test_unfit(self) -> None:
        self.assertIn("is empty: choose one", self.told(""))
        self.assertIn("at least 8 characters", self.told("1234567"))
        self.assertIn("at most 1024 bytes", self.told("x" * 1025))
        self.assertIn("at most 1024 bytes", self.told("ñ" * 513))

    def test_composed_first(self) -> None:
        """Eight characters on the screen are eight, and four are four."""
        self.assertIn("too short", self.told("e\u0301" * 4))
        check_new("e\u0301" * 8)
        check_new("e\u0301" * 512)

    def test_bytes(self) -> None:
        self.assertEqual(encode("e\u0301"), "\u00e9".encode())
        self.assertEqual(encode(""), b"")


class Waiting(SynchronousTestCase):
    def test_doubles_up_to_thirty_seconds(self) -> None:
        attempts = Attempts()
        waits = [attempts.failed() for _ in range(9)]
        self.assertEqual(waits, [0.5, 1, 2, 4, 8, 16, 30, 30, 30])
