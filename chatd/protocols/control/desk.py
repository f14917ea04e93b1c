"""Where the admin's questions are answered, whether they come through the socket or from a chatctl
that has the data directory to itself.

A question is one JSON object, ``{"ask": NAME, …arguments}``. One row of the table says which order
a name stands for and how its result is told; the order's own fields are the arguments, checked by
their types. What the daemon itself can tell (``link``, say) is handed in by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from chatd.domain import administration as orders
from chatd.errors import Refused, StoreFailed
from chatd.interfaces import IHub
from chatd.protocols.control import rows
from chatd.protocols.control.rows import Json

#: What answers a question without arguments, at once or later.
Answer = Callable[[], Json | Awaitable[Json]]


class NotAQuestion(ValueError):
    """Not something that can be asked; the text says what can."""


class Row(NamedTuple):
    """Which order a question stands for, and how its result is told."""

    order: type[Any]
    tell: Callable[[Any], Json]


TABLE: Mapping[str, Row] = {
    "enrol": Row(orders.Enrol, rows.enrolled),
    "list": Row(orders.ListAccounts, rows.accounts),
    "show": Row(orders.ShowAccount, rows.details),
    "level": Row(orders.SetLevel, rows.account),
    "role": Row(orders.SetRole, rows.account),
    "disable": Row(orders.Disable, rows.account),
    "enable": Row(orders.Enable, rows.account),
    "remove": Row(orders.Remove, rows.account),
    "passwd": Row(orders.SetAccountPassword, rows.account),
    "import": Row(orders.ImportCredential, rows.account),
    "revoke": Row(orders.RevokeByAdmin, rows.device),
    "unlock": Row(orders.Unlock, rows.unlocked),
    "rooms": Row(orders.ListRoomsByAdmin, rows.rooms),
    "status": Row(orders.ShowStatus, rows.status),
}

_QUESTION = msgspec.json.Decoder(dict[str, Any])


class Desk:
    """Answers one admin.

    :param hub: does the orders.
    :param answers: what else can be asked, by name.
    """

    def __init__(self, hub: IHub, answers: Mapping[str, Answer]) -> None:
        self._hub = hub
        self._answers = answers

    async def answer(self, line: bytes) -> Json:
        """Answer a question.

        :raises NotAQuestion: it is none, or its arguments do not fit.
        :raises Refused: it cannot be done; ``ConfigError`` likewise.
        """
        try:
            return await self._answer(line)
        except StoreFailed as error:  # whoever asks is the admin that others are sent to
            text = error.cause and f"nothing was changed: {error.cause}"
            raise Refused(error.code, text, error.wait) from None

    async def _answer(self, line: bytes) -> Json:
        name, arguments = self._read(line)
        if name in self._answers:
            answer = self._answers[name]()
            return await answer if isinstance(answer, Awaitable) else answer
        order, tell = TABLE[name]
        try:
            ordered = msgspec.convert(arguments, order)
        except msgspec.ValidationError as error:
            raise NotAQuestion(f"{name}: {error}") from None
        return tell(await self._hub.administer(ordered))

    def _read(self, line: bytes) -> tuple[str, dict[str, Any]]:
        try:
            arguments = _QUESTION.decode(line)
            name = arguments.pop("ask")
            if name in self._answers or name in TABLE:
                return name, arguments
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
            pass
        known = ", ".join(sorted([*self._answers, *TABLE]))
        raise NotAQuestion(f"not a request this daemon knows; it knows: {known}")
