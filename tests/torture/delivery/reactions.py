"""A rule about messages that have no line of their own: nor are they lost, or invented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.torture.delivery import journal
from tests.torture.delivery.addressees import Addressees
from tests.torture.delivery.evidence import Evidence, Witness

#: Place and number of a message.
_About = tuple[str, int]


def reactions(evidence: Evidence, addressees: Addressees) -> Iterator[str]:
    """Of each person the last reaction to a message is what everybody sees."""
    last = _last(evidence)
    for witness in evidence.witnesses.values():
        for row in witness.history:
            if row.number is None or not _hears_all(row.place, witness, addressees):
                continue
            wanted = last.get((row.place, row.number), {})
            found = {who: what for who, what in row.reactions.items() if _is_known(who, evidence)}
            if found != wanted:
                said = evidence.said.get(row.text, row.text)
                yield f"{witness.device.name}: has reactions {found}, not {wanted}: {said}"


def _last(evidence: Evidence) -> Mapping[_About, Mapping[str, str]]:
    told = [
        (line.number, witness.device.person, line)
        for witness in evidence.witnesses.values()
        for line in witness.told(journal.Reacted)
    ]
    found: dict[_About, dict[str, str]] = defaultdict(dict)
    for _, person, line in sorted(told, key=lambda one: one[0]):
        if _is_known(person, evidence):
            found[line.place, line.ref][person] = line.emoji
    return found


def _is_known(person: str, evidence: Evidence) -> bool:
    """Whether all that this person's devices did is known: who is put out may not hear of it."""
    return not any(one.device.revoked for one in evidence.devices_of(person))


def _hears_all(place: str, witness: Witness, addressees: Addressees) -> bool:
    """Whether a device gets all that comes after a message it has."""
    device = witness.device
    alone = device.appears or device.revoked or addressees.has_blocked(device.person)
    return not alone and addressees.is_steady(place, device.person)
