"""Who is told how far their messages have got: those who are here and said something that not
everybody has read, as far as they asked.

They are told after a while what everybody else has got and read, not who has: in a room of a
thousand people that is one reading from the store for all of them, and one event for each watcher.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from chatd.domain.conversation import LAST_NUMBER
from chatd.domain.events import ProgressChanged
from chatd.domain.message import PersonProgress
from chatd.domain.results import Progress
from chatd.errors import Refused

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall

#: Seconds between two rounds of telling.
INTERVAL = 0.5


@dataclass(slots=True)
class _Watch:
    """:ivar upto: one's own last number, where it is known; ``delivered``, ``read``: what one was
    told."""

    upto: int = LAST_NUMBER
    delivered: int = 0
    read: int = 0


class Receipts:
    """The watchers of conversations; a round reads from the store for one after the other.

    :param clock: monotonic.
    :param read: how far each person in a conversation is.
    :param tell: tells an account's sessions.
    :param hidden: who has blocked an account: how far those are is nothing that it hears of.
    """

    def __init__(
        self,
        clock: Any,
        read: Callable[[bytes], Deferred[list[PersonProgress]]],
        tell: Callable[[bytes, ProgressChanged], None],
        hidden: Callable[[bytes], Collection[bytes]],
    ) -> None:
        self._clock = clock
        self._read = read
        self._tell = tell
        self._hidden = hidden
        self._watches: dict[bytes, dict[bytes, _Watch]] = {}  # by conversation, then account
        self._watched: dict[bytes, set[bytes]] = {}  # conversations by account
        self._moved: set[bytes] = set()
        self._timer: IDelayedCall | None = None
        self._busy = self._stopped = False

    def __len__(self) -> int:
        return len(self._watches)

    def said(self, conversation: bytes, account: bytes, number: int) -> None:
        """Somebody who is here said something, and hears how far it gets until all have got and
        read it."""
        watch = self._watch(conversation, account)
        watch.upto = number if watch.upto == LAST_NUMBER else max(watch.upto, number)

    def asked(self, conversation: bytes, account: bytes, told: Progress) -> None:
        """One session of somebody was told how far it is; all of theirs hear more for as long as
        they are here. Where they do already, the others have not heard this yet."""
        if account not in self._watches.get(conversation, ()):
            watch = self._watch(conversation, account)
            watch.delivered, watch.read = told.delivered, told.read

    def forget(self, account: bytes) -> None:
        """Somebody has left."""
        for conversation in self._watched.pop(account, ()):
            self._unwatch(conversation, account)

    def moved(self, conversations: Iterable[bytes]) -> None:
        """Somebody has got or read more in these conversations."""
        self._moved.update(self._watches.keys() & conversations)
        self._schedule()

    def stop(self) -> None:
        """No more rounds."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        if self._moved and self._timer is None and not (self._busy or self._stopped):
            self._timer = self._clock.callLater(INTERVAL, self._begin)

    def _begin(self) -> None:
        self._timer, self._busy = None, True
        moved, self._moved = self._moved, set()
        Deferred.fromCoroutine(self._round(moved))

    async def _round(self, moved: set[bytes]) -> None:
        try:
            for conversation in moved:
                with suppress(Refused):  # the store has logged it; later ones say more
                    self._announce(conversation, await self._read(conversation))
        finally:
            self._busy = False
            self._schedule()

    def _announce(self, conversation: bytes, people: list[PersonProgress]) -> None:
        lowest = Lowest(people)
        for account, watch in list(self._watches.get(conversation, {}).items()):
            hidden = self._hidden(account)
            shown = Lowest(without(people, hidden)) if hidden else lowest
            now = shown.but(account)
            delivered, read = max(now.delivered, watch.delivered), max(now.read, watch.read)
            if (delivered, read) != (watch.delivered, watch.read):
                watch.delivered, watch.read = delivered, read
                self._tell(account, ProgressChanged(conversation, delivered, read))
            # Acknowledgements are written in groups: that something was read may be known first.
            if min(delivered, read) >= watch.upto:
                self._unwatch(conversation, account)

    def _watch(self, conversation: bytes, account: bytes) -> _Watch:
        watches = self._watches.setdefault(conversation, {})
        if account not in watches:
            watches[account] = _Watch()
            self._watched.setdefault(account, set()).add(conversation)
        return watches[account]

    def _unwatch(self, conversation: bytes, account: bytes) -> None:
        watches = self._watches.get(conversation, {})
        watches.pop(account, None)
        if not watches:
            self._watches.pop(conversation, None)
        watched = self._watched.get(account, set())
        watched.discard(conversation)
        if not watched:
            self._watched.pop(account, None)


def without(people: Iterable[PersonProgress], hidden: Collection[bytes]) -> list[PersonProgress]:
    """All but those who have blocked the one that is told."""
    return [one for one in people if one.account not in hidden]


class Lowest:
    """What all people of a conversation have got and read, but for any one of them. Those who have
    left still get what was said before, but need not read it."""

    def __init__(self, people: list[PersonProgress]) -> None:
        here = (one for one in people if not one.left)
        self._delivered = nsmallest(2, people, key=attrgetter("delivered"))
        self._read = nsmallest(2, here, key=attrgetter("read"))

    def but(self, account: bytes) -> Progress:
        """For somebody whose own progress is not meant; zeros where there is nobody else."""
        delivered = (one.delivered for one in self._delivered if one.account != account)
        read = (one.read for one in self._read if one.account != account)
        return Progress(next(delivered, 0), next(read, 0))
