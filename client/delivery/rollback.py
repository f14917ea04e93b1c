"""What an older state of the server, which was put back, has lost: those messages have no numbers
any more, and one's own can be said again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..history.recorder import Recorder
from ..model.conversation import Conversation
from ..model.entry import Delivery, Entry, EntryKind

#: Numbers, both ends included.
Range = tuple[int, int]

_FAILURE = "the server was put back to an older state and has lost this"
_SENT = (Delivery.ACCEPTED, Delivery.EXPIRED)


class Rollback:
    """Of one conversation.

    :param delivered: up to which number everybody else had got what one said.
    """

    def __init__(self, recorder: Recorder, delivered: int) -> None:
        self._recorder = recorder
        self._delivered = delivered

    def concerns(self, conversation: Conversation, ranges: Iterable[Range]) -> bool:
        """Whether any message of one's own is lost."""
        return any(True for first, last in ranges for _ in self._kept(conversation, first, last))

    def lose(self, conversation: Conversation, ranges: Iterable[Range]) -> int:
        """The server has nothing of this conversation at these numbers.

        :return: how many messages of one's own are lost, which somebody may not have got.
        """
        return sum(self._lose(conversation, first, last) for first, last in ranges)

    def _lose(self, conversation: Conversation, first: int, last: int) -> int:
        kept = list(self._kept(conversation, first, last))
        if kept and conversation.find_row(kept[0].row) is None:
            conversation.load_older(kept[0].row)
        shown = [
            (serial, entry)
            for serial, entry in conversation.timeline.backwards()
            if first <= (entry.id or 0) <= last and self._is_lost(entry)
        ]
        conversation.timeline.unnumber(first, last)
        self._recorder.unnumber(conversation, first, last)
        for serial, entry in shown:
            conversation.timeline.replace(serial, _failed(entry))
        rows = {entry.row for _, entry in shown}
        lost = [entry for _, entry in shown] + [entry for entry in kept if entry.row not in rows]
        for entry in lost:
            self._recorder.changed(_failed(entry))
        conversation.changes += 1
        return len(lost)

    def _kept(self, conversation: Conversation, first: int, last: int) -> Iterator[Entry]:
        """Those that are on the disk."""
        return filter(self._is_lost, self._recorder.own(conversation, first, last))

    def _is_lost(self, entry: Entry) -> bool:
        """Whether it is one's own, and somebody may not have got it."""
        sent = entry.own and entry.delivery in _SENT and entry.kind is not EntryKind.BROADCAST
        return sent and not entry.deleted and (entry.id or 0) > self._delivered


def _failed(entry: Entry) -> Entry:
    return replace(entry, id=None, delivery=Delivery.FAILED, failure=_FAILURE)


def notice(count: int, now: int) -> Entry:
    """What is told where ``count`` messages of one's own are lost."""
    what = "a message" if count == 1 else f"{count} messages"
    them = "it" if count == 1 else "them"
    told = (
        f"the server was put back to an older state, and has lost {what} of yours here: "
        f"/retry sends {them} again, /drop gives {them} up"
    )
    return Entry(EntryKind.ERROR, now, told, mention=True, kept=True)
