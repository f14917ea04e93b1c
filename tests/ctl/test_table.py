"""Tables line up, and obey nobody."""

from __future__ import annotations

import os
import time

from twisted.trial.unittest import SynchronousTestCase

from chatd.ctl.command import milliseconds
from chatd.ctl.table import duration, moment, pairs, plain, size, table


class TableTest(SynchronousTestCase):
    def test_columns(self) -> None:
        """Ideographs take two columns, marks none; nothing ends in spaces."""
        told = table(("NAME", "N"), [("al", 10), ("名前", ""), ("n\u0303o", 7)])
        self.assertEqual(told, "NAME  N\nal    10\n名前\nn\u0303o    7")

    def test_no_rows(self) -> None:
        self.assertEqual(table(("NAME", "N"), []), "NAME  N")

    def test_pairs(self) -> None:
        self.assertEqual(pairs([("name", "alice"), ("level", 1)]), "name   alice\nlevel  1")

    def test_nothing_is_obeyed(self) -> None:
        told = table(("A",), [("\x1b[31m\nred\u202e",)])
        blank = "\N{REPLACEMENT CHARACTER}"
        self.assertEqual(told, f"A\n{blank}[31m{blank}red{blank}")
        self.assertEqual(plain("\x07"), blank)

    def test_durations(self) -> None:
        """What is shown can be typed."""
        for seconds, shown in ((604_800, "7d"), (7200, "2h"), (90, "90s"), (0, "0d")):
            self.assertEqual(duration(seconds), shown)
        self.assertEqual(milliseconds(duration(5400)), 5_400_000)

    def test_sizes(self) -> None:
        told = {0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 1024**2: "1.0 MiB"}
        told |= {3 * 1024**3: "3.0 GiB", 1024**5: "1024.0 TiB"}
        for count, shown in told.items():
            self.assertEqual(size(count), shown)

    def test_moments(self) -> None:
        self.patch(os, "environ", {**os.environ, "TZ": "UTC"})
        time.tzset()
        self.addCleanup(time.tzset)
        self.assertEqual(moment(90_000_000_000), "1972-11-07 16:00")
        self.assertEqual(moment(0), "never")
