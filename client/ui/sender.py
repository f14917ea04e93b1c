"""Sends what the user says: in order, at the server's pace, each message's fate on its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.commands import Relation, Style
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from ..model.conversation import Conversation, Kind
from ..model.entry import Delivery
from ..model.model import Model
from ..model.outbox import Outbox, Outgoing, Place
from ..model.uplink import Online

log = Logger()

_WITHHELD = "some did not get what you told everyone: they have blocked you"
_UNKNOWN_FATE = "may not have arrived: the connection was lost"


class Line(Protocol):
    """What the sender needs: a way to ask, and the time."""

    model: Model

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """See :class:`client.model.uplink.Uplink`."""

    def now(self) -> int:
        """Milliseconds since the epoch."""

    def changed(self) -> None:
        """Something to draw."""


class Sender:
    """Feeds the outbox to the connection.

    :param reactor: for ``seconds`` and ``callLater``.
    """

    def __init__(self, reactor: Any, line: Line) -> None:
        self._reactor = reactor
        self._line = line
        self._outbox = Outbox()
        self._alarm: Any = None

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        return len(self._outbox)

    def set_rate(self, count: int, seconds: float) -> None:
        """The server announced its limit."""
        self._outbox.set_rate(count, seconds)

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
        now = self._line.now()
        self._outbox.add(self._line.model.echo(target, text, style, now, relation, ref))
        self.pump()

    def give_up(self, conversation: Conversation, serial: int | None = None) -> int:
        """Take what failed in a conversation off the screen; one line of it, where it is named.

        :return: how many messages that were.
        """
        raise NotImplementedError

    def retry(self, conversation: Conversation, serial: int | None = None) -> int:
        """Send again what failed in a conversation; one line of it, where it is named.

        :return: how many messages that were.
        """
        model, timeline = self._line.model, conversation.timeline
        failed = [s for s, e in timeline.backwards() if e.delivery is Delivery.FAILED]
        failed = [one for one in failed if serial in (None, one)]
        for serial in reversed(failed):
            entry = timeline[serial]
            style = Style.ACTION if entry.kind is entry.kind.ACTION else Style.SAID
            target = None if entry.kind is entry.kind.BROADCAST else conversation
            outgoing = Outgoing(target, entry.text, style, (Place(conversation, serial),), entry)
            model.waiting(outgoing)
            self._outbox.add(outgoing)
        self.pump()
        return len(failed)

    def drop(self, conversation: Conversation) -> None:
        """A conversation was closed: what waits for it is given up."""
        self._outbox.drop(conversation)

    def pump(self) -> None:
        """Send what may be sent now; the rest waits for an answer, its time, or a connection."""
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._alarm = None
        if not isinstance(self._line.model.state, Online):
            return
        taken = self._outbox.take(self._reactor.seconds())
        if isinstance(taken, Outgoing):
            asked = self._line.request(_request(taken))
            asked.addCallbacks(self._accepted, self._failed, (taken,), {}, (taken,), {})
            asked.addErrback(lambda failure: log.failure("sending", failure))
        elif taken is not None:
            self._alarm = self._reactor.callLater(taken, self.pump)

    def stop(self) -> None:
        """No more timers."""
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def _accepted(self, accepted: messages.Accepted, outgoing: Outgoing) -> None:
        self._line.model.accepted(outgoing, accepted.id, accepted.time)
        if accepted.withheld:
            self._line.model.note(_WITHHELD, self._line.now())
        self._go_on()

    def _failed(self, failure: Failure, outgoing: Outgoing) -> None:
        error = failure.value
        if not isinstance(error, ChatError):
            self._line.model.failed(outgoing, "not sent: something went wrong here")
            self._go_on()
            failure.raiseException()
        if isinstance(error, Refused) and error.code == Code.TOO_MANY_MESSAGES:
            self._outbox.hold(self._reactor.seconds(), max(error.wait, 0.1))
            self.pump()
            return
        unknown = error.code == Code.CONNECTION_LOST
        reason = _UNKNOWN_FATE if unknown else f"not sent: {error.text}"
        self._line.model.failed(outgoing, reason)
        self._go_on()

    def _go_on(self) -> None:
        self._outbox.finish()
        self._line.changed()
        self.pump()


def _request(outgoing: Outgoing) -> Callable[[int], messages.Request]:
    target, text, style = outgoing.target, outgoing.text, int(outgoing.style)
    about = {"relation": int(outgoing.entry.relation), "ref": outgoing.entry.ref or 0}
    if target is None:
        return lambda number: messages.Broadcast(number, text)
    name = target.name
    if target.kind is Kind.ROOM:
        return lambda number: messages.Say(number, name, text, style, **about)
    return lambda number: messages.Direct(number, name, text, style, **about)
