"""All conversations in the order in which they were opened, and which one is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from chatd.domain.names import fold

from .conversation import Conversation, Kind
from .keeper import Keeper


class Roster:
    """The server's own conversation is always the first and cannot be closed.

    :ivar keeper: what keeps the conversations beyond this run; None for nobody.
    """

    __slots__ = ("_all", "current", "keeper", "previous")

    def __init__(self, server: str) -> None:
        self._all = [Conversation(Kind.SERVER, server)]
        self.current = self._all[0]
        self.previous: Conversation | None = None
        self.keeper: Keeper | None = None

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._all)

    def __getitem__(self, index: int) -> Conversation:
        return self._all[index]

    @property
    def server(self) -> Conversation:
        """The server's own conversation."""
        return self._all[0]

    def index(self, conversation: Conversation) -> int:
        """Where a conversation stands, from 0."""
        return self._all.index(conversation)

    def keep(self, keeper: Keeper) -> None:
        """Have all conversations kept from now on."""
        self.keeper = keeper
        for one in self._all:
            one.keeper = keeper

    def find(self, kind: Kind, name: str) -> Conversation | None:
        """A conversation by name, whatever case it is written in."""
        key = (kind, fold(name))
        return next((one for one in self._all if one.key == key), None)

    def streaming(self, stream: bytes) -> Conversation | None:
        """The conversation whose id this is."""
        return next((one for one in self._all if stream and one.stream == stream), None)

    def open(self, kind: Kind, name: str) -> Conversation:
        """The conversation of this name, made at the end if there is none."""
        found = self.find(kind, name)
        if found is None:
            found = Conversation(kind, name, keeper=self.keeper)
            self._all.append(found)
            if self.keeper is not None:
                self.keeper.opened(found)
        return found

    def close(self, conversation: Conversation) -> None:
        """Forget a conversation; where it was looked at, the previous one is, or its neighbour."""
        if conversation is self.server:
            return
        index = self._all.index(conversation)
        self._all.remove(conversation)
        if self.keeper is not None:
            self.keeper.closed(conversation)
        if self.previous is conversation:
            self.previous = None
        if self.current is conversation:
            self._show(self.previous or self._all[min(index, len(self._all) - 1)])
            self.previous = None

    def switch(self, conversation: Conversation) -> None:
        """Look at another conversation."""
        if conversation is self.current:
            return
        self.current.forget_mark()
        self.previous = self.current
        self._show(conversation)

    def step(self, count: int) -> Conversation:
        """The conversation ``count`` places further on, round and round."""
        return self._all[(self.index(self.current) + count) % len(self._all)]

    def active(self) -> list[Conversation]:
        """Those with something unread, mentions first; muted ones only when one was named."""
        found = [
            one
            for one in self._all
            if one is not self.current and (one.mentions if one.muted else one.unread)
        ]
        return sorted(found, key=lambda one: not one.mentions)

    def _show(self, conversation: Conversation) -> None:
        self.current = conversation
        conversation.mark_read()
        if self.keeper is not None:
            self.keeper.looked(conversation)
