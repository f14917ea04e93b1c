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

from chatd.errors import ChatError, Code, Refused, WireError
from chatd.wire import messages
from chatd.wire.codec import decode_server

from ..history.ledger import Ledger
from .line import Line
from .positions import Positions
from .told import place_of

log = Logger()

#: Pages of conversations asked for at most.
_MOST_PAGES = 1000
#: Pages in a row that bring nothing: something was said while they were read.
_MOST_IDLE = 10
#: Entries that the disk has not taken yet, beyond which nothing more is taken from the server.
_MOST_BEHIND = 5000
#: Seconds before asking again what was refused for now: at first, and at most.
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0

#: Refusals that end by themselves.
_TEMPORARY = frozenset({Code.TOO_MANY_MESSAGES, Code.BUSY, Code.STORE_FAILED})

Take = Callable[[bytes, messages.ServerMessage], None]


class Following:
    """
    :param take: shows and keeps a message of a conversation; called once for each, in order.
    :param mailbox: the id of this device's.
    :ivar on_rows: told all conversations, and the highest epoch that the server knows of this
        device's outbox, before anything is fetched.
    :ivar is_current: all conversations were asked for since the last welcome.
    """

    def __init__(self, reactor: Any, line: Line, ledger: Ledger, take: Take) -> None:
        self.on_rows: Callable[[list[messages.FollowRow], int], None] = lambda rows, epoch: None
        self.is_current = False
        self.mailbox = b""
        self.positions = Positions({one.id: one.position for one in ledger})
        self._reactor = reactor
        self._line = line
        self._ledger = ledger
        self._take = take
        self._round = 0
        self._wanted: dict[bytes, None] = {}
        self._fetching = False

    def begin(self) -> None:
        """Signed in: what is told counts only after all conversations were asked for."""
        self.end()
        asking = Deferred.fromCoroutine(self._follow(self._round))
        asking.addErrback(self._failed)

    def end(self) -> None:
        """The connection is lost."""
        self._round += 1
        self.is_current = self._fetching = False
        self._wanted.clear()

    # ------------------------------------------------------------ what is told

    def told(self, conversation: bytes, number: int) -> bool:
        """Whether a message that was told is to be taken; what is missing is fetched."""
        if not self.is_current:
            return False
        positions = self.positions
        if self._ledger.behind > _MOST_BEHIND and conversation in positions:
            positions.hear(conversation, number)
        elif positions.take(conversation, number):
            self._moved(conversation)
            return True
        if positions.lacks(conversation):
            self.fetch(conversation)
        return False

    def own(self, conversation: bytes, number: int) -> None:
        """The server has taken a message of this device's own under this number."""
        self.positions.own(conversation, number)
        self._moved(conversation)

    def entered(self, joined: messages.Joined) -> None:
        """One is in a room: from ``last`` on, or from the oldest message that it keeps."""
        conversation = joined.conversation
        if conversation not in self.positions:
            self.positions.begin(conversation, 0 if joined.retention else joined.last)
            self._moved(conversation)
        self.positions.hear(conversation, joined.last)
        if self.is_current and self.positions.lacks(conversation):
            self.fetch(conversation)

    def _moved(self, conversation: bytes) -> None:
        self._ledger.change(conversation, position=self.positions[conversation])

    # ------------------------------------------------------------ asking

    async def _follow(self, number: int) -> None:
        rows: list[messages.FollowRow] = []
        epoch = 0
        for _ in range(_MOST_PAGES):
            after = rows[-1].conversation if rows else b""
            page: messages.FollowPage = await self._ask(partial(messages.Follow, after=after))
            if number != self._round:
                return
            new = [row for row in page.rows if row.conversation > after]
            rows, epoch = rows + new, max(epoch, page.epoch)
            if not page.more or not new:
                break
        for row in rows:
            self._meet(row)
        self.is_current = True
        self.on_rows(rows, epoch)
        self._go_on()

    def _meet(self, row: messages.FollowRow) -> None:
        """What a conversation is to this device, as the server knows it."""
        conversation = row.conversation
        if conversation not in self.positions:
            self.positions.begin(conversation, row.acked)
            self._moved(conversation)
        self.positions.hear(conversation, row.last)
        # What was acknowledged in vain is here already; the server tells nothing more in this
        # conversation until it was asked all the same.
        if row.last > row.acked or self.positions.lacks(conversation):
            self._wanted[conversation] = None

    def fetch(self, conversation: bytes) -> None:
        """Fetch what a conversation has beyond the position."""
        self._wanted[conversation] = None
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
            more = await self._fetch(conversation, number)
            if number != self._round:
                return
            if more:
                self._wanted[conversation] = None
        self._fetching = False

    async def _fetch(self, conversation: bytes, number: int) -> bool:
        """One page.

        :return: whether there is more to be had.
        """
        after = self.positions[conversation]
        for _ in range(_MOST_IDLE):
            try:
                page: messages.FetchPage = await self._ask(
                    partial(messages.Fetch, conversation=conversation, after=after)
                )
            except Refused as refused:
                self.positions.give_up(conversation)
                if refused.code != Code.NO_SUCH_CONVERSATION:
                    self._line.warned(f"what was missed could not be fetched: {refused.text}")
                return False
            if number != self._round:
                return False
            self._read(conversation, page)
            await self._ledger.all_written()
            if self.positions[conversation] > after:
                return page.more or self.positions.lacks(conversation)
            if not page.more:
                break
        else:
            self._line.warned("the server has more of what was missed, and does not give it")
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
            if place is None or place[0] != conversation or place[1] > page.upto:
                log.warn("an item of a page does not belong there")
            elif self.positions.fetch(*place):
                self._take(conversation, message)
        self.positions.reach(conversation, page.upto)
        self._moved(conversation)
        self._line.changed()

    async def _ask(self, make: Callable[[int], messages.Request]) -> Any:
        """Ask until it is answered, where it is refused for now.

        :raises ChatError: it is refused for good, or the connection is lost.
        """
        pause = _PAUSE
        while True:
            try:
                return await self._line.request(make)
            except Refused as refused:
                if refused.code not in _TEMPORARY:
                    raise
                wait = refused.wait or pause
            pause = min(pause * 2, _LONGEST_PAUSE)
            await deferLater(self._reactor, wait, lambda: None)

    def _failed(self, failure: Failure) -> None:
        """The next welcome begins again; until then nothing that lasts comes or goes."""
        self._fetching = False
        error = failure.value
        if isinstance(error, Refused):
            self._line.warned(f"what was missed cannot be asked for: {error.text}")
        elif not isinstance(error, ChatError):
            log.failure("following failed", failure)
