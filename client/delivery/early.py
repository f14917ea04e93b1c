"""Changes that come before the message that they are about has its number here.

The server has taken a message of one's own, and its answer was lost: others react to that message,
or another device of one's own changes it, before this device hears its number. While something of
one's own waits there, such a change is kept; it is on the disk with the position that acknowledges
it. It is made when its message has the number, and dropped when nothing waits that could get it.
"""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.wire import messages

from ..history.ledger import Ledger
from ..model import relations
from ..model.conversation import Conversation
from ..model.model import Model
from ..model.relations import Change, change_of
from .told import Told

#: Changes of one conversation that are kept at most.
MOST = 500


class Early:
    """:param ledger: keeps them."""

    def __init__(self, model: Model, ledger: Ledger) -> None:
        self._model = model
        self._ledger = ledger

    def keep(self, place: Conversation | None, said: Told) -> bool:
        """Something was said in a lasting conversation, which is shown at ``place``.

        :return: whether it is a change that may be about a message of one's own without a number,
            and so is kept for later.
        """
        if place is None or not isinstance(said, messages.RoomSaid | messages.DirectSaid):
            return False
        change, stream = change_of(said), said.conversation
        if change is None or not self._waits(stream):
            return False
        if change.relation is not Relation.REACTION and not self._model.is_me(change.sender):
            return False
        if place.find(change.ref) is not None or len(self._ledger.early(stream)) >= MOST:
            return False
        self._ledger.keep_early(stream, change)
        return True

    def settle(self, place: Conversation, stream: bytes) -> None:
        """A message of one's own there has its number, or will never have one."""
        changes = self._ledger.early(stream)
        waits = bool(changes) and self._waits(stream)
        for change in changes:
            is_here = place.find(change.ref) is not None
            if is_here:
                self._make(place, change)
            if is_here or not waits:
                self._ledger.drop_early(stream, change.number)

    def forget(self, stream: bytes) -> None:
        """The numbers that they name belong to other messages now."""
        for change in self._ledger.early(stream):
            self._ledger.drop_early(stream, change.number)

    def _make(self, place: Conversation, change: Change) -> None:
        if change.relation is Relation.DELETION or not self._model.ignores(change.sender):
            relations.apply(self._model, place, change)

    def _waits(self, stream: bytes) -> bool:
        return any(one.stream == stream for one in self._ledger.unsent)
