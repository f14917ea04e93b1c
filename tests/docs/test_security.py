"""What ``docs/security.rst`` says is logged is all that can be."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.audit import FIELDS, AuditEvent
from chatd.domain.names import fold
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


class LookAlike(TestCase):
    """The example of two names that look alike."""

    def test_same_name(self) -> None:
        """One is Cyrillic, one Latin, and both are the same."""
        cyrillic, latin = "раураӏ", "paypal"
        text = (DOCS / "security.rst").read_text("utf-8")
        self.assertIn(f"``{cyrillic}``", text)
        self.assertIn(f"``{latin}``", text)
        self.assertEqual(fold(cyrillic), fold(latin))
