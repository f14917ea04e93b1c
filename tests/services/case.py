"""A hub with services made for a test, and people who call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from chatd.domain.account import Account, Role
from chatd.domain.commands import CallService
from chatd.domain.results import ServiceReply, ServiceRow
from chatd.errors import ChatError, Code
from chatd.interfaces import IAsker, IService
from chatd.services.fields import fields_of
from chatd.services.service import Run, Service
from chatd.services.services import Services
from chatd.services.surroundings import ServiceSurroundings
from tests.hub.people import HubCase, Person


@dataclass
class Word:
    """Request and reply of one text."""

    text: str = field(default="hello", metadata={"meaning": "what to say"})


@implementer(IService)
class Answering:
    """A service with an answer of the test's."""

    blocking = False
    level = 0
    request: type = Word
    reply: type = Word

    def __init__(self, answer: Callable[[IAsker, Any], Any]) -> None:
        self.answer = answer


def account(handle: str, level: int = 1, role: Role = Role.MEMBER, **more: Any) -> Account:
    """Somebody whom the server knows."""
    return Account(handle.encode().ljust(16), handle, "", level, role, False, 0, **more)


class ServicesCase(HubCase):
    """A hub without services, to begin with."""

    def around(self) -> ServiceSurroundings:
        """What services are handed."""
        return ServiceSurroundings(self.server.clock, self.hub.now, "chat")

    def install(
        self,
        answer: Callable[[IAsker, Any], Any],
        run: Run | None = None,
        level: int = 0,
        shape: type = Word,
    ) -> Service:
        """The service ``echo``, alone."""
        row = ServiceRow("echo", "for tests", level, fields_of(shape))
        answering = Answering(answer)
        answering.request = answering.reply = shape
        service = Service(row, fields_of(shape), answering, self.server.clock, run)
        self.server.state.services = Services([service])
        return service

    def call(self, person: Person, service: str = "echo", **request: Any) -> Deferred[Any]:
        """Ask a service something."""
        return person.later(CallService(service, request))

    def answered(self, person: Person, service: str = "echo", **request: Any) -> list[Any]:
        """Its answer, which is there at once."""
        reply = self.successResultOf(self.call(person, service, **request))
        assert isinstance(reply, ServiceReply)
        return list(reply.rows)

    def told(self, call: Deferred[Any], code: Code) -> str:
        """The words of a refusal."""
        error: ChatError = self.failureResultOf(call, ChatError).value
        self.assertEqual(error.code, code, error)
        return error.text
