"""Losses: what no device of somebody will ever get, told to the devices of those who said it.

A loss is a letter of the store's own (:class:`~chatd.domain.message.Lost`) in the mailboxes of the
sender's devices. Somebody in a conversation loses what is meant for one of their devices and what
none of them has. These are parts of the sweep, and of removing an account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from chatd.domain.conversation import GapReason
from chatd.domain.message import Delivered, Lost
from chatd.domain.value import value
from chatd.store import mail
from chatd.store.expected import EXPECTED
from chatd.store.ranges import Range, common, uncovered
from chatd.store.schema import accounts, cursors, devices, messages

_WHICH: BindParameter[bytes] = bindparam("which")
_CURSORS = (
    select(
        accounts.c.id,
        accounts.c.handle,
        cursors.c.device,
        cursors.c.first - 1,
        cursors.c.acked,
        cursors.c.until,
    )
    .join(devices, devices.c.id == cursors.c.device)
    .join(accounts, accounts.c.id == devices.c.account)
    .where(cursors.c.conversation == _WHICH, ~cursors.c.asleep)
    .order_by(accounts.c.handle, cursors.c.first)
)
_SENDERS = (
    select(messages.c.account, func.min(messages.c.number), func.max(messages.c.number))
    .where(
        messages.c.conversation == _WHICH,
        messages.c.number > bindparam("after"),
        messages.c.number <= bindparam("upto"),
    )
    .group_by(messages.c.account)
    .order_by(func.min(messages.c.number))
)


@value
class _Cursor:
    """A device is to get what comes after ``after`` up to ``until``, 0 for no end."""

    device: bytes
    after: int
    acked: int
    until: int


@value
class _Person:
    """Somebody who follows a conversation, with devices that count."""

    account: bytes
    handle: str
    cursors: list[_Cursor] = field(default_factory=list, hash=False)

    def missing(self, upto: int) -> list[Range]:
        """What none of the devices has."""
        return list(uncovered(((one.after, one.acked) for one in self.cursors), upto))

    def lost(self, upto: int) -> set[Range]:
        """What of that is for them."""
        missing = self.missing(upto)
        return {
            part for one in self.cursors for part in common(missing, one.after, one.until or upto)
        }


class Losses:
    """Those of one transaction."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now
        self._told: dict[bytes, list[Lost]] = defaultdict(list)

    def drop(self, conversation: bytes, upto: int, reason: GapReason) -> None:
        """All messages up to a number are about to go."""
        lost: dict[Range, list[_Person]] = defaultdict(list)
        for person in self._people(conversation):
            for part in person.lost(upto):
                lost[part].append(person)
        self._tell(conversation, lost, reason)

    def remove(self, conversation: bytes, account: bytes, last: int) -> None:
        """Somebody is about to be gone, with all devices."""
        lost = {
            part: [person]
            for person in self._people(conversation)
            if person.account == account
            for part in person.lost(last)
        }
        self._tell(conversation, lost, GapReason.REMOVED)

    def leave(self, conversation: bytes, device: bytes, last: int) -> None:
        """A device is about to count no more: what only it could still have got is lost."""
        lost: dict[Range, list[_Person]] = defaultdict(list)
        for person in self._people(conversation):
            others = [
                (one.after, one.until or last) for one in person.cursors if one.device != device
            ]
            missing = person.missing(last)
            for one in (one for one in person.cursors if one.device == device):
                for part in common(missing, one.after, one.until or last):
                    for wanted in common(uncovered(others, last), *part):
                        lost[wanted].append(person)
        self._tell(conversation, lost, GapReason.EXPIRED)

    def write(self) -> list[Delivered]:
        """Put the letters into the mailboxes.

        :return: all of them.
        """
        letters = {
            sender: [lost.pack() for lost in sorted(told, key=_order)]
            for sender, told in self._told.items()
        }
        return mail.put(self._connection, letters, self._now)

    def _people(self, conversation: bytes) -> list[_Person]:
        people: dict[bytes, _Person] = {}
        for account, handle, *cursor in self._connection.execute(_CURSORS, {"which": conversation}):
            person = people.setdefault(account, _Person(account, handle))
            person.cursors.append(_Cursor(*cursor))
        for account, handle in self._connection.execute(EXPECTED, {"which": conversation}):
            people[account] = _Person(account, handle, [_Cursor(b"", 0, 0, 0)])
        return list(people.values())

    def _tell(
        self, conversation: bytes, lost: Mapping[Range, list[_Person]], reason: GapReason
    ) -> None:
        """Each sender of what lies in a range, of each person who has lost it."""
        for (after, upto), people in sorted(lost.items()):
            given = {"which": conversation, "after": after, "upto": upto}
            for sender, first, last in self._connection.execute(_SENDERS, given).all():
                self._told[sender] += [
                    Lost(conversation, first, last, reason, person.handle)
                    for person in people
                    if person.account != sender
                ]


def _order(lost: Lost) -> tuple[bytes, int, str]:
    return lost.conversation, lost.first, lost.handle
