"""What is printed, written down and judged of a run."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks import document
from tests.benchmarks.goals import goals
from tests.benchmarks.report import grid, plain, text
from tests.benchmarks.results import Table
from tests.benchmarks.sample import Figure, Sample, per_processor, per_second


def fan_out() -> Table:
    """A figure that reached its goal, one that did not, one without another server."""
    table = Table("fan-out/cpu", "Fan-out", "deliveries/CPU-s", ["n=50 w=1", "n=50 w=8"], 1000, "k")
    table.put("chatd", "n=50 w=1", Figure(70_000, 0.9, 0.4))
    table.put("chatd", "n=50 w=8", Figure(550_000, 0.9, 0.4))
    table.put("floor, send", "n=50 w=1", Figure(100_000, 0.9, 0.4))
    table.put("ngircd, TLS", "n=50 w=8", Figure(550_000, 0.9, 0.4))
    return table


class SampleTests(TestCase):
    def test_the_median_counts(self) -> None:
        samples = [Sample(100, 2.0, cpu, 0.5) for cpu in (0.5, 1.0, 1.6)]
        self.assertEqual(per_processor(samples), Figure(100.0, 0.5, 0.25))
        self.assertEqual(per_second(samples), Figure(50.0, 0.5, 0.25))

    def test_samples_add_up(self) -> None:
        self.assertEqual(Sample(1, 2.0, 3.0, 4.0) + Sample(10, 1.0, 1.0, 1.0), Sample(11, 3, 4, 5))

    def test_a_generator_busier_than_the_server_holds_it_back(self) -> None:
        self.assertTrue(Figure(1.0, 0.5, 0.9).held_back)
        self.assertFalse(Figure(1.0, 0.9, 0.5).held_back)


class ReportTests(TestCase):
    def test_a_figure_stands_beside_its_ratios(self) -> None:
        lines = [line.split("  ") for line in text(fan_out()).splitlines()]
        rows = {line[0]: [cell.strip() for cell in line[1:] if cell] for line in lines}
        self.assertEqual(rows["chatd"], ["70.0", "550"])
        self.assertEqual(rows["chatd / floor, send"], ["0.70", "-"])
        self.assertEqual(rows["chatd / ngircd, TLS"], ["-", "1.00"])

    def test_what_the_generator_held_back_is_marked_on_the_wall(self) -> None:
        table = Table("fan-out/wall", "Fan-out", "deliveries/s", ["n=50 w=1"])
        table.put("chatd", "n=50 w=1", Figure(5.0, 0.3, 0.9))
        self.assertIn("5.00*", text(table))
        self.assertIn("30/90", text(table))

    def test_a_grid_is_as_wide_as_its_cells(self) -> None:
        lines = grid([["a", "b"], ["long", ""]]).splitlines()
        self.assertEqual(lines, ["====  =", "a     b", "====  =", "long", "====  ="])

    def test_json_has_values_and_ratios(self) -> None:
        table = fan_out()
        told = json.loads(json.dumps(plain({"date": "today"}, [table], goals([table]))))
        (shown,) = told["tables"]
        self.assertEqual(shown["figures"]["chatd"]["n=50 w=1"]["value"], 70_000)
        self.assertEqual(shown["ratios"]["floor, send"], {"n=50 w=1": 0.7, "n=50 w=8": None})


class GoalTests(TestCase):
    def test_goals_are_judged_where_the_other_server_was_measured(self) -> None:
        verdicts = {(goal.column, goal.other): goal.verdict for goal in goals([fan_out()])}
        self.assertEqual(verdicts["n=50 w=1", "floor, send"], "reached")
        self.assertEqual(verdicts["n=50 w=8", "ngircd, TLS"], "not reached")
        self.assertEqual(verdicts["n=50 w=8", "inspircd, TLS"], "not measured")

    def test_some_figures_must_stay_below(self) -> None:
        table = Table("memory", "Memory", "bytes", ["memory"])
        for size, verdict in ((8 * 1024, "reached"), (9 * 1024, "not reached")):
            table.put("chatd", "memory", Figure(size))
            self.assertEqual([goal.verdict for goal in goals([table])], [verdict])


class DocumentTests(TestCase):
    def setUp(self) -> None:
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.file = folder / "performance.rst"
        self.patch(document, "DOCUMENT", self.file)

    def test_only_what_is_between_the_comments_is_replaced(self) -> None:
        self.file.write_text(f"before\n{document.START}\nold\n{document.END}\nafter\n")
        document.write({"date": "today"}, ["A note."], [fan_out()], [])
        written = self.file.read_text()
        self.assertTrue(written.startswith(f"before\n{document.START}\n\n:date: today\n\nA note."))
        self.assertTrue(written.endswith(f"\n\n{document.END}\nafter\n"))
        self.assertNotIn("old", written)
        self.assertIn(text(fan_out()), written)

    def test_a_document_without_the_comments_stays_as_it_is(self) -> None:
        self.file.write_text(f"before\n{document.START}\n")
        with self.assertRaises(ValueError):
            document.write({}, [], [], [])
        self.assertEqual(self.file.read_text(), f"before\n{document.START}\n")

    def test_the_real_one_has_them(self) -> None:
        real = Path(document.__file__).parents[2] / "docs" / "performance.rst"
        self.assertRegex(real.read_text(), rf"(?s){document.START}\n.*\n{document.END}\n")
