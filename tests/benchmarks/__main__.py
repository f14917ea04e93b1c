"""``python -m tests.benchmarks``: measures, prints, and on request writes JSON and the document."""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import tempfile
import time
from pathlib import Path

from tests.benchmarks import document
from tests.benchmarks.bench import RUNS, Bench
from tests.benchmarks.effort import FULL, QUICK
from tests.benchmarks.goals import goals
from tests.benchmarks.machine import machine
from tests.benchmarks.report import goals_text, plain, text
from tests.benchmarks.results import Table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter samples: within a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, too")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the figures into docs/performance.rst"
    )
    parser.add_argument(
        "--only", action="append", choices=RUNS, help="measure this part alone; repeatable"
    )
    return parser.parse_args()


def _say(words: str) -> None:
    print(words, end="\n\n", flush=True)


def main() -> None:
    """Run, within a folder that is removed at the end."""
    options = _options()
    start = time.monotonic()
    tables: list[Table] = []
    folder = Path(tempfile.mkdtemp(prefix="chatd-bench-"))
    try:
        bench = Bench(folder, QUICK if options.quick else FULL, _say)
        for table in bench.run(options.only or RUNS):
            tables.append(table)
            _say(text(table))
    finally:
        shutil.rmtree(folder)
    found = goals(tables)
    _say(goals_text(found))
    about = {
        "date": datetime.date.today().isoformat(),
        **machine(),
        "measured": f"{', '.join(options.only or RUNS)}; {time.monotonic() - start:.0f} s",
    }
    if options.json:
        options.json.write_text(json.dumps(plain(about, tables, found), indent=1) + "\n")
    if options.write_docs:
        _say(f"written: {document.write(about, bench.notes, tables, found)}")


if __name__ == "__main__":
    main()
