"""What lasts is drawn in the server's order; what waits is drawn below it."""

from __future__ import annotations

from chatd.wire import messages
from client.model.uplink import Online, Waiting

from .lasting_desk import LastingDesk


class OrderTests(LastingDesk):
    def drawn(self) -> list[str]:
        """What was said, row by row."""
        rows = [row.partition("│")[2].strip() for row in self.desk.rows()]
        return [row.partition("│ ")[2] for row in rows if "alice" in row or "bob" in row]

    def test_what_waits_goes_to_its_place(self) -> None:
        before = ["is there tea?", "there is ✓", "with milk?"]
        self.assertEqual(self.drawn(), before)
        self.desk.line("oat")
        self.desk.line("or soy")
        self.hears("bob", "hello?", 4)
        self.assertEqual(self.drawn(), [*before, "hello?", "oat …", "or soy …"])
        self.takes(5)
        self.hears("bob", "soy", 7)
        self.assertEqual(self.drawn(), [*before, "hello?", "oat ✓", "soy", "or soy …"])
        self.takes(6)
        self.assertEqual(self.drawn(), [*before, "hello?", "oat ✓", "or soy ✓", "soy"])

    def test_what_was_said_before_is_told_later(self) -> None:
        self.says("oat", 6)
        self.hears("bob", "hello?", 4)
        self.hears("bartholomew", "or soy?", 5)
        self.assertEqual(self.drawn()[-1], "oat ✓")
        rows = self.desk.text()
        self.assertLess(rows.index("hello?"), rows.index("bartholomew │ or soy?"))
        self.assertLess(rows.index("or soy?"), rows.index("oat"))

    def test_the_marked_one_stays_marked(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("oat")
        self.desk.press("meta up")
        self.hears("bob", "hello?", 4)
        marked = self.desk.screen.marked
        assert marked is not None
        self.assertEqual(self.desk.model.roster.current.timeline[marked].text, "oat")
        self.desk.line("/drop")
        self.desk.listener.connection_changed(Online())
        self.assertEqual([one for one in self.wire.pending() if isinstance(one, messages.Say)], [])
        self.assertEqual(self.drawn()[-2:], ["hello?", "not sent, and given up"])

    def test_the_view_stays_where_it_is(self) -> None:
        """What comes in below moves nothing, and is counted."""
        for number in range(4, 40):
            self.hears("bob", f"line {number}", number)
        self.desk.line("oat")
        self.assertEqual(self.drawn()[-1], "oat …")
        self.desk.press("page up")
        before = self.drawn()
        self.assertNotIn("oat …", before)
        self.hears("bob", "hello?", 40)
        self.assertEqual(self.drawn(), before)
        self.takes(41)
        self.assertEqual(self.drawn(), before)
