"""All services of a daemon, by name, for those whose level is high enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twisted.internet.defer import Deferred
from zope.interface import implementer

from chatd.domain.results import ServiceRow
from chatd.errors import Code, Refused
from chatd.interfaces import IServices, ISession
from chatd.services.asker import Ask, Asker
from chatd.services.service import Rows, Service

_SHOWN = 32


@implementer(IServices)
class Services:
    """See :class:`chatd.interfaces.IServices`.

    :param services: with names of their own.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = {service.row.name: service for service in services}

    def rows(self, level: int) -> tuple[ServiceRow, ...]:
        """Those that somebody of this level may use, by name."""
        found = (service.row for _, service in sorted(self._services.items()))
        return tuple(row for row in found if row.level <= level)

    def call(
        self, session: ISession, name: str, request: Mapping[str, str | int | bool], ask: Ask
    ) -> Deferred[Rows]:
        """Let a service answer."""
        return Deferred.fromCoroutine(self._call(session, name, request, ask))

    async def _call(
        self, session: ISession, name: str, request: Mapping[str, str | int | bool], ask: Ask
    ) -> Rows:
        service = self._services.get(name.lower())
        if service is None:
            raise Refused(Code.NO_SUCH_SERVICE, f"there is no service called {name[:_SHOWN]!r}")
        asker = Asker(session, None if service.blocking else ask)
        row = service.row
        if asker.level < row.level:
            text = f"the service {row.name} needs level {row.level}; yours is {asker.level}"
            raise Refused(Code.LEVEL_TOO_LOW, text)
        return await service.call(asker, request)
