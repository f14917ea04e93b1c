"""What a conversation is by the rules of delivery, in a few lines: each number looked at alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatd.domain.conversation import GapReason


@dataclass
class Stretch:
    """A device follows from ``first`` to ``until``, None for no end; it has up to ``acked``."""

    first: int
    acked: int
    until: int | None = None

    def holds(self, number: int) -> bool:
        return self.first <= number and (self.until is None or number <= self.until)

    def owes(self, number: int) -> bool:
        return self.holds(number) and number > self.acked


@dataclass
class Conversation:
    """Who said each number; which ones are stored; who follows it.

    :ivar addressed: for each device the numbers of others that it must hear of.
    """

    senders: list[str] = field(default_factory=list)
    stored: set[int] = field(default_factory=set)
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)
    addressed: dict[str, set[int]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return len(self.senders)

    def begin(self, device: str) -> None:
        self.addressed.setdefault(device, set())
        own = self.stretches.setdefault(device, [])
        if all(one.until is not None for one in own):
            own.append(Stretch(self.last + 1, self.last))

    def end(self, device: str) -> None:
        for one in self.stretches.get(device, []):
            if one.until is None:
                one.until = self.last
        self.tidy()

    def remove(self, device: str) -> None:
        self.stretches.pop(device, None)
        self.tidy()

    def say(self, device: str) -> None:
        self.senders.append(device)
        self.stored.add(self.last)
        for other, own in self.stretches.items():
            if other != device and any(one.holds(self.last) for one in own):
                self.addressed[other].add(self.last)
        for one in self.stretches.get(device, []):
            if one.acked == self.last - 1 and one.holds(self.last):
                one.acked = self.last
        self.tidy()

    def ack(self, device: str, number: int) -> None:
        for one in self.stretches.get(device, []):
            if one.first <= number <= self.last:
                upto = number if one.until is None else min(number, one.until)
                one.acked = max(one.acked, upto)
            while one.owes(one.acked + 1) and one.acked + 1 in self.stored:
                if self.senders[one.acked] != device:
                    break
                one.acked += 1
        self.tidy()

    def drop(self, count: int) -> None:
        """The oldest of what is stored, until there are no more than ``count``."""
        self.stored -= set(sorted(self.stored)[: max(0, len(self.stored) - count)])

    def tidy(self) -> None:
        """Nothing is left that nobody is to get."""
        for own in self.stretches.values():
            own[:] = [one for one in own if one.until is None or one.acked < one.until]
        everybody = [one for own in self.stretches.values() for one in own]
        self.stored = {
            number for number in self.stored if any(one.owes(number) for one in everybody)
        }

    def due(self, device: str, after: int) -> dict[int, GapReason | None]:
        """What a device is told of each number after one: None is the message itself."""
        own = self.stretches[device]
        told: dict[int, GapReason | None] = {}
        ends = [self.last if one.until is None else one.until for one in own]
        for number in range(after + 1, max(ends) + 1):
            stretch = next((one for one in own if one.holds(number)), None)
            if self.senders[number - 1] == device:
                continue
            if stretch is None:
                told[number] = GapReason.NOT_MEMBER
            elif number in self.stored:
                told[number] = None
            elif number > stretch.acked:
                told[number] = GapReason.LIMIT
        return told
