"""One service that was found fit at start: it answers in time, or is said not to have.

Promises: whatever it does, short of never letting go of the reactor's thread, its caller gets
a reply or a refusal within :data:`TIMEOUT`, and nobody else notices. What it raises is logged; it
is told nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.results import FieldRow, ServiceRow
from chatd.errors import Code, Refused
from chatd.interfaces import IService
from chatd.services.asker import Asker
from chatd.services.reply import ReplyTooLongError, Row, rows
from chatd.services.request import check

#: Seconds.
TIMEOUT = 5.0

#: Calls of one service at a time; one that never ends keeps its place.
MAX_UNFINISHED = 64

#: Characters of a refusal in a service's own words.
MAX_REFUSAL = 1000

Rows = tuple[Row, ...]

#: Does blocking work on a thread.
Run = Callable[[Callable[[], Rows]], Deferred[Rows]]


class Service:
    """A service and what is known of it.

    :param row: how it is listed.
    :param replies: the fields of its reply.
    :param run: for what blocks; None where it does not.
    """

    _log = Logger()

    def __init__(
        self,
        row: ServiceRow,
        replies: tuple[FieldRow, ...],
        service: IService,
        clock: Any,
        run: Run | None,
    ) -> None:
        self.row = row
        self._replies = replies
        self._service = service
        self._clock = clock
        self._run = run
        self._unfinished = 0

    @property
    def blocking(self) -> bool:
        """Whether it answers on a thread."""
        return self._run is not None

    async def call(self, asker: Asker, values: Mapping[str, Any]) -> Rows:
        """Its answer to a request.

        :raises Refused: see :meth:`chatd.interfaces.IServices.call`.
        """
        check(self.row.fields, values)
        name = self.row.name
        try:
            return await self._in_time(self._begin(asker, values))
        except Refused as error:
            # Its own words: no longer than a status can be, and Unicode.
            text = error.text[:MAX_REFUSAL].encode("utf-8", "replace").decode()
            raise Refused(error.code, text, max(0.0, error.wait)) from None
        except ReplyTooLongError:
            text = f"the answer of the service {name} is too long for one message"
            self._log.error("{text}", text=text)
            raise Refused(Code.SERVICE_FAILED, f"{text}; ask for less") from None
        except (Exception, SystemExit):
            self._log.failure("the service {name} failed", name=name)
            text = f"the service {name} failed; the server's log says why"
            raise Refused(Code.SERVICE_FAILED, text) from None
        finally:
            asker.end()

    def _begin(self, asker: Asker, values: Mapping[str, Any]) -> Deferred[Rows]:
        if self._run is not None:
            return self._run(lambda: self._rows(self._ask(asker, values)))
        if self._unfinished >= MAX_UNFINISHED:
            raise Refused(Code.BUSY, wait=1.0)
        return Deferred.fromCoroutine(self._answer(asker, values))

    async def _answer(self, asker: Asker, values: Mapping[str, Any]) -> Rows:
        self._unfinished += 1
        try:
            answer = self._ask(asker, values)
            return self._rows(await answer if isawaitable(answer) else answer)
        finally:
            self._unfinished -= 1

    def _ask(self, asker: Asker, values: Mapping[str, Any]) -> Any:
        return self._service.answer(asker, self._service.request(**values))

    def _rows(self, answer: Any) -> Rows:
        return rows(self._service.reply, self._replies, answer)

    def _in_time(self, work: Deferred[Rows]) -> Deferred[Rows]:
        """What comes first. What comes later is dropped: work that is cancelled need not end."""

        def late(_: object, seconds: float) -> Failure:
            text = f"the service {self.row.name} did not answer within {seconds:.0f} s"
            self._log.warn("{text}", text=text)
            work.cancel()
            return Failure(Refused(Code.SERVICE_TIMEOUT, text))

        first: Deferred[Rows] = Deferred()
        work.chainDeferred(first)
        return first.addTimeout(TIMEOUT, self._clock, late)
