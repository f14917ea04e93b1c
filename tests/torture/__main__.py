"""``python -m tests.torture identity`` and ``delivery``: so many seeds, one summary line last."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from traceback import format_exception
from typing import Protocol, TypeVar

from tests.torture import identity
from tests.torture.delivery import torture as delivery
from tests.torture.delivery.wall import REQUIRED, find_library


class _Report(Protocol):
    @property
    def faults(self) -> list[str]: ...


#: Faults of a seed that are printed.
_MOST = 12

R = TypeVar("R", bound=_Report)


def main() -> None:
    """Exit status: 0 all went well, 1 not."""
    options = _options()
    run = {"identity": _identity, "delivery": _delivery}[options.what]
    raise SystemExit(run(options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.torture")
    what = parser.add_subparsers(dest="what", required=True)
    usual = identity.Plan()
    one = what.add_parser("identity")
    _seeds(one, seeds=100, jobs=4)
    one.add_argument("--devices", type=int, default=usual.devices)
    one.add_argument("--lives", type=int, default=usual.lives, help="for each seed")
    one.add_argument("--kills", type=int, default=usual.kills, help="of the daemon, each seed")
    other = what.add_parser("delivery")
    _seeds(other, seeds=20, jobs=2)
    other.add_argument("--messages", type=int, default=100_000, help="in all")
    other.add_argument("--keep", action="store_true", help="leave the folder of every seed")
    return parser.parse_args()


def _seeds(parser: argparse.ArgumentParser, *, seeds: int, jobs: int) -> None:
    parser.add_argument("--seeds", type=int, default=seeds, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--jobs", type=int, default=jobs, help="seeds at a time")


def _reports(options: argparse.Namespace, run: Callable[[int], R]) -> Iterator[R]:
    """Run all seeds, and print how each went."""
    seeds = range(options.seed, options.seed + options.seeds)
    with ProcessPoolExecutor(options.jobs) as pool:
        for report in pool.map(run, seeds):
            faults = [f"  FAULT {fault}" for fault in report.faults]
            if len(faults) > _MOST:
                faults[_MOST:] = [f"  and {len(faults) - _MOST} more"]
            print(report, *faults, sep="\n", flush=True)
            yield report


# ---------------------------------------------------------------- identity


def _identity(options: argparse.Namespace) -> bool:
    plan = identity.Plan(options.devices, options.lives, options.kills)
    reports = list(_reports(options, partial(_run_identity, plan)))
    failed = [str(report.seed) for report in reports if report.faults]
    outcome = "nobody locked out, no false alarm"
    if failed:
        outcome = f"FAILED, seeds {', '.join(failed)}"
    print(
        f"{len(reports)} seeds, {sum(r.signed_in for r in reports)} sign-ins, "
        f"{sum(r.clients_killed for r in reports)} clients and "
        f"{sum(r.daemons_killed for r in reports)} daemons killed, "
        f"{sum(r.late for r in reports)} late connections: {outcome}"
    )
    return bool(failed)


def _run_identity(plan: identity.Plan, seed: int) -> identity.Report:
    with tempfile.TemporaryDirectory(prefix="chatd-torture-") as folder:
        return identity.Torture(seed, plan, Path(folder)).run()


# ---------------------------------------------------------------- delivery


def _delivery(options: argparse.Namespace) -> bool:
    began = time.monotonic()
    each = max(1, options.messages // options.seeds)
    reports = list(_reports(options, partial(_run_delivery, each, options.keep)))
    failed = [report for report in reports if report.faults]
    no_clock = find_library() is None and bool(os.environ.get(REQUIRED))
    print(_summary(reports, time.monotonic() - began, no_clock))
    if failed:
        worst = failed[0]
        print(
            f"FAILED, {len(failed)} of {len(reports)} seeds, see {worst.folder}; again with: "
            f"make torture SEEDS=1 SEED={worst.seed} MESSAGES={each}"
        )
    return bool(failed) or no_clock


def _run_delivery(messages: int, keep: bool, seed: int) -> delivery.Report:
    """The folder stays where something went wrong, or with ``keep``."""
    folder = Path(tempfile.mkdtemp(prefix=f"chatd-torture-{seed}-"))
    report = delivery.Report(seed, folder)
    try:
        report = delivery.Torture(seed, messages, folder).run()
    except Exception as error:  # of the torturer; the other seeds go on
        report.faults.append(f"the run itself failed: {''.join(format_exception(error))}")
    if not report.faults and not keep:
        shutil.rmtree(folder)
    return report


def _summary(reports: Iterable[delivery.Report], seconds: float, no_clock: bool) -> str:
    reports = list(reports)
    spoilt: dict[str, int] = {}
    for report in reports:
        for kind, count in report.spoilt.items():
            spoilt[kind] = spoilt.get(kind, 0) + count
    links = ", ".join(f"{count} {kind}" for kind, count in sorted(spoilt.items())) or "none"
    jumps = f"{sum(r.jumps for r in reports)} clock jumps"
    if find_library() is None:
        jumps = "NO clock jumps: libfaketime is not installed"
        jumps += f", and {REQUIRED} is set" if no_clock else ""
    return (
        f"{len(reports)} seeds, {sum(r.messages for r in reports)} messages, "
        f"{sum(r.daemons_killed for r in reports)} daemons and "
        f"{sum(r.clients_killed for r in reports)} clients killed, links spoilt: {links}, "
        f"{sum(r.full_disks for r in reports)} full disks, {jumps}, {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
