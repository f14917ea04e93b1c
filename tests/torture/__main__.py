"""``python -m tests.torture identity``: so many seeds, one summary line last."""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.torture.identity import Plan, Report, Torture


def main() -> None:
    """Exit status: 0 all went well, 1 not."""
    parser = argparse.ArgumentParser("python -m tests.torture")
    usual = Plan()
    parser.add_argument("what", choices=["identity"])
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--devices", type=int, default=usual.devices)
    parser.add_argument("--lives", type=int, default=usual.lives, help="for each seed")
    parser.add_argument("--kills", type=int, default=usual.kills, help="of the daemon, each seed")
    parser.add_argument("--jobs", type=int, default=4, help="seeds at a time")
    options = parser.parse_args()
    plan = Plan(options.devices, options.lives, options.kills)
    seeds = range(options.seed, options.seed + options.seeds)
    reports = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for report in pool.map(partial(_run, plan), seeds):
            reports.append(report)
            faults = (f"  FAULT {fault}" for fault in report.faults)
            print(report, *faults, sep="\n", flush=True)
    print(_summary(reports))
    raise SystemExit(any(report.faults for report in reports))


def _run(plan: Plan, seed: int) -> Report:
    with tempfile.TemporaryDirectory(prefix="chatd-torture-") as folder:
        return Torture(seed, plan, Path(folder)).run()


def _summary(reports: list[Report]) -> str:
    failed = [str(report.seed) for report in reports if report.faults]
    outcome = "nobody locked out, no false alarm"
    if failed:
        outcome = f"FAILED, seeds {', '.join(failed)}"
    return (
        f"{len(reports)} seeds, {sum(r.signed_in for r in reports)} sign-ins, "
        f"{sum(r.clients_killed for r in reports)} clients and "
        f"{sum(r.daemons_killed for r in reports)} daemons killed, "
        f"{sum(r.late for r in reports)} late connections: {outcome}"
    )


if __name__ == "__main__":
    main()
