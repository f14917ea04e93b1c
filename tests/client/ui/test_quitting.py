"""The end while something that was said is not sent: what would be lost is asked about first."""

from __future__ import annotations

from chatd.wire import messages
from client.history.errors import HistoryError
from client.model.uplink import Waiting

from .at_desk import AtDesk
from .history_desk import HistoryDesk
from .scripted import ME

_LOST = "A message is neither sent nor on the disk yet"


class GuestTests(AtDesk):
    """Nothing of a guest's is on the disk."""

    def setUp(self) -> None:
        super().setUp()
        self.desk.screen.start()
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("hello")

    def test_asked_first(self) -> None:
        self.desk.line("/quit")
        self.assertIn(_LOST, self.desk.text())
        self.desk.press("esc")
        self.assertEqual(self.desk.quits, 0)
        self.desk.line("/quit")
        self.desk.press("enter")
        self.assertEqual(self.desk.quits, 1)

    def test_the_key_says_it_too(self) -> None:
        self.desk.line("again")
        self.desk.press("ctrl c")
        self.assertIn("2 messages are neither sent nor on the disk yet", self.desk.text())

    def test_what_is_given_up_is_not_lost(self) -> None:
        self.desk.press("meta up")
        self.desk.line("/drop")
        self.desk.line("/quit")
        self.assertEqual(self.desk.quits, 1)


class MemberTests(HistoryDesk):
    """What a member says is on the disk, unless that takes nothing."""

    def setUp(self) -> None:
        super().setUp()
        self.desk.screen.start()
        self.desk.welcome(messages.Joined("lobby", "", 2, conversation=b"s" * 16), me=ME)
        self.desk.members("alice", "bob")
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))

    def full(self, pages: int = 1) -> None:
        """``pages``: that the file may have; 1 is as many as it has."""
        self.recorder._writing.execute(f"PRAGMA max_page_count = {pages}")

    def count(self, *, kept: bool) -> int:
        return self.desk.listener.sender.count(kept=kept)

    def test_what_is_kept_is_not_lost(self) -> None:
        """Nor is what the disk has not been asked to take yet."""
        self.desk.line("hello")
        self.assertEqual((self.count(kept=True), self.count(kept=False)), (1, 0))
        self.desk.line("/quit")
        self.assertEqual(self.desk.quits, 1)
        self.again()
        self.assertEqual(self.count(kept=True), 1)

    def test_a_full_disk(self) -> None:
        self.full()
        self.desk.line("x" * 10_000)
        self.desk.reactor.advance(0)
        self.desk.line("/quit")
        self.assertIn(_LOST, self.desk.text())
        self.desk.press("esc")
        self.full(2**30)
        self.desk.reactor.advance(5)
        self.desk.line("/quit")
        self.assertEqual(self.desk.quits, 1)

    def test_a_disk_that_takes_it_at_the_end(self) -> None:
        self.full()
        self.desk.line("x" * 10_000)
        self.desk.reactor.advance(0)
        self.assertEqual(self.count(kept=True), 0)
        self.full(2**30)
        self.desk.listener.delivery.stop()
        self.recorder.close()
        self.assertEqual(self.count(kept=True), 1)
        self.begin()

    def test_a_disk_that_takes_it_never(self) -> None:
        self.full()
        self.desk.line("x" * 10_000)
        self.desk.reactor.advance(0)
        self.assertRaises(HistoryError, self.end)
        self.assertEqual(self.count(kept=False), 1)
        self.begin()
