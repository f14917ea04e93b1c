"""What a device remembers of the conversations that last: it keeps the rules that a client has to
keep, so that it has everything once and in order."""

from __future__ import annotations

from typing import Any

from chatd.domain import events
from chatd.domain.commands import Acknowledge, Fetch, Follow
from chatd.domain.results import Accepted, FetchPage, Missing
from chatd.hub.session import ALL

Said = events.RoomSaid | events.DirectSaid | events.SealedSaid

#: What was taken: the number and the text, or what is missing.
Taken = tuple[int, str] | Missing


class Pocket:
    """Fed with what its device is told and answered.

    :ivar taken: of each conversation, in the order of taking.
    :ivar position: of each conversation, the number up to which all is taken.
    :ivar reached: up to which id it knows its conversations since the connection began.
    :ivar behind: the conversations that have to be fetched.
    :ivar heard: of each conversation, the highest number that was told.
    """

    def __init__(self) -> None:
        self.taken: dict[bytes, list[Taken]] = {}
        self.position: dict[bytes, int] = {}
        self.acked: dict[bytes, int] = {}
        self.behind: list[bytes] = []
        self.reached = b""
        self.heard: dict[bytes, int] = {}
        self._ahead: dict[bytes, set[int]] = {}

    # ------------------------------------------------------------ a connection

    def connected(self) -> Follow:
        """It begins: what to ask first."""
        self.reached = b""
        self.behind.clear()
        self.heard.clear()
        return Follow()

    def followed(self, page: Any) -> Follow | None:
        """What to ask next; None where all is known."""
        for row in page.rows:
            self.position.setdefault(row.conversation, row.acked)
            if row.last > row.acked or row.last > self.position[row.conversation]:
                self._fetch(row.conversation)
        self.reached = page.rows[-1].conversation if page.more else ALL
        return Follow(self.reached) if page.more else None

    def next(self) -> Fetch | None:
        """What to fetch."""
        if not self.behind:
            return None
        return Fetch(self.behind[0], self.position.get(self.behind[0], 0))

    def fetched(self, conversation: bytes, page: FetchPage) -> None:
        """Take a page."""
        for item in page.items:
            number = item.first if isinstance(item, Missing) else item.id
            if number > self.position[conversation]:
                self._take(conversation, item)
        self.position[conversation] = max(page.upto, self.position[conversation])
        self._absorb(conversation)
        # What was told while the page was on its way may be beyond it.
        if not page.more and self.position[conversation] >= self.heard.get(conversation, 0):
            self.behind.remove(conversation)

    def acknowledgements(self) -> list[Acknowledge]:
        """For what was taken since last asked."""
        news = [
            Acknowledge(one, number)
            for one, number in self.position.items()
            if number > self.acked.get(one, 0)
        ]
        self.acked.update((one.conversation, one.number) for one in news)
        return news

    # ------------------------------------------------------------ what comes

    def told(self, event: events.Event, mailbox: bytes = b"") -> None:
        """Something was said in a conversation that lasts; other events are passed over."""
        if not isinstance(event, events.MailCame | Said):
            return
        conversation = mailbox if isinstance(event, events.MailCame) else event.conversation
        if not conversation or conversation > self.reached:
            return
        number = event.id
        position = self.position.setdefault(conversation, 0)
        if number <= position:
            return
        if number > position + 1:
            self.heard[conversation] = max(number, self.heard.get(conversation, 0))
            self._fetch(conversation)
            return
        self._take(conversation, event)
        self.position[conversation] = number
        self._absorb(conversation)

    def accepted(self, answer: Accepted) -> None:
        """One's own message has its number."""
        if answer.conversation:
            self.position.setdefault(answer.conversation, 0)
            self._ahead.setdefault(answer.conversation, set()).add(answer.id)
            self._absorb(answer.conversation)

    def _fetch(self, conversation: bytes) -> None:
        if conversation not in self.behind:
            self.behind.append(conversation)

    def _take(self, conversation: bytes, item: Any) -> None:
        taken = item if isinstance(item, Missing) else (item.id, text(item))
        self.taken.setdefault(conversation, []).append(taken)

    def _absorb(self, conversation: bytes) -> None:
        ahead = self._ahead.get(conversation, set())
        while self.position[conversation] + 1 in ahead:
            self.position[conversation] += 1
            ahead.remove(self.position[conversation])


def text(said: Any) -> str:
    """What it says, sealed or not."""
    if isinstance(said, events.SealedSaid):
        return (said.body + said.part).decode()
    if isinstance(said, events.MailCame):
        return said.body[1:].decode()
    words: str = said.text
    return words
