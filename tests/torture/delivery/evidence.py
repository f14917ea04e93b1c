"""What there is to judge a run by: each device's journal and history, and what follows from them.

A message is known by its text, of which no two are alike: it names the device that says it, where,
and the how-manieth it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

import msgspec

from tests.torture.delivery import journal
from tests.torture.delivery.plan import MARKER, Device, Plan

L = TypeVar("L", bound=journal.Line)


@dataclass(frozen=True, slots=True)
class Row:
    """A message in a device's ``history.db``, in the order in which they came there.

    :ivar number: the server's, None for one that was never accepted.
    :ivar delivery: of the device's own ones: "waiting", "accepted", "failed", "expired".
    :ivar reactions: persons, and what they have put to it.
    """

    place: str
    text: str
    sender: str
    number: int | None
    own: bool = False
    delivery: str = ""
    failure: str = ""
    reactions: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class Witness:
    """One device.

    :ivar lines: of all its lives, in order.
    """

    device: Device
    lines: list[journal.Any]
    history: list[Row]

    def told(self, kind: type[L]) -> Iterator[L]:
        """All lines of one kind."""
        return (line for line in self.lines if isinstance(line, kind))

    @property
    def lives(self) -> Iterator[list[journal.Any]]:
        """The lines of each life."""
        life: list[journal.Any] = []
        for line in self.lines:
            if isinstance(line, journal.Began) and life:
                yield life
                life = []
            life.append(line)
        yield life

    @property
    def holds(self) -> set[str]:
        """The texts in its history."""
        return {row.text for row in self.history}


@dataclass(slots=True)
class Said:
    """A message that was typed.

    :ivar count: the how-manieth of the device in this place.
    :ivar typed: monotonic seconds; so ``known``: when somebody knew first that it was accepted.
    :ivar numbers: all that anybody knows it by; a sound message has one at most.
    """

    text: str
    device: str
    person: str
    place: str
    count: int
    typed: float
    known: float = inf
    numbers: set[int] = field(default_factory=set)

    @property
    def number(self) -> int:
        """Its number; asked for only where it has one."""
        return min(self.numbers)

    def __str__(self) -> str:
        return " ".join(self.text.split()[1:5])


class Evidence:
    """All witnesses of a run.

    :ivar said: each message that was typed, by its text.
    :ivar faults: what contradicts itself already.
    """

    def __init__(self, plan: Plan, witnesses: Iterable[Witness]) -> None:
        self.plan = plan
        self.witnesses: Mapping[str, Witness] = {one.device.name: one for one in witnesses}
        self.said: dict[str, Said] = {}
        self.faults: list[str] = []
        self._name()
        for witness in self.witnesses.values():
            self._typed(witness)
        for witness in self.witnesses.values():
            self._heard(witness)

    @property
    def accepted(self) -> list[Said]:
        """Messages that somebody knows a number of, in the order of numbers in each place."""
        known = [said for said in self.said.values() if said.numbers]
        return sorted(known, key=lambda said: (said.place, said.number))

    def of_place(self) -> Mapping[str, list[Said]]:
        """The accepted messages of each place, in order."""
        found: dict[str, list[Said]] = defaultdict(list)
        for said in self.accepted:
            found[said.place].append(said)
        return found

    def devices_of(self, person: str) -> list[Witness]:
        """Those of a person, whenever they came and went."""
        return [one for one in self.witnesses.values() if one.device.person == person]

    def _name(self) -> None:
        """Conversations that a line calls by their ids get their names."""
        told = (line for one in self.witnesses.values() for line in one.told(journal.Named))
        names = {line.stream: line.place for line in told}
        for witness in self.witnesses.values():
            for index, line in enumerate(witness.lines):
                if name := names.get(getattr(line, "place", "")):
                    witness.lines[index] = msgspec.structs.replace(line, place=name)

    def _typed(self, witness: Witness) -> None:
        device = witness.device
        for line in witness.told(journal.Typed):
            count = int(line.text.split()[4])
            said = Said(line.text, device.name, device.person, line.place, count, line.at)
            if line.text in self.said:
                self.faults.append(f"{device.name}: typed twice, the run itself is wrong: {said}")
            self.said[line.text] = said

    def _heard(self, witness: Witness) -> None:
        name = witness.device.name
        for line in witness.lines:
            if isinstance(line, journal.Taken):
                self._is(name, line.text, line.place, "", line.number, line.at)
            elif isinstance(line, journal.Shown):
                self._is(name, line.text, line.place, line.sender, line.number, line.at)
        for row in witness.history:
            self._is(name, row.text, row.place, row.sender, row.number, inf)

    def _is(
        self, device: str, text: str, place: str, sender: str, number: int | None, at: float
    ) -> None:
        """A device says that this is a message; ``sender`` "" where it does not say whose."""
        said = self.said.get(text)
        if said is None:
            self.faults.append(f"{device}: invented: {text[:80]!r} in {place}")
            return
        if place != said.place or (sender and sender != said.person):
            self.faults.append(f"{device}: has as {sender}'s in {place}: {said}")
        if number is not None:
            said.numbers.add(number)
            said.known = min(said.known, at)


def is_marked(text: str) -> bool:
    """Whether a text is one of the run's messages."""
    return text.startswith(MARKER)
