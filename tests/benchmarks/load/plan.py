"""What the load generator is told to do. Everything in it is bytes that were sealed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Framing(NamedTuple):
    """How a stream is cut, so that payload can be counted without understanding it.

    ``header`` bytes with a big-endian length of ``length_size`` bytes at ``length_at``, then a
    body of that length, ``overhead`` bytes of which are no payload. Without a header all bytes
    are payload.
    """

    header: int = 0
    length_at: int = 0
    length_size: int = 0
    overhead: int = 0


@dataclass(frozen=True, slots=True)
class Lockstep:
    """Groups that speak one batch at a time: the next goes out when all of the last has arrived.

    :ivar group_of: for each peer the group it is in, or -1.
    :ivar batches: for each group its batches, the same number for all: the index of who sends
        it, and what it is.
    :ivar due: payload bytes that one batch brings to the members of its group.
    """

    group_of: list[int]
    batches: list[list[tuple[int, bytes]]]
    due: int


@dataclass(frozen=True, slots=True)
class Paced:
    """One message at a time, at fixed times, from changing senders to all other members.

    :ivar members: the first that many peers take part.
    :ivar senders: the index of each message's sender.
    :ivar messages: what each of them writes.
    :ivar interval: seconds between two messages.
    :ivar unit: payload bytes of one delivery.
    :ivar answer: payload bytes of the answer that a sender gets; 0 where there is none.
    """

    members: int
    senders: list[int]
    messages: list[bytes]
    interval: float
    unit: int
    answer: int
