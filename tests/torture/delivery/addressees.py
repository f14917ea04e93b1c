"""Which device is to have which message: from the plan, and from when people went in and out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf

from tests.torture.delivery import journal
from tests.torture.delivery.evidence import Evidence, Said, Witness


@dataclass(slots=True)
class Stay:
    """A person's time in a room, as far as the devices know it, in monotonic seconds.

    :ivar last: the number before the first one said to them; None where that is not known.
    """

    asked: float
    entered: float = inf
    last: int | None = None
    leaving: float = inf
    left: float = inf

    def has(self, said: Said) -> bool | None:
        """Whether a message was said in it; None where it could be either."""
        if self.last is not None:
            if said.number <= self.last:
                return False
        elif said.known < self.asked:
            return False
        if said.typed > self.left:
            return False
        begun = self.last is not None or said.typed > self.entered
        return True if begun and said.known < self.leaving else None


class Addressees:
    """Knows whose a message is."""

    def __init__(self, evidence: Evidence) -> None:
        self._plan = evidence.plan
        self._blocks = evidence.plan.blocks
        self._stays: dict[tuple[str, str], list[Stay]] = defaultdict(list)
        self._kept: dict[str, float] = {}
        self._enrolled: dict[str, tuple[float, float]] = {}
        self._furthest: dict[tuple[str, str], int] = {}
        for witness in evidence.witnesses.values():
            self._enrolled[witness.device.name] = _enrolled(witness)
            self._visits(witness)
            self._came(evidence, witness)

    def owes(self, said: Said, witness: Witness) -> bool | None:
        """Whether a device must have a message that it has not said itself; None: it may."""
        device = witness.device
        owed = self._owed_person(said, device.person)
        if not owed:
            return owed
        if device.revoked and said.number > self._furthest.get((device.name, said.place), 0):
            return None
        begun, done = self._enrolled[device.name]
        if said.typed > done or self._is_kept(said.place, done):
            return True
        return False if said.known < begun and not self._kept_until(said.place) else None

    def is_steady(self, place: str, person: str) -> bool:
        """Whether a person is in a place all the time."""
        room = self._plan.room(place)
        return room is None or person not in room.restless

    def counts(self, place: str, person: str, sender: str) -> bool:
        """Whether a sender is told how far a person is: not by those who have blocked them."""
        return self.is_steady(place, person) and (person, sender) not in self._blocks

    def has_blocked(self, person: str) -> bool:
        """Whether a person does not hear all of the others."""
        return any(blocker == person for blocker, _ in self._blocks)

    def may_be_refused(self, said: Said) -> bool:
        """Whether a message may not be accepted at all."""
        others = set(self._plan.members(said.place)) - {said.person}
        room = self._plan.room(said.place)
        if room is None:
            return any((other, said.person) in self._blocks for other in others)
        stays = self._stays[said.place, said.person]
        return not any(
            stay.entered < said.typed and stay.leaving == inf for stay in stays
        ) or not self.is_steady(said.place, said.person)

    def _owed_person(self, said: Said, person: str) -> bool | None:
        if person not in self._plan.members(said.place) or (person, said.person) in self._blocks:
            return False
        if self._plan.room(said.place) is None:
            return True
        stays = self._stays[said.place, person]
        found = [stay.has(said) for stay in stays]
        kept = (stay for stay in stays if self._is_kept(said.place, stay.entered))
        if True in found or any(said.known < stay.leaving for stay in kept):
            return True
        return None if None in found or self._kept_until(said.place) else False

    def _kept_until(self, place: str) -> float:
        """When its owner had a room keep nothing any more; 0 for one that never did."""
        return self._kept.get(place, 0.0)

    def _is_kept(self, place: str, came: float) -> bool:
        """Whether who came then was told all that was said before. Where few may wait, a part of it
        may have been dropped by then, also where everybody else had got it."""
        return not self._plan.few and came < self._kept_until(place)

    def _came(self, evidence: Evidence, witness: Witness) -> None:
        """Up to which number a device got what others say: all that is before is owed."""
        for row in witness.history:
            said = evidence.said.get(row.text)
            if said is not None and said.device != witness.device.name:
                key = witness.device.name, row.place
                self._furthest[key] = max(self._furthest.get(key, 0), row.number or 0)

    def _visits(self, witness: Witness) -> None:
        """What one device of each person does for all of them."""
        for line in witness.lines:
            match line:
                case journal.Entering(place=place):
                    stays = self._stays[place, witness.device.person]
                    if not stays or stays[-1].leaving < inf:
                        stays.append(Stay(line.at))
                case journal.Entered(place=place, last=last):
                    stay = self._stays[place, witness.device.person][-1]
                    stay.entered, stay.last = line.at, last
                case journal.Leaving(place=place):
                    stay = self._stays[place, witness.device.person][-1]
                    stay.leaving = min(stay.leaving, line.at)
                case journal.Keeping(place=place, seconds=seconds):
                    self._kept[place] = inf if seconds else min(line.at, self._kept[place])
                case journal.Left(place=place):
                    self._stays[place, witness.device.person][-1].left = line.at


def _enrolled(witness: Witness) -> tuple[float, float]:
    """When a device that came later began to enrol, and was enrolled."""
    if not witness.device.appears:
        return -inf, -inf
    begun = min((line.at for line in witness.told(journal.Began)), default=inf)
    return begun, min((line.at for line in witness.told(journal.Welcomed)), default=inf)
