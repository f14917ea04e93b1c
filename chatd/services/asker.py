"""Who asks a service, and the hub as they see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail
from zope.interface import implementer

from chatd.domain.account import LOWEST_LEVEL, Role
from chatd.domain.commands import Command
from chatd.errors import Code, Refused
from chatd.interfaces import IAsker, ISession

#: Does a question in somebody's name.
Ask = Callable[[Command], Deferred[Any]]


@implementer(IAsker)
class Asker:
    """Somebody, for the length of one call; see :class:`chatd.interfaces.IAsker`.

    :param ask: None where the hub is out of reach, on a thread.
    """

    def __init__(self, session: ISession, ask: Ask | None) -> None:
        account = session.account
        self.nick: str = session.nick
        self.account: bytes = account.id if account else b""
        self.level: int = account.level if account else LOWEST_LEVEL
        self.role: Role = account.role if account else Role.MEMBER
        self._ask = ask
        self._over = False

    def ask(self, question: Command) -> Deferred[Any]:
        """Ask the hub in the asker's name."""
        if self._ask is None:
            raise RuntimeError("a blocking service cannot ask the hub: it is on another thread")
        if self._over:
            return fail(Refused(Code.SERVICE_TIMEOUT))
        return self._ask(question)

    def end(self) -> None:
        """The call is over: nothing more is asked in this name."""
        self._over = True
