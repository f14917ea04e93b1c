"""What ``docs/security.rst`` says is logged is all that can be."""

from __future__ import annotations

import hashlib

from twisted.trial.unittest import TestCase

from chatd.audit import FIELDS, AuditEvent
from chatd.domain.names import fold
from client.vault.seal import COST, MAGIC, VERSION, Cost, Key, seal
from tests.docs.document import DOCS, Document


class AuditLog(TestCase):
    """The tables of events and fields."""

    def setUp(self) -> None:
        self.tables = Document("security.rst").tables

    def test_events(self) -> None:
        """Each event, in the code's order."""
        self.assertEqual([row[0] for row in self.tables["audit-events"]], list(AuditEvent))

    def test_fields(self) -> None:
        """Each field a line may hold."""
        told = [row[0] for row in self.tables["audit-fields"]]
        self.assertEqual(sorted(told), sorted({"time", "event", *FIELDS}))


class Vault(TestCase):
    """The table of the vault's file."""

    def test_file(self) -> None:
        """An empty vault, cut up by it."""
        file = seal(b"", Key(COST, bytes(16), bytes(32)))
        parts: dict[str, bytes] = {}
        for name, size, _ in Document("security.rst").tables["vault-file"]:
            parts[name], file = file[: int(size or 0)], file[int(size or 0) :]
        self.assertEqual(file, b"")
        self.assertEqual((parts["magic"], parts["version"]), (MAGIC, bytes([VERSION])))
        cost = Cost(*(int.from_bytes(parts[name], "big") for name in ("memory", "passes", "lanes")))
        self.assertEqual(cost, COST)
        self.assertEqual(parts["salt"], bytes(16))
        before = b"".join(part for name, part in parts.items() if name != "checksum")
        self.assertEqual(parts["checksum"], hashlib.sha256(before).digest())

    def test_parameters(self) -> None:
        """What the document says that new ones have."""
        told = {name: what for name, _, what in Document("security.rst").tables["vault-file"]}
        for name in ("memory", "passes", "lanes"):
            self.assertTrue(told[name].endswith(f"; {getattr(COST, name)}"), name)


class LookAlike(TestCase):
    """The example of two names that look alike."""

    def test_same_name(self) -> None:
        """One is Cyrillic, one Latin, and both are the same."""
        cyrillic, latin = "раураӏ", "paypal"
        text = (DOCS / "security.rst").read_text("utf-8")
        self.assertIn(f"``{cyrillic}``", text)
        self.assertIn(f"``{latin}``", text)
        self.assertEqual(fold(cyrillic), fold(latin))
