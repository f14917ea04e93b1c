"""A member's model: a room that lasts, with somebody else in it, and a history that is a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from twisted.internet.defer import Deferred

from chatd.domain.commands import Relation
from chatd.wire import messages
from client.model.conversation import Conversation
from client.model.entry import Entry
from client.model.keeper import Found
from client.model.model import Attention

from .model_case import ModelCase

STREAM, PAIR = b"s" * 16, b"p" * 16
ME = messages.Me(b"a" * 16, "alice", "", 1, "member", b"r" * 32, b"d" * 16, True)
RED = messages.Joined("red", "colours", 2, conversation=STREAM)


class Pages:
    """What was kept: entries by row, each with its conversation."""

    def __init__(self) -> None:
        self.kept: list[tuple[Conversation, Entry]] = []
        self._end = 0

    def keep(self, conversation: Conversation, entry: Entry) -> Entry:
        if not entry.lasting:
            return entry
        row = self.end()
        kept = replace(entry, row=row, at=entry.at or row)
        self.kept.append((conversation, kept))
        return kept

    def end(self) -> int:
        self._end += 1
        return self._end

    def changed(self, entry: Entry) -> None:
        rows = [kept.row for _, kept in self.kept]
        index = rows.index(entry.row)
        self.kept[index] = self.kept[index][0], entry

    def read(self, conversation: Conversation) -> None: ...

    def looked(self, conversation: Conversation) -> None: ...

    def opened(self, conversation: Conversation) -> None: ...

    def closed(self, conversation: Conversation) -> None: ...

    def has(self, conversation: Conversation, id: int) -> bool:
        return self.find(conversation, id) is not None

    def find(self, conversation: Conversation, id: int) -> Entry | None:
        kept = [entry for place, entry in self.kept if place.key == conversation.key]
        return next((entry for entry in kept if entry.id == id), None)

    def older(self, conversation: Conversation, row: int | None = None) -> list[Entry]:
        return []

    def search(self, text: str, here: Conversation | None) -> Sequence[Found]:
        return []

    def forget(self, title: str | None) -> Deferred[bool]:
        raise AssertionError("nothing is to be forgotten here")


class LastingCase(ModelCase):
    """Alice, with an account, is in a room that lasts."""

    def setUp(self) -> None:
        super().setUp()
        self.welcome(RED, me=ME)
        self.pages = Pages()
        self.model.roster.keep(self.pages)

    def say(
        self,
        sender: str,
        text: str,
        number: int,
        relation: Relation = Relation.NONE,
        ref: int = 0,
        stream: bytes = STREAM,
    ) -> Attention | None:
        """Somebody says something in the room, or does something to what was said."""
        return self.tell(
            messages.RoomSaid("red", sender, text, 0, number, 3, stream, relation, ref)
        )
