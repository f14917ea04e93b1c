"""Rules about what senders are told: that it is true when it is told, and that it is told."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import inf

from tests.torture.delivery import journal
from tests.torture.delivery.addressees import Addressees
from tests.torture.delivery.evidence import Evidence, Row, Said, Witness


def fates(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """What was typed and kept is accepted in the end, or is shown as failed for a reason that the
    plan makes; and what is shown as accepted or failed is."""
    for witness in evidence.witnesses.values():
        name = witness.device.name
        if witness.device.revoked:
            continue
        rows = {row.text: row for row in witness.history}
        kept = {text for line in witness.told(journal.Kept) for text in line.texts}
        for said in evidence.said.values():
            if said.device != name:
                continue
            row = rows.get(said.text)
            if row is not None:
                yield from _fate(evidence, addressees, said, row)
            elif said.text in kept:
                yield f"{name}: typed, kept and gone: {said}"
            elif said.numbers:
                yield f"{name}: accepted, but not in the sender's own history: {said}"


def _fate(evidence: Evidence, addressees: Addressees, said: Said, row: Row) -> Iterator[str]:
    match row.delivery:
        case "accepted":
            if row.number is None:
                yield f"{said.device}: accepted without a number: {said}"
            elif evidence.plan.few and _is_missed(evidence, addressees, said):
                yield f"{said.device}: somebody never got it, and that is not told: {said}"
        case "failed":
            if said.numbers:
                yield f"{said.device}: failed ({row.failure}), but is accepted: {said}"
            elif not addressees.may_be_refused(said):
                yield f"{said.device}: failed without cause ({row.failure}): {said}"
        case "expired":
            # Where little may wait it may have been dropped although everybody has it: a device
            # whose link was spoilt has it before the server can know.
            if not evidence.plan.few:
                yield f"{said.device}: expired without cause: {said}"
        case _:
            yield f"{said.device}: still {row.delivery or 'nothing'} at the end: {said}"


def _is_missed(evidence: Evidence, addressees: Addressees, said: Said) -> bool:
    """Whether there is somebody no device of whom has a message that is for them."""
    for person in set(evidence.plan.members(said.place)) - {said.person}:
        owed = [one for one in evidence.devices_of(person) if addressees.owes(said, one)]
        if owed and not any(said.text in one.holds for one in owed):
            return True
    return False


def watermarks(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """*Delivered* is told when one device of everybody else has it on its disk, never before."""
    marks = {name: _Marks(one, evidence) for name, one in evidence.witnesses.items()}
    for witness in evidence.witnesses.values():
        device = witness.device
        for line in witness.told(journal.Progressed):
            for person in set(evidence.plan.members(line.place)) - {device.person}:
                others = evidence.devices_of(person)
                counts = addressees.counts(line.place, person, device.person)
                if not counts or evidence.plan.few:
                    continue
                times = (marks[one.device.name].since(line.place, line.delivered) for one in others)
                if min(times, default=-inf) > line.at:
                    yield (
                        f"{device.name}: told too early that {person} has all of {line.place} "
                        f"up to {line.delivered}"
                    )


def arrivals(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """In the end each device knows that everybody has what it said."""
    if evidence.plan.few:
        return
    last: dict[tuple[str, str], Said] = {(one.device, one.place): one for one in evidence.accepted}
    for (name, place), said in last.items():
        witness = evidence.witnesses[name]
        others = set(evidence.plan.members(place)) - {said.person}
        if witness.device.revoked or not others:
            continue
        if all(addressees.counts(place, other, said.person) for other in others):
            told = (one for one in witness.told(journal.Progressed) if one.place == place)
            if max((one.delivered for one in told), default=0) < said.number:
                yield f"{name}: never told that everybody has got: {said}, number {said.number}"


def acknowledgements(evidence: Evidence) -> Iterator[str]:
    """A device says that it has something when that is on its disk, never before."""
    for witness in evidence.witnesses.values():
        marks = _Marks(witness, evidence)
        for line in witness.told(journal.Acknowledged):
            if marks.since(line.place, line.number) > line.at:
                yield (
                    f"{witness.device.name}: acknowledged before it was kept: {line.place} "
                    f"up to {line.number}"
                )


class _Marks:
    """Since when a device has had everything of a place up to a number."""

    def __init__(self, witness: Witness, evidence: Evidence) -> None:
        self._came = min((line.at for line in witness.told(journal.Began)), default=inf)
        shown: dict[str, float] = {}
        for seen in witness.told(journal.Shown):
            shown.setdefault(seen.text, seen.at)
        kept: dict[str, float] = {}
        for line in witness.told(journal.Kept):
            for text in line.texts:
                kept.setdefault(text, line.at)
        self._numbers: dict[str, list[int]] = defaultdict(list)
        self._since: dict[str, list[float]] = defaultdict(list)
        rows = [row for row in witness.history if row.number is not None]
        for row in sorted(rows, key=lambda row: row.number or 0):
            said = evidence.said.get(row.text)
            if said is None or said.device == witness.device.name:
                continue
            # Killed between the disk's word and the journal: no earlier than it was shown.
            at = kept.get(row.text, shown.get(row.text, inf))
            since = self._since[row.place]
            self._numbers[row.place].append(row.number or 0)
            since.append(max(at, since[-1]) if since else at)

    def since(self, place: str, number: int) -> float:
        """Monotonic seconds."""
        index = bisect_right(self._numbers[place], number)
        return self._since[place][index - 1] if index else self._came


def reads(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """*Read* is told when everybody else has looked, never before. One's own needs no look."""
    looks, places = _looks(evidence), evidence.of_place()
    for witness in evidence.witnesses.values():
        device = witness.device
        for line in witness.told(journal.Progressed):
            said = [one for one in places.get(line.place, ()) if one.number <= line.read]
            for person in set(evidence.plan.members(line.place)) - {device.person}:
                if not addressees.counts(line.place, person, device.person):
                    continue
                last = max((one.number for one in said if one.person != person), default=0)
                looked = looks.get((person, line.place), [])
                if last and not any(at < line.at and number >= last for at, number in looked):
                    yield (
                        f"{device.name}: told too early that {person} has read {line.place} "
                        f"up to {line.read}"
                    )


def _looks(evidence: Evidence) -> Mapping[tuple[str, str], list[tuple[float, int]]]:
    found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for witness in evidence.witnesses.values():
        for line in witness.told(journal.Looked):
            found[witness.device.person, line.place].append((line.at, line.number))
    return found
