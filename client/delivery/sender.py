"""Sends what the user says: in order, at the server's pace, each message's fate on its line.

What lasts is in the outbox on the disk before it is sent, under a place of its own there (epoch and
sequence), and is sent again under the same place until the server says what became of it: so it is
neither lost nor doubled, whenever this program, the connection or the server ends. What does not
last is sent once, as nobody could tell it from a second one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.domain.commands import Relation, Style
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from ..history.ledger import Ledger
from ..model.conversation import Conversation, Kind
from ..model.outbox import Outbox, Outgoing
from ..model.uplink import Online
from .line import Line
from .lines import expired, failed, request, restored, row_of, style_of, unsent
from .patience import Patience, ends_by_itself, pace

log = Logger()

_WITHHELD = "some did not get what you told everyone: they have blocked you"
_UNKNOWN_FATE = "may not have arrived: the connection was lost"
_OLD_OUTBOX = "may not have arrived: the server knows more of this device's outbox than this file"

#: Seconds until the next attempt, at least; seconds from which on a line says what it waits for.
_SHORTEST = 0.1
_FELT = 1.5
#: Places in the outbox that a message is tried under, at most.
_MOST_PLACES = 300


class Sender:
    """Feeds the outbox to the connection.

    :param reactor: for ``seconds`` and ``callLater``.
    :ivar is_open: what lasts may be sent: the server has told what it knows of this outbox.
    :ivar on_own: told the conversation and the number of a message that the server has stored.
    :ivar on_settled: told where a message that lasts stands that waits no more, and the id of that
        conversation.
    :ivar on_old: called where the server has to be asked anew what it knows of this outbox.
    """

    def __init__(self, reactor: Any, line: Line) -> None:
        self.is_open = False
        self.on_own: Callable[[bytes, int], None] = lambda stream, number: None
        self.on_old: Callable[[], None] = lambda: None
        self.on_settled: Callable[[Conversation, bytes], None] = lambda place, stream: None
        self._reactor = reactor
        self._line = line
        self._outbox = Outbox()
        self._ledger: Ledger | None = None
        self._alarm: Any = None
        #: With conversations in which something was refused for now.
        self._patience: dict[Conversation | None, Patience] = {}
        #: People with whom nothing lasts.
        self._guests: set[Conversation] = set()
        #: That the message in flight was tried under, but for the first one.
        self._places = 0

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        return len(self._outbox)

    def count(self, *, kept: bool) -> int:
        """How many that are not under way the next run sends, should this one end now; or how many
        nobody does."""
        keeps = self._ledger.keeps if self._ledger is not None else lambda unsent: False
        return sum(keeps(one.unsent) is kept for one in self._outbox)

    def set_rate(self, count: int, seconds: float) -> None:
        """The server announced its limit."""
        self._outbox.set_rate(count, seconds)

    # ------------------------------------------------------------ for the user

    def say(
        self,
        target: Conversation | None,
        text: str,
        style: Style = Style.SAID,
        relation: Relation = Relation.NONE,
        ref: int | None = None,
    ) -> None:
        """Say something to a room or a person; to everyone where ``target`` is None.

        :param ref: the number of the message that ``relation`` is to.
        """
        outgoing = self._line.model.echo(target, text, style, self._line.now(), relation, ref)
        self._line_up(outgoing)
        self.pump()

    def retry(self, conversation: Conversation, serial: int | None = None) -> int:
        """Send again what failed in a conversation, after all that waits there.

        :param serial: of the one message that is meant, which may also have been sent, and somebody
            never got it: then it is said anew; None for all that failed.
        :return: how many messages that were.
        """
        lost = None if serial is None else expired(conversation, serial)
        if lost is not None:
            self.say(conversation, lost.text, style_of(lost), lost.relation, lost.ref)
            return 1
        again = failed(conversation, serial)
        for outgoing in again:
            self._line.model.waiting(outgoing)
            self._line_up(outgoing)
        self.pump()
        return len(again)

    def give_up(self, conversation: Conversation, serial: int | None = None) -> int:
        """Forget what failed in a conversation.

        :param serial: of the one message that is meant, which may still wait; None for all.
        :return: how many messages that were.
        """
        dropped = self._outbox.drop(lambda one: one.stands_at(conversation, serial))
        dropped += failed(conversation, serial)
        for outgoing in dropped:
            self._forget(outgoing)
            self._line.model.dropped(outgoing)
        self._line.changed()
        return len(dropped)

    def drop(self, conversation: Conversation) -> None:
        """A conversation was closed: what waits for it is given up."""
        for outgoing in self._outbox.drop(lambda one: one.target is conversation):
            self._fail(outgoing, "not sent: the conversation was closed")

    def _line_up(self, outgoing: Outgoing) -> None:
        """At the end of its conversation; what lasts, in the outbox on the disk too."""
        target = outgoing.target
        outgoing.entry = replace(outgoing.entry, row=row_of(outgoing))
        if self._ledger is not None and target is not None:
            known = target.stream or target.kind is Kind.ROOM or target in self._guests
            outgoing.stream = target.stream if known else None
            if outgoing.stream != b"":
                outgoing.unsent = self._ledger.add(unsent(outgoing, target))
        self._outbox.add(outgoing)

    def _forget(self, outgoing: Outgoing) -> None:
        """It is not in the outbox on the disk any more."""
        if self._ledger is not None and outgoing.unsent:
            self._ledger.remove(outgoing.unsent)
            outgoing.unsent = 0

    def _fail(self, outgoing: Outgoing, reason: str) -> None:
        self._forget(outgoing)
        self._line.model.failed(outgoing, reason)

    def close(self) -> None:
        """What lasts waits from now on until the server has told what it knows of this outbox."""
        for outgoing in self._outbox:
            self._show(outgoing, "")
        self.is_open = False
        self._guests.clear()

    # ------------------------------------------------------------ the outbox on the disk

    def keep(self, ledger: Ledger) -> None:
        """From now on what lasts is kept until it is sent; what is there from before goes on."""
        self._ledger = ledger
        for one in ledger.unsent:
            outgoing = restored(self._line.model, one)
            ledger.set_unsent(one.id, entry=row_of(outgoing))
            self._outbox.add(outgoing)

    def meet(self, epoch: int) -> None:
        """The server knows this epoch of the outbox, and no higher one. Where this side does not
        know it, what was on its way may have been taken, and nobody can say."""
        ledger = self._ledger
        if ledger is None or ledger.epoch >= max(epoch, 1):
            return
        if ledger.epoch:
            for outgoing in self._outbox.drop(lambda one: one.doubtful):
                self._fail(outgoing, _OLD_OUTBOX)
        ledger.begin_epoch(epoch + 1)

    # ------------------------------------------------------------ sending

    def pump(self) -> None:
        """Send what may be sent now; the rest waits for an answer, its time, the disk, or a
        connection."""
        self.stop()
        if not isinstance(self._line.model.state, Online):
            return
        taken = self._outbox.take(self._reactor.seconds(), self._may_go)
        if isinstance(taken, Outgoing):
            sending = Deferred.fromCoroutine(self._send(taken))
            sending.addErrback(lambda failure: log.failure("sending", failure))
        elif taken is not None:
            self._alarm = self._reactor.callLater(taken.seconds, self.pump)
            for outgoing in taken.paced if taken.seconds >= _FELT else ():
                self._show(outgoing, pace(self._line.model.limits))

    def stop(self) -> None:
        """No more timers."""
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._alarm = None

    def _show(self, outgoing: Outgoing, reason: str) -> None:
        """Have its line say what it waits for, "" for nothing special."""
        if outgoing.reason != reason:
            outgoing.reason = reason
            self._line.model.waiting(outgoing, reason)
            self._line.changed()

    def _may_go(self, outgoing: Outgoing) -> bool:
        if self._ledger is None or not outgoing.unsent:
            return True
        return self.is_open and self._ledger.is_safe(outgoing.unsent)

    async def _send(self, outgoing: Outgoing) -> None:
        epoch = sequence = 0
        try:
            if outgoing.stream is None:
                await self._address(outgoing)
            if outgoing.stream and self._ledger is not None:
                epoch = self._ledger.epoch
                sequence = self._ledger.sequence(outgoing.stream) + 1
            asked = self._line.request(request(outgoing, epoch, sequence))
            accepted: messages.Accepted = await asked
        except ChatError as error:
            self._refused(outgoing, error, sequence)
        except Exception:
            self._fail(outgoing, "not sent: something went wrong here")
            self._go_on(outgoing)
            raise
        else:
            self._accepted(outgoing, accepted, sequence)

    async def _address(self, outgoing: Outgoing) -> None:
        """Find out which conversation one has with a person: one may not have talked with them."""
        target = outgoing.target
        assert target is not None and self._ledger is not None
        if not target.stream and target not in self._guests:
            make = partial(messages.OpenPair, nick=target.name)
            opened: messages.PairOpened = await self._line.request(make)
            target.stream = opened.conversation
        outgoing.stream = target.stream
        if target.stream:
            self._ledger.set_unsent(outgoing.unsent, stream=target.stream)
        else:
            self._guests.add(target)
            self._forget(outgoing)

    def _accepted(self, outgoing: Outgoing, accepted: messages.Accepted, sequence: int) -> None:
        if sequence and self._ledger is not None and outgoing.stream:
            self._ledger.used(outgoing.stream, sequence)
        target = outgoing.target
        if accepted.conversation:
            if target is not None and target.kind is Kind.PERSON:
                target.stream = accepted.conversation
            self.on_own(accepted.conversation, accepted.id)
        self._forget(outgoing)
        self._line.model.accepted(
            outgoing, accepted.id, accepted.time, accepted.alone, bool(accepted.conversation)
        )
        if accepted.withheld:
            self._line.model.note(_WITHHELD, self._line.now())
        self._go_on(outgoing)

    def _go_on(self, outgoing: Outgoing) -> None:
        self._outbox.finish()
        self._patience.pop(outgoing.target, None)
        self._places = 0
        if outgoing.target is not None and outgoing.stream:
            self.on_settled(outgoing.target, outgoing.stream)
        self._line.changed()
        self.pump()

    # ------------------------------------------------------------ refusals

    def _refused(self, outgoing: Outgoing, error: ChatError, sequence: int) -> None:
        if not isinstance(error, Refused):
            self._interrupted(outgoing, sequence)
        elif ends_by_itself(error):
            self._hold(outgoing, error)
        elif not (sequence and self._find_place(outgoing, error.code, sequence)):
            self._fail(outgoing, f"not sent: {error.text}")
            self._go_on(outgoing)

    def _interrupted(self, outgoing: Outgoing, sequence: int) -> None:
        """The connection was lost before the answer; another one goes on."""
        outgoing.doubtful = outgoing.doubtful or sequence > 0
        if outgoing.unsent:
            self._show(outgoing, "")
            self._outbox.back()
        else:
            self._outbox.finish()
            self._fail(outgoing, _UNKNOWN_FATE)
        self._line.changed()

    def _hold(self, outgoing: Outgoing, error: Refused) -> None:
        """It is refused for now; those after it wait with it."""
        patience = self._patience.setdefault(outgoing.target, Patience())
        pause = max(patience.pause(error), _SHORTEST)
        self._outbox.hold(self._reactor.seconds(), pause)
        if error.code != Code.TOO_MANY_MESSAGES:
            self._show(outgoing, f"{error.text}; trying again")
        elif pause >= _FELT:
            self._show(outgoing, pace(self._line.model.limits))
        self.pump()

    def _find_place(self, outgoing: Outgoing, code: Code, sequence: int) -> bool:
        """The place in the outbox that a message was sent under is not its own, or no longer.

        :return: whether that is so, and what is to be done about it is done.
        """
        ledger, stream = self._ledger, outgoing.stream
        if ledger is None or not stream:
            return False
        if code == Code.REPEATED and outgoing.doubtful:
            ledger.used(stream, sequence)
            self._forget(outgoing)
            self._line.model.accepted(outgoing, None, outgoing.entry.time)
            self._go_on(outgoing)
            return True
        self._places += 1
        if self._places > _MOST_PLACES:
            return False
        match code:
            case Code.CONFLICT:  # of a message that was given up
                ledger.used(stream, sequence)
            case Code.EPOCH_OLD:
                self.close()
                self.on_old()
            case Code.OUT_OF_ORDER | Code.REPEATED:
                ledger.begin_epoch(ledger.epoch + 1)
            case _:
                return False
        self._outbox.back()
        self.pump()
        return True
