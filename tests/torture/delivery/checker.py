"""The judge: compares what everybody says happened with what must have happened.

Each rule is a function that yields a fault a line. Tests plant faults and look whether the rule
that is for them finds them (``test_checker.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.torture.delivery import journal
from tests.torture.delivery.addressees import Addressees
from tests.torture.delivery.evidence import Evidence, Said, Witness
from tests.torture.delivery.plan import Plan
from tests.torture.delivery.reactions import reactions
from tests.torture.delivery.statuses import acknowledgements, arrivals, fates, reads, watermarks

#: What the server may say that a device never gets; see ``chatd.domain.conversation.GapReason``.
_NOT_MEMBER, _EXPIRED, _LIMIT = 1, 2, 3


def check(plan: Plan, witnesses: Iterable[Witness]) -> list[str]:
    """All faults of a run; none, where all is well."""
    evidence = Evidence(plan, witnesses)
    addressees = Addressees(evidence)
    return [
        *evidence.faults,
        *numbers(evidence),
        *lost(evidence, addressees),
        *doubled(evidence),
        *order(evidence),
        *gaps(evidence),
        *([] if plan.few else reactions(evidence, addressees)),
        *fates(evidence, addressees),
        *acknowledgements(evidence),
        *watermarks(evidence, addressees),
        *arrivals(evidence, addressees),
        *reads(evidence, addressees),
        *troubles(evidence),
    ]


def numbers(evidence: Evidence) -> Iterator[str]:
    """Each message has one number, each number one message, and a device's own are in order."""
    for place, messages in evidence.of_place().items():
        known: dict[int, Said] = {}
        highest: dict[str, Said] = {}
        for said in messages:
            if len(said.numbers) > 1:
                yield f"{place}: has several numbers {sorted(said.numbers)}: {said}"
            if other := known.get(said.number):
                yield f"{place}: the same number {said.number}: {other} and {said}"
            known[said.number] = said
            before = highest.get(said.device)
            if before is not None and before.count > said.count:
                yield f"{place}: swapped: {said} comes after {before}"
            highest[said.device] = said


def lost(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """Who is to have an accepted message has it; who is not, has not."""
    accepted = evidence.accepted
    for witness in evidence.witnesses.values():
        name, holds = witness.device.name, witness.holds
        skipped = [(one.place, one.first, one.last) for one in witness.told(journal.Missed)]
        for said in accepted:
            if said.device == name:
                continue
            owed = addressees.owes(said, witness)
            if owed is False and said.text in holds:
                yield f"{name}: not for this device: {said}"
            elif owed and said.text not in holds and not _is_in(said, skipped):
                yield f"{name}: lost: {said}, number {said.number}"


def doubled(evidence: Evidence) -> Iterator[str]:
    """Nothing is twice in a history, nor shown twice: in a life, or again after it was kept."""
    for witness in evidence.witnesses.values():
        name = witness.device.name
        for text, count in Counter(row.text for row in witness.history).items():
            if count > 1:
                yield f"{name}: {count} times in the history: {evidence.said.get(text, text)}"
        kept: set[str] = set()
        for life in witness.lives:
            shown: set[str] = set()
            for line in life:
                if isinstance(line, journal.Shown):
                    if line.text in shown or line.text in kept:
                        yield f"{name}: shown again: {evidence.said.get(line.text, line.text)}"
                    shown.add(line.text)
            kept.update(text for one in life if isinstance(one, journal.Kept) for text in one.texts)


def order(evidence: Evidence) -> Iterator[str]:
    """What comes is in the order of numbers, on the screen and in the history; so are own ones."""
    for witness in evidence.witnesses.values():
        name = witness.device.name
        own = {said.text for said in evidence.said.values() if said.device == name}
        came = [(row.place, row.number, row.text) for row in witness.history]
        yield from _falling(name, "kept", [one for one in came if one[2] not in own])
        yield from _falling(name, "sent", [one for one in came if one[2] in own])
        for life in witness.lives:
            shown = [one for one in life if isinstance(one, journal.Shown) and one.text not in own]
            lines = [(one.place, one.number, one.text) for one in shown]
            yield from _falling(name, "shown", lines)


def gaps(evidence: Evidence) -> Iterator[str]:
    """A device is told to miss something only where the plan has it, and then misses it."""
    for witness in evidence.witnesses.values():
        device = witness.device
        for line in witness.told(journal.Missed):
            room = evidence.plan.room(line.place)
            away = room is not None and device.person in room.restless
            allowed = {_NOT_MEMBER: away, _LIMIT: evidence.plan.few}.get(line.reason, False)
            what = f"{line.first} to {line.last} of {line.place}, reason {line.reason}"
            if not allowed:
                yield f"{device.name}: told to miss without cause: {what}"
            for row in witness.history:
                if row.place == line.place and line.first <= (row.number or 0) <= line.last:
                    yield f"{device.name}: told to miss what it has ({row.number}): {what}"
                    break


def troubles(evidence: Evidence) -> Iterator[str]:
    """Nobody was warned, or shut out, but a device that was taken off its account."""
    for witness in evidence.witnesses.values():
        if not witness.device.revoked:
            for line in witness.told(journal.Troubled):
                yield f"{witness.device.name}: {line.text}"


def _is_in(said: Said, skipped: list[tuple[str, int, int]]) -> bool:
    return any(
        place == said.place and first <= said.number <= last for place, first, last in skipped
    )


def _falling(name: str, how: str, rows: Iterable[tuple[str, int | None, str]]) -> Iterator[str]:
    highest: dict[str, int] = {}
    for place, number, text in rows:
        if number is None:
            continue
        if number < highest.get(place, 0):
            message = " ".join(text.split()[1:5])
            yield f"{name}: {how} out of order: {message}, {number} after {highest[place]}"
        highest[place] = max(number, highest.get(place, 0))
