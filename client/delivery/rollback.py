"""What an older state of the server, which was put back, has lost: those messages have no numbers
any more, and one's own can be said again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..history.recorder import Recorder
from ..model.conversation import Conversation
from ..model.entry import SENT, Delivery, Entry, EntryKind

#: Numbers, both ends included.
Range = tuple[int, int]

_FAILURE = "the server was put back to an older state and has lost this"


class Rollback:
    """Of one conversation.

    :param delivered: up to which number everybody else had got what one said.
    """

    def __init__(self, recorder: Recorder, delivered: int) -> None:
        self._recorder = recorder
        self._delivered = delivered

    def concerns(self, conversation: Conversation, ranges: Iterable[Range]) -> bool:
        """Whether any message of one's own is lost."""
        return any(self._own(conversation, first, last) for first, last in ranges)

    def lose(self, conversation: Conversation, ranges: Iterable[Range]) -> int:
        """The server has nothing of this conversation at these numbers.

        :return: how many messages of one's own are lost, which somebody may not have got.
        """
        return sum(self._lose(conversation, first, last) for first, last in ranges)

    def _lose(self, conversation: Conversation, first: int, last: int) -> int:
        timeline, lost = conversation.timeline, self._own(conversation, first, last)
        if lost and timeline.find(lost[0].id or 0) is None:  # /retry and /drop go by what is shown
            conversation.load_older(lost[0].row)
        serials = [timeline.find(entry.id or 0) for entry in lost]
        timeline.unnumber(first, last)
        self._recorder.unnumber(conversation, first, last)
        for serial, entry in zip(serials, map(_failed, lost), strict=True):
            if serial is not None:
                timeline.replace(serial, entry)
            self._recorder.changed(entry)
        conversation.changes += 1
        return len(lost)

    def _own(self, conversation: Conversation, first: int, last: int) -> list[Entry]:
        return list(filter(self._is_lost, self._recorder.own(conversation, first, last)))

    def _is_lost(self, entry: Entry) -> bool:
        """Whether somebody may not have got it."""
        sent = entry.delivery in SENT and entry.kind is not EntryKind.BROADCAST
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
