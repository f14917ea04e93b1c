"""A run in which all goes well, for tests that plant a fault in it."""

from __future__ import annotations

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from tests.torture.delivery import journal
from tests.torture.delivery.checker import check
from tests.torture.delivery.evidence import Row, Witness
from tests.torture.delivery.plan import MARKER, Device, Plan, Room

#: The room's first number; messages are a second apart, and everywhere half a second later.
FIRST = 100


def text(device: str, count: int, place: str = "#tea") -> str:
    """What a device says."""
    return f"{MARKER} 1 {device} {place} {count} xxx"


def plan(**changes: object) -> Plan:
    """Ann has two devices, bob one; dan, who is in no room, another."""
    devices = (
        Device("ann1", "ann"),
        Device("ann2", "ann"),
        Device("bob1", "bob"),
        Device("dan1", "dan"),
    )
    usual = Plan(
        1, 9.0, devices, (Room("#tea", ("ann", "bob")),), frozenset(), (), False, False, 3.0, 65536
    )
    return msgspec.structs.replace(usual, **changes)


class Run:
    """A run in which all goes well: in a room, ann1 and bob1 say two things each, in turn."""

    def __init__(self, made: Plan | None = None) -> None:
        self.plan = made or plan()
        self.witnesses = {
            one.name: Witness(one, [journal.Began(at=0.0), journal.Welcomed(at=0.1)], [])
            for one in self.plan.devices
        }
        for person in ("ann1", "bob1"):
            self.tell(person, journal.Entering(at=0.2, place="#tea"))
            self.tell(person, journal.Entered(at=0.3, place="#tea", last=FIRST - 1))
        for index, said in enumerate(("ann1", "bob1", "ann1", "bob1")):
            self.say(said, index // 2 + 1, FIRST + index)
        for person in ("ann1", "bob1"):
            last = journal.Progressed(at=9.0, place="#tea", delivered=FIRST + 9, read=0)
            self.tell(person, last)

    def tell(self, device: str, *lines: journal.Any) -> None:
        """A device writes something down."""
        self.witnesses[device].lines += lines

    def say(self, device: str, count: int, number: int) -> None:
        """A message goes where it belongs."""
        said, at = text(device, count), 1.0 + number - FIRST
        person = self.witnesses[device].device.person
        self.tell(
            device,
            journal.Typed(at=at, place="#tea", text=said),
            journal.Shown(at=at, place="#tea", text=said, sender=person, number=None),
            journal.Kept(at=at + 0.1, texts=[said]),
            journal.Taken(at=at + 0.3, place="#tea", text=said, number=number),
        )
        own = Row("#tea", said, person, number, True, "accepted")
        self.witnesses[device].history.append(own)
        for other in ("ann1", "ann2", "bob1"):
            if other != device:
                self.bring(other, said, person, number, at + 0.5)

    def bring(self, device: str, said: str, sender: str, number: int, at: float) -> None:
        """A message comes, and is kept."""
        self.tell(
            device,
            journal.Shown(at=at, place="#tea", text=said, sender=sender, number=number),
            journal.Kept(at=at + 0.1, texts=[said]),
        )
        own = self.witnesses[device].device.person == sender
        status = "accepted" if own else ""
        self.witnesses[device].history.append(Row("#tea", said, sender, number, own, status))

    def forget(self, device: str, said: str) -> None:
        """A message vanishes without a trace."""
        witness = self.witnesses[device]
        witness.history = [row for row in witness.history if row.text != said]
        witness.lines = [line for line in witness.lines if not _names(line, said)]

    def change(self, device: str, said: str, **changes: object) -> None:
        """A row of the history is another one."""
        history = self.witnesses[device].history
        (index,) = (i for i, row in enumerate(history) if row.text == said)
        row = history[index]
        values = {name: getattr(row, name) for name in Row.__slots__}
        history[index] = Row(**{**values, **changes})

    @property
    def faults(self) -> list[str]:
        """What the judge says."""
        return check(self.plan, self.witnesses.values())


def _names(line: journal.Any, said: str) -> bool:
    return said == getattr(line, "text", None) or said in getattr(line, "texts", ())


class JudgedTest(SynchronousTestCase):
    """
    :ivar run_: what is judged.
    """

    def setUp(self) -> None:
        """All is well."""
        self.run_ = Run()

    def found(self, *words: str) -> None:
        """Some fault has all these words in it, and each fault has the first one."""
        faults = self.run_.faults
        self.assertTrue(faults)
        for fault in faults:
            self.assertIn(words[0], fault)
        self.assertTrue(
            any(all(word in fault for word in words) for fault in faults), "\n".join(faults)
        )
