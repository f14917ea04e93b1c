"""Who says what, and what goes wrong meanwhile: all of it from a seed, the same each time.

Programs take their own time, so that a seed does the same things but never quite the same run: what
it finds, it finds again with some patience.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.torture.delivery.plan import (
    MARKER,
    Action,
    Block,
    Device,
    Enter,
    Fault,
    Keep,
    Leave,
    Look,
    Plan,
    React,
    Revoke,
    Room,
    Say,
    Step,
    Trouble,
    pair,
)

#: Messages a second, of all devices together; seconds that a run takes at least.
PACE = 150.0
SHORTEST = 12.0
#: Seconds for which a room keeps everything, where it does: longer than all jumps of clocks.
RETENTION = 30 * 86_400
#: Seconds after the run for which somebody is away: nothing is dropped before the first sweep.
SLEEP = 40.0


def make_plan(seed: int, messages: int) -> Plan:
    """:param messages: so many are typed, about."""
    return _Planner(seed, messages).plan()


class _Planner:
    def __init__(self, seed: int, messages: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)
        self._messages = messages
        self._seconds = max(SHORTEST, messages / PACE)
        self._persons = ["ann", "bob", "cleo", "dan"][: self._random.choice((3, 4))]
        self._names = [
            f"{person}{number}"
            for index, person in enumerate(self._persons)
            for number in range(1, 3 if index else 4)
        ]
        self._random.shuffle(self._persons)
        self._rooms = list(self._make_rooms())
        self._blocks = self._make_blocks()
        self._few = seed % 5 == 4
        self._late = self._persons[0] + "9" if seed % 2 else ""
        self._revoked = self._persons[-1] + "2" if seed % 3 == 1 else ""

    def plan(self) -> Plan:
        chance = self._random
        devices = [self._device(name) for name in self._names]
        if self._late:
            devices.append(self._device(self._late, appears=self._moment(0.2, 0.6)))
        return Plan(
            self._seed,
            self._seconds,
            tuple(devices),
            tuple(self._rooms),
            self._blocks,
            tuple(sorted(self._troubles(), key=lambda trouble: trouble.at)),
            self._few,
            self._seed % 5 == 1,
            chance.choice((0.0, 2.0, 30.0)),
            chance.choice((64 * 1024, 4 * 1024 * 1024)),
        )

    def _moment(self, begin: float = 0.0, end: float = 1.0) -> float:
        """Some time in a part of the run."""
        return round(self._seconds * self._random.uniform(begin, end), 3)

    # ------------------------------------------------------------ people and places

    def _make_rooms(self) -> Iterator[Room]:
        """One of all, one of some, where somebody goes in and out, one that keeps what was said."""
        everybody = tuple(self._persons)
        yield Room("#all", everybody)
        yield Room("#some", everybody[:2])
        yield Room("#door", everybody, restless=frozenset({self._random.choice(everybody[1:])}))
        if self._seed % 2:
            yield Room("#kept", everybody, RETENTION, frozenset({everybody[-1]}))

    def _make_blocks(self) -> frozenset[tuple[str, str]]:
        if self._seed % 4:
            return frozenset()
        blocker, blocked = self._random.sample(self._persons, 2)
        return frozenset({(blocker, blocked)})

    def _places(self, person: str) -> list[str]:
        rooms = [room.place for room in self._rooms if person in room.members]
        return rooms + [pair(person, other) for other in self._persons]

    # ------------------------------------------------------------ what devices do

    def _device(self, name: str, appears: float = 0.0) -> Device:
        person = name.rstrip("0123456789")
        first = name == person + "1"
        script = [*self._sayings(name, person, appears), *self._gestures(person, appears)]
        if first:
            script += self._visits(person)
            script += self._forgettings(person)
        if first and self._revoked.startswith(person):
            script.append(Revoke(self._moment(0.4, 0.8), self._revoked))
        return Device(
            name,
            person,
            appears,
            name == self._revoked,
            tuple(self._setup(person)) if first else (),
            tuple(sorted(script, key=lambda action: action.at)),
            tuple(self._ends()),
        )

    def _setup(self, person: str) -> Iterator[Action]:
        for room in self._rooms:
            if person in room.members:
                yield Enter(0.0, room.place)
            if room.retention and person == room.members[0]:
                yield Keep(0.0, room.place, room.retention)
        for blocker, blocked in self._blocks:
            if blocker == person:
                yield Block(0.0, blocked)

    def _sayings(self, name: str, person: str, appears: float) -> Iterator[Action]:
        """Steady talk, and now and then a burst."""
        chance, places, counts = self._random, self._places(person), dict[str, int]()
        count = self._messages // (len(self._names) + bool(self._late))
        begin = (appears + 1) / self._seconds if appears else 0.0
        times = sorted(self._moment(min(begin, 0.9), 1.0) for _ in range(count))
        while times:
            burst = chance.choice((1, 1, 1, chance.randint(2, 30)))
            at, place = times[0], chance.choice(places)
            for _ in times[:burst]:
                counts[place] = counts.get(place, 0) + 1
                yield Say(at, place, self._text(name, place, counts[place]))
            times = times[burst:]

    def _text(self, name: str, place: str, count: int) -> str:
        chance = self._random
        filler = "x" * chance.choice((0, chance.randint(0, 200), chance.randint(0, 200), 3000))
        if chance.random() < 0.7:
            filler = filler[:200]
        return f"{MARKER} {self._seed} {name} {place} {count} {filler}".rstrip()

    def _gestures(self, person: str, appears: float) -> Iterator[Action]:
        """Looking, and reacting to what is seen."""
        for _ in range(int(self._seconds / 2)):
            at, place = appears + self._moment(), self._random.choice(self._places(person))
            if at < self._seconds:
                yield Look(at, place)
                yield React(round(at + 0.2, 3), place, self._random.choice("👍❤🎉"))

    def _visits(self, person: str) -> Iterator[Action]:
        for room in self._rooms:
            if person in room.restless:
                leaving = self._moment(0.2, 0.5)
                yield Leave(leaving, room.place)
                yield Enter(leaving + self._moment(0.1, 0.3), room.place)

    def _forgettings(self, person: str) -> Iterator[Action]:
        """At the end nothing is kept any longer than it has to be."""
        for room in self._rooms:
            if room.retention and person == room.members[0]:
                yield Keep(self._seconds, room.place, 0)

    def _ends(self) -> Iterator[tuple[Step, int]]:
        """Of one life in two or so; the counts are such that most of them come about."""
        if self._random.random() < 0.5:
            step = self._random.choice(list(Step))
            often = 5 if step is Step.FETCHED else 200
            yield step, self._random.randint(1, often)

    # ------------------------------------------------------------ what goes wrong

    def _troubles(self) -> Iterator[Trouble]:
        chance = self._random
        for _ in range(chance.randint(4, 6)):
            down = chance.choice((0.0, 0.0, chance.uniform(0.0, 2.0)))
            yield Trouble(self._moment(0.05), Fault.DAEMON_KILLED, amount=round(down, 3))
        if self._seed % 2 == 0:
            yield Trouble(self._moment(0.1, 0.9), Fault.DAEMON_RESTARTED)
        if self._seed % 3 != 2:
            yield Trouble(self._moment(0.2, 0.8), Fault.DISK_FULL, amount=chance.uniform(1, 3))
        for _ in range(chance.randint(1, 3)):
            yield Trouble(self._moment(), Fault.DAEMON_JUMPED, amount=self._jump())
        for _ in range(chance.randint(8, 12)):
            yield self._of_a_device(Fault.CLIENT_KILLED, chance.choice((0.0, 0.5, 5.0)))
        yield from self._sleep()
        for _ in range(2):
            yield self._of_a_device(Fault.CLIENT_JUMPED, self._jump())
        for _ in range(chance.randint(6, 10)):
            yield self._of_a_device(Fault.CUT, 0.0)
        for fault in (Fault.HALF_OPEN, Fault.STALLED, Fault.SLOW):
            for _ in range(chance.randint(1, 3)):
                yield self._of_a_device(fault, round(chance.uniform(1, 6), 3))

    def _sleep(self) -> Iterator[Trouble]:
        """Somebody is away until what waits for them was dropped."""
        for name in self._names if self._few else ():
            if name.startswith(self._persons[-1]):
                at = self._moment(0.05, 0.2)
                yield Trouble(at, Fault.CLIENT_KILLED, name, self._seconds + SLEEP - at)

    def _of_a_device(self, fault: Fault, amount: float) -> Trouble:
        return Trouble(self._moment(), fault, self._random.choice(self._names), amount)

    def _jump(self) -> float:
        """An hour or a day, there or back."""
        return self._random.choice((-1, 1)) * self._random.choice((3_600.0, 86_400.0))
