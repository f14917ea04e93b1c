"""What senders are told is judged, too."""

from __future__ import annotations

from tests.torture.delivery import journal
from tests.torture.delivery.case import FIRST, JudgedTest, Run, plan, text
from tests.torture.delivery.evidence import Row
from tests.torture.delivery.plan import Room


class Fates(JudgedTest):
    """What senders see of their own messages."""

    def test_typed_and_lost_before_it_was_kept(self) -> None:
        """Nobody can ask for more."""
        self.run_.tell("ann1", journal.Typed(at=7.0, place="#tea", text=text("ann1", 3)))
        self.assertEqual(self.run_.faults, [])

    def test_typed_kept_and_gone(self) -> None:
        lost = text("ann1", 3)
        self.run_.tell("ann1", journal.Typed(at=7.0, place="#tea", text=lost))
        self.run_.tell("ann1", journal.Kept(at=7.1, texts=[lost]))
        self.found("typed, kept and gone", "ann1")

    def test_accepted_and_gone(self) -> None:
        witness = self.run_.witnesses["ann1"]
        lost = text("ann1", 2)
        witness.history = [row for row in witness.history if row.text != lost]
        witness.lines = [line for line in witness.lines if not isinstance(line, journal.Kept)]
        self.found("not in the sender's own history", "ann1")

    def test_waiting_for_ever(self) -> None:
        self.run_.change("ann1", text("ann1", 2), delivery="waiting", number=None)
        self.found("still waiting", "ann1")

    def test_failed_but_accepted(self) -> None:
        self.run_.change("ann1", text("ann1", 2), delivery="failed", number=None)
        self.found("failed", "but is accepted", "ann1")

    def test_failed_without_cause(self) -> None:
        self._fail()
        self.found("failed without cause", "ann1")

    def test_failed_since_one_is_no_member(self) -> None:
        restless = Room("#tea", ("ann", "bob"), restless=frozenset({"ann"}))
        self.run_ = Run(plan(rooms=(restless,)))
        self._fail()
        self.assertEqual(self.run_.faults, [])

    def _fail(self) -> None:
        said = text("ann1", 3)
        self.run_.tell("ann1", journal.Typed(at=7.0, place="#tea", text=said))
        row = Row("#tea", said, "ann", None, True, "failed", "not sent: no")
        self.run_.witnesses["ann1"].history.append(row)

    def test_expired_without_cause(self) -> None:
        self.run_.change("ann1", text("ann1", 2), delivery="expired")
        self.found("expired without cause", "ann1")

    def test_expired_before_it_was_known_that_everybody_has_it(self) -> None:
        """A device that has it could not tell the server in time: that may be."""
        self.run_.plan = plan(few=True)
        self.run_.change("ann1", text("ann1", 2), delivery="expired")
        self.assertEqual(self.run_.faults, [])

    def test_dropped_and_not_told(self) -> None:
        self._drop()
        self.found("never got it, and that is not told", "ann1")

    def test_dropped_and_told(self) -> None:
        self._drop()
        for device in ("ann1", "ann2"):
            self.run_.change(device, text("ann1", 2), delivery="expired")
        self.assertEqual(self.run_.faults, [])

    def _drop(self) -> None:
        self.run_.plan = plan(few=True)
        self.run_.forget("bob1", text("ann1", 2))
        gap = journal.Missed(at=8.0, place="#tea", first=FIRST + 2, last=FIRST + 2, reason=3)
        self.run_.tell("bob1", gap)


class Acknowledgements(JudgedTest):
    """That devices say what they have."""

    def acknowledge(self, at: float) -> None:
        """Bob's device has ann's second message, which it kept at 3.6."""
        line = journal.Acknowledged(at=at, place="#tea", number=FIRST + 2)
        self.run_.tell("bob1", line)

    def test_after_it_was_kept(self) -> None:
        self.acknowledge(3.7)
        self.assertEqual(self.run_.faults, [])

    def test_before_it_was_kept(self) -> None:
        self.acknowledge(3.55)
        self.found("bob1: acknowledged before it was kept: #tea up to 102")


class Watermarks(JudgedTest):
    """How far the others are."""

    def progress(self, at: float, delivered: int, read: int = 0) -> None:
        """Ann1 is told."""
        told = journal.Progressed(at=at, place="#tea", delivered=delivered, read=read)
        self.run_.tell("ann1", told)

    def test_delivered(self) -> None:
        self.progress(3.7, FIRST + 2)  # it was kept at 3.6
        self.assertEqual(self.run_.faults, [])

    def test_delivered_too_early(self) -> None:
        self.progress(3.55, FIRST + 2)
        self.found("told too early that bob has all of #tea up to 102")

    def test_never_told(self) -> None:
        witness = self.run_.witnesses["ann1"]
        witness.lines = [one for one in witness.lines if not isinstance(one, journal.Progressed)]
        self.progress(3.7, FIRST + 1)
        self.found("ann1: never told that everybody has got: 1 ann1 #tea 2, number 102")

    def test_read(self) -> None:
        self.run_.tell("bob1", journal.Looked(at=5.0, place="#tea", number=FIRST + 2))
        self.progress(5.1, FIRST + 2, FIRST + 2)
        self.assertEqual(self.run_.faults, [])

    def test_read_too_early(self) -> None:
        self.run_.tell("bob1", journal.Looked(at=5.0, place="#tea", number=FIRST + 1))
        self.progress(5.1, FIRST + 2, FIRST + 2)
        self.found("told too early that bob has read #tea up to 102")
