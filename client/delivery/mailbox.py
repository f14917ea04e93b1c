"""What comes into this device's mailbox: the server's word that somebody never got something, or
that one was put out of a room; and what is for a later program, which is kept for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chatd.domain.conversation import GapReason
from chatd.domain.message import Lost, MailKind
from chatd.domain.put_out import PutOut
from chatd.wire import messages

from ..history.letters import Letter
from ..history.recorder import Recorder
from ..model import room_events
from ..model.conversation import Conversation
from ..model.entry import SENT, Delivery, Entry, EntryKind
from ..model.losses import with_another
from ..model.model import Model

_REASONS = {
    GapReason.EXPIRED: "it waited too long",
    GapReason.LIMIT: "too much waited for them",
    GapReason.REMOVED: "their account is gone",
}


class Mailbox:
    """
    :param find: where a lasting conversation is shown; None for nowhere.
    """

    def __init__(
        self, model: Model, recorder: Recorder, find: Callable[[bytes], Conversation | None]
    ) -> None:
        self._model = model
        self._recorder = recorder
        self._find = find

    def take(self, came: messages.MailCame, now: int) -> None:
        """A letter is here, for the first time."""
        try:
            match came.body[0] if came.body else None:
                case MailKind.LOST:
                    return self._lost(Lost.unpack(came.body), now)
                case MailKind.PUT_OUT:
                    return self._put_out(PutOut.unpack(came.body), now)
        except ValueError:
            pass  # a later server's: a later program may know it
        letter = Letter(came.id, came.sender, came.device, came.time, came.body)
        self._recorder.ledger.keep_letter(letter)

    def _lost(self, lost: Lost, now: int) -> None:
        """No device of somebody got these."""
        conversation = self._find(lost.conversation)
        if conversation is None:
            return
        why, count = _REASONS.get(lost.reason, "it is gone"), 0
        for entry in self._recorder.own(conversation, lost.first, lost.last):
            if entry.delivery not in SENT:
                continue
            failure = with_another(entry.failure, lost.handle, why)
            if failure != entry.failure:
                conversation.change(replace(entry, delivery=Delivery.EXPIRED, failure=failure))
                count += 1
        if count:
            what = "a message" if count == 1 else f"{count} messages"
            told = f"{what} of yours expired: {with_another('', lost.handle, why)}"
            conversation.append(Entry(EntryKind.ERROR, now, told, kept=True), seen=True)

    def _put_out(self, letter: PutOut, now: int) -> None:
        """One was put out of a room."""
        room_events.put_out(self._model, self._find(letter.conversation), letter, now)
