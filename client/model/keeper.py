"""What keeps conversations beyond this run, as the model and the screen know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .entry import Entry

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from .conversation import Conversation, Kind


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and the conversation that it stands in."""

    kind: Kind
    name: str
    entry: Entry


class Keeper(Protocol):
    """None of this waits for a disk but :meth:`has`, :meth:`find`, :meth:`older` and
    :meth:`search`, which look something up in an index. None raises: what goes wrong is told to
    the user by the keeper."""

    def keep(self, conversation: Conversation, entry: Entry) -> Entry:
        """An entry is shown.

        :return: the same with its row, and where it stands, if that is not said in it; without a
            row it is not kept.
        """

    def end(self) -> int:
        """Where an entry stands that is to stand below all others; further on with each call."""

    def changed(self, entry: Entry) -> None:
        """An entry that has a row is another one now: its delivery went on, or it was edited,
        deleted or reacted to."""

    def read(self, conversation: Conversation) -> None:
        """What is unread in a conversation changed, or whether one is in it."""

    def looked(self, conversation: Conversation) -> None:
        """The user looks at a conversation now."""

    def opened(self, conversation: Conversation) -> None:
        """A conversation is listed: what is known of its delivery is put into it."""

    def closed(self, conversation: Conversation) -> None:
        """A conversation is no longer listed; what was said in it stays."""

    def has(self, conversation: Conversation, id: int) -> bool:
        """Whether a message of this id was kept before."""

    def find(self, conversation: Conversation, id: int) -> Entry | None:
        """The message of this id, as it was kept; None where there is none."""

    def older(self, conversation: Conversation, row: int | None = None) -> list[Entry]:
        """Entries that come before those in the timeline, the oldest first.

        :param row: how far back they are to go: to this row, and some before it. A page, for None.
        """

    def search(self, text: str, here: Conversation | None) -> Sequence[Found]:
        """The newest entries that match what somebody typed, the newest first.

        :param here: the conversation to look in; None for all.
        """

    def forget(self, title: str | None) -> Deferred[bool]:
        """Take all entries of a conversation out, listed or not; of all there are, for None.

        :param title: ``#room`` or a nick.
        :return: fires when nothing of them is on the disk any more: whether there was any; fails
            with an error for people.
        """
