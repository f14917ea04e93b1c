"""Brings a device up to date after each welcome, and keeps it so: asks which conversations it is to
get, fetches what it lacks, a page at a time, and says which of what is told it takes.

A page is asked for when the one before is on the disk: however much was missed, memory holds a page
of it, and the screen is drawn in between. Nothing that a server says keeps this busy for ever: what
does not move on is given up, with a word to the user.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.conversation import LAST_NUMBER
from chatd.errors import ChatError, Code, Refused, WireError
from chatd.wire import messages
from chatd.wire.codec import decode_server

from ..history.ledger import Ledger
from .line import Line
from .patience import Patience, ends_by_itself
from .positions import Positions
from .rollback import Range
from .told import Told, place_of

log = Logger()

#: Conversations asked for at most.
_MOST_ROWS = 100_000
#: Pages in a row that bring nothing: something was said while they were read.
_MOST_IDLE = 10
#: Entries that the disk has not taken yet, beyond which nothing more is taken from the server.
_MOST_BEHIND = 5000
#: After every id.
_ALL = b"\xff" * 17

Take = Callable[[bytes, Told | messages.Missing], None]


class Following:
    """
    :param take: shows and keeps a message of a conversation; called once for each, in order.
    :ivar mailbox: the id of this device's.
    :ivar on_rows: told all conversations, and the highest epoch that the server knows of this
        device's outbox, before anything is fetched.
    :ivar on_lost: told a conversation, and ranges of numbers at which the server has lost what it
        had before an older state of it was put back.
    """

    def __init__(self, reactor: Any, line: Line, ledger: Ledger, take: Take) -> None:
        self.on_rows: Callable[[list[messages.FollowRow], int], None] = lambda rows, epoch: None
        self.on_lost: Callable[[messages.FollowRow, list[Range]], None] = lambda row, ranges: None
        self.mailbox = b""
        self.positions = Positions({one.id: one.position for one in ledger})
        self._reactor = reactor
        self._line = line
        self._ledger = ledger
        self._take = take
        self._round = 0
        self._reached = b""
        self._entered: list[messages.Joined] = []
        self._wanted: dict[bytes, None] = {}
        self._leaps: set[tuple[bytes, int, int]] = set()
        self._fetching = False

    @property
    def is_current(self) -> bool:
        """Whether all conversations were asked for since the last welcome."""
        return self._reached == _ALL

    def begin(self) -> None:
        """Signed in: what is told of a conversation counts once it was asked for."""
        self.end()
        asking = Deferred.fromCoroutine(self._follow(self._round))
        asking.addErrback(self._failed)

    def end(self) -> None:
        """The connection is lost."""
        self._round += 1
        self._reached, self._fetching = b"", False
        self._wanted.clear()
        self._entered.clear()

    # ------------------------------------------------------------ what is told

    def told(self, conversation: bytes, number: int) -> bool:
        """Whether a message that was told is to be taken; what is missing is fetched."""
        positions = self.positions
        if conversation > self._reached:
            return False
        if self._ledger.behind > _MOST_BEHIND and conversation in positions:
            positions.hear(conversation, number)
        elif positions.take(conversation, number):
            self._moved(conversation)
            return True
        if positions.lacks(conversation):
            self.fetch(conversation)
        return False

    def own(self, conversation: bytes, number: int) -> None:
        """The server has taken a message of this device's own under this number. What was missed
        before it, in a conversation that is not known, is told when that is asked for."""
        if conversation in self.positions or conversation <= self._reached:
            self.positions.own(conversation, number)
            self._moved(conversation)

    def entered(self, joined: messages.Joined) -> None:
        """One has come into a room: what was said after ``last`` is wanted, some of which it may
        have kept."""
        conversation, last = joined.conversation, joined.last
        if not self.is_current:
            self._entered.append(joined)
            return
        if conversation not in self.positions:
            self.positions.begin(conversation, last)
            self._moved(conversation)
        self.positions.hear(conversation, last)
        if joined.retention or self.positions.lacks(conversation):
            self.fetch(conversation)

    def listed(self, joined: messages.Joined) -> None:
        """One is in a room; if another device entered it, nobody has said since which number."""
        if self.is_current and joined.conversation not in self.positions:
            self.positions.begin(joined.conversation, 0)
            self.fetch(joined.conversation)

    def _moved(self, conversation: bytes) -> None:
        self._ledger.change(conversation, position=self.positions[conversation])

    # ------------------------------------------------------------ asking

    async def _follow(self, number: int) -> None:
        rows: list[messages.FollowRow] = []
        more, epoch = True, 0
        while more and len(rows) < _MOST_ROWS:
            after = rows[-1].conversation if rows else b""
            page: messages.FollowPage = await self._ask(
                partial(messages.Follow, after=after), number
            )
            new = [row for row in page.rows if row.conversation > after]
            for row in new:
                self._meet(row)
            rows, epoch = rows + new, max(epoch, page.epoch)
            more = page.more and bool(new)
            self._reached = rows[-1].conversation if more else _ALL
        self._reached = _ALL
        self.on_rows(rows, epoch)
        entered, self._entered = self._entered, []
        for joined in entered:
            self.entered(joined)
        self._go_on()

    def _meet(self, row: messages.FollowRow) -> None:
        """What a conversation is to this device, as the server knows it."""
        conversation = row.conversation
        if conversation not in self.positions:
            self.positions.begin(conversation, row.acked)
            self._moved(conversation)
        else:
            self._look_back(row)
        self.positions.hear(conversation, row.last)
        # Where the server waits for an acknowledgement that was lost, it tells nothing more before
        # it was asked, though there is nothing to get.
        if row.last > row.acked or self.positions.lacks(conversation):
            self._wanted[conversation] = None

    def _look_back(self, row: messages.FollowRow) -> None:
        """The server may have been put back to an older state since this device was here last."""
        conversation, position = row.conversation, self.positions[row.conversation]
        stream = self._ledger.find(conversation)
        known = max(position, stream.said if stream is not None else 0)
        lost = list[Range]()
        for first, last in row.leaps:
            if first <= known and (conversation, first, last) not in self._leaps:
                self._leaps.add((conversation, first, last))
                lost.append((first, last))
        if known > row.last and not row.left:
            lost.append((row.last + 1, LAST_NUMBER))
            self.positions.begin(conversation, min(position, row.last))
            self._moved(conversation)
        if lost:
            self.on_lost(row, lost)

    def fetch(self, conversation: bytes) -> None:
        """Fetch what a conversation has beyond the position."""
        self._wanted[conversation] = None
        if self.is_current:
            self._go_on()

    def _go_on(self) -> None:
        if self._wanted and not self._fetching:
            self._fetching = True
            Deferred.fromCoroutine(self._fetch_all(self._round)).addErrback(self._failed)

    async def _fetch_all(self, number: int) -> None:
        while self._wanted:
            current = self._line.model.roster.current.stream
            conversation = current if current in self._wanted else next(iter(self._wanted))
            del self._wanted[conversation]
            if await self._fetch(conversation, number):
                self._wanted[conversation] = None
        self._fetching = False

    async def _fetch(self, conversation: bytes, number: int) -> bool:
        """One page that brings something.

        :return: whether there is more to be had.
        """
        after = self.positions[conversation]
        make = partial(messages.Fetch, conversation=conversation, after=after)
        for _ in range(_MOST_IDLE):
            try:
                page: messages.FetchPage = await self._ask(make, number)
            except Refused as refused:
                self.positions.give_up(conversation)
                if refused.code != Code.NO_SUCH_CONVERSATION:
                    self._line.warned(f"what was missed could not be fetched: {refused.text}")
                return False
            self._read(conversation, page)
            await self._ledger.all_written()
            self._check(number)
            if self.positions[conversation] > after:
                return page.more or self.positions.lacks(conversation)
            if not page.more:
                break
        else:
            self._line.warned("the server says that more was missed, and does not give it")
        self.positions.give_up(conversation)
        return False

    def _read(self, conversation: bytes, page: messages.FetchPage) -> None:
        """Take what is new in a page. What does not belong there is left out."""
        for raw in page.items:
            try:
                message = decode_server(bytes(raw))
            except WireError:
                log.warn("an item of a page cannot be decoded")
                continue
            place = place_of(message, self.mailbox)
            if isinstance(message, messages.Missing):
                place = conversation, message.last
                begin = max(message.first, self.positions[conversation] + 1)
                message = messages.Missing(begin, message.last, message.reason)
            if place is None or place[0] != conversation or place[1] > page.upto:
                log.warn("an item of a page does not belong there")
            elif self.positions.fetch(*place):
                self._take(conversation, message)
        self.positions.reach(conversation, page.upto)
        self._moved(conversation)
        self._line.changed()

    async def _ask(self, make: Callable[[int], messages.Request], number: int) -> Any:
        """Ask until it is answered, where it is refused for now.

        :raises Refused: it is refused for good.
        :raises ChatError: the connection is lost.
        """
        patience = Patience()
        while True:
            try:
                answer = await self._line.request(make)
                self._check(number)
                return answer
            except Refused as refused:
                if not ends_by_itself(refused):
                    raise
                wait = patience.pause(refused)
            await deferLater(self._reactor, wait, lambda: None)
            self._check(number)

    def _check(self, number: int) -> None:
        """:raises ChatError: this is of a connection that is lost."""
        if number != self._round:
            raise ChatError(Code.CONNECTION_LOST)

    def _failed(self, failure: Failure) -> None:
        """The next welcome begins again; until then nothing more is fetched."""
        error = failure.value
        if isinstance(error, Refused):
            self._line.warned(f"what was missed cannot be asked for: {error.text}")
        elif not isinstance(error, ChatError):
            log.failure("following failed", failure)
