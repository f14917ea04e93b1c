"""Letters: how many of one account may wait in one mailbox.

Letters cost little to send and go to devices that have not asked for them. Were there no limit,
one account could fill a mailbox until those of all others are dropped (``queues.py``).

These are parts of the operation in ``messages.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from chatd.domain.message import NewMessage
from chatd.errors import Code, Refused
from chatd.store.rows import AMONG, find_rows
from chatd.store.schema import conversations, messages

#: Letters of one account that wait in one mailbox.
MOST = 1000

#: Seconds after which it is worth another try: the device has to come and get them.
PAUSE = 30.0

_AMONG: BindParameter[bytes] = bindparam(AMONG, expanding=True)
_oldest = (
    select(func.min(messages.c.number))
    .where(messages.c.conversation == conversations.c.id)
    .scalar_subquery()
)
_SPANS = select(conversations.c.id, func.coalesce(conversations.c.last - _oldest + 1, 0)).where(
    conversations.c.id.in_(_AMONG)
)
_WAITING = (
    select(messages.c.conversation, messages.c.account, func.count())
    .where(messages.c.conversation.in_(_AMONG))
    .group_by(messages.c.conversation, messages.c.account)
)


class Letters:
    """The letters of some messages, within one transaction."""

    def __init__(self, connection: Connection, given: Iterable[NewMessage]) -> None:
        coming = Counter(letter.device for one in given for letter in one.letters)
        spans = find_rows(connection, _SPANS, coming)
        # Only what may be full is counted: nearly all mailboxes are empty, or hold a few.
        crowded = [mailbox for mailbox, span in spans if span + coming[mailbox] > MOST]
        self._waiting = Counter(
            {
                (mailbox, account): count
                for mailbox, account, count in find_rows(connection, _WAITING, crowded)
            }
        )

    def take(self, message: NewMessage) -> None:
        """Count those of a message.

        :raises Refused: TOO_MANY_MESSAGES, with the seconds to wait, or MESSAGE_TOO_LONG; then none
            is counted.
        """
        more = Counter((letter.device, message.account) for letter in message.letters)
        if max(more.values(), default=0) > MOST:
            text = f"a message brings at most {MOST} letters to one device"
            raise Refused(Code.MESSAGE_TOO_LONG, text)
        if any(self._waiting[key] + count > MOST for key, count in more.items()):
            text = f"at most {MOST} letters of yours wait for one device; it has to get them first"
            raise Refused(Code.TOO_MANY_MESSAGES, text, PAUSE)
        self._waiting.update(more)
