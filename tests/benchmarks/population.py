"""The people who talk on one server during a run, and the plans for what they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from tests.benchmarks.load.crowd import CrowdError, Gather
from tests.benchmarks.load.plan import Lockstep, Paced
from tests.benchmarks.subjects.subject import Subject

#: What everybody says. With the names around it a message takes about 100 bytes.
TEXT = "Sphinx of black quartz, judge my vow: all of it, and once more.."

#: Members that join at once before their notices are read.
_JOINING = 100
#: How often a message is tried whose weight is to be known; a busy machine may need more than one.
_TRIES = 5


class Population:
    """Members of a server who sit in rooms and pairs.

    :param size: how many sign in.
    """

    def __init__(self, subject: Subject, gather: Gather, size: int) -> None:
        self.subject = subject
        self._nicks = [f"m{number:04d}" for number in range(size)]
        self._members = subject.enter(self._nicks)
        self._crowd = gather([member.socket for member in self._members], subject.framing)
        self._rooms: dict[int, tuple[int, int]] = {}

    def close(self) -> None:
        """Hang up."""
        self._crowd.close()
        for member in self._members:
            member.socket.close()

    def run(self, plan: Lockstep) -> None:
        """Do it with all connections.

        :raises CrowdError: the server did not deliver what was said.
        """
        try:
            self._crowd.lockstep(plan)
        except CrowdError as error:
            raise CrowdError(f"{self.subject.name}: {error}") from None

    def latencies(self, plan: Paced) -> list[float]:
        """Do it; seconds for each delivery."""
        self._crowd.settle()
        return self._crowd.paced(plan)

    def fan_out(self, size: int, window: int, batches: int) -> Lockstep:
        """A room of ``size``, where everyone talks in turn, ``window`` messages at a time."""
        unit, answer = self._room(size)
        senders = [batch % size for batch in range(batches)]
        said = [
            (sender, self._members[sender].say(_name(size), TEXT, window)) for sender in senders
        ]
        group_of = [0 if index < size else -1 for index in range(len(self._members))]
        return Lockstep(group_of, [said], window * (unit * (size - 1) + answer))

    def direct(self, pairs: int, window: int, batches: int) -> Lockstep:
        """``pairs`` senders, each with a receiver of its own, ``window`` messages at a time."""
        unit, answer = self._pair
        told = [
            [
                (one, self._members[one].tell(self._nicks[pairs + one], TEXT, window))
                for _ in range(batches)
            ]
            for one in range(pairs)
        ]
        group_of = [-1] * len(self._members)
        group_of[:pairs] = group_of[pairs : 2 * pairs] = range(pairs)
        return Lockstep(group_of, told, window * (unit + answer))

    def paced(self, size: int, messages: int, interval: float) -> Paced:
        """``messages`` into a room of ``size``, where everyone talks in turn."""
        unit, answer = self._room(size)
        senders = [number % size for number in range(messages)]
        said = [self._members[sender].say(_name(size), TEXT, 1) for sender in senders]
        return Paced(size, senders, said, interval, unit, answer)

    def _room(self, size: int) -> tuple[int, int]:
        """A room with the first ``size`` members in it: what a message weighs there, for who
        gets it and for who says it, in bytes of payload."""
        if size not in self._rooms:
            for index, member in enumerate(self._members[:size]):
                member.socket.sendall(member.join(_name(size)))
                if index % _JOINING == 0:
                    self._crowd.settle()
            say = partial(self._members[0].say, _name(size), TEXT, 1)
            self._rooms[size] = self._weighed(say, range(1, size))
        return self._rooms[size]

    @cached_property
    def _pair(self) -> tuple[int, int]:
        """The same of a direct message."""
        last = len(self._members) - 1
        tell = partial(self._members[0].tell, self._nicks[last], TEXT, 1)
        return self._weighed(tell, range(last, last + 1))

    def _weighed(self, said: Callable[[], bytes], receivers: range) -> tuple[int, int]:
        """Try what the first member says, until nothing else is on its way."""
        for _ in range(_TRIES):
            self._crowd.settle()
            self._members[0].socket.sendall(said())
            answer, *payloads = self._crowd.settle()
            unit = payloads[receivers[0] - 1]
            expected = [unit if index in receivers else 0 for index in range(1, len(self._members))]
            if unit and payloads == expected:
                return unit, answer
        raise CrowdError(f"{self.subject.name}: a message did not reach everyone once")


def _name(size: int) -> str:
    return f"r{size:04d}"
