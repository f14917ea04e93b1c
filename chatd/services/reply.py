"""What a service answered, made into rows that every protocol can carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatd.domain.results import FieldRow
from chatd.services.fields import KINDS, size

#: Bytes of all rows together: what surely fits one message beside the rest of it.
MAX_REPLY = 60_000

_ROW = 5

Row = Mapping[str, str | int | bool]


class ReplyTooLongError(ValueError):
    """More than :data:`MAX_REPLY`."""


def rows(shape: type, fields: tuple[FieldRow, ...], answer: Any) -> tuple[Row, ...]:
    """One reply, or a list of them, as rows.

    :raises TypeError: it is something else, or a field holds something else than was declared.
    :raises ValueError: a value cannot be carried.
    :raises ReplyTooLongError: all of it together does not fit one message.
    """
    found: list[Row] = []
    room = MAX_REPLY
    for reply in answer if isinstance(answer, list | tuple) else [answer]:
        if not isinstance(reply, shape):
            raise TypeError(f"the answer is a {type(reply).__name__}, not a {shape.__name__}")
        row = {field.name: _value(field, getattr(reply, field.name)) for field in fields}
        room -= _ROW + sum(size(name) + size(value) for name, value in row.items())
        if room < 0:
            raise ReplyTooLongError
        found.append(row)
    return tuple(found)


def _value(field: FieldRow, value: Any) -> Any:
    if KINDS.get(type(value)) != field.kind:
        raise TypeError(f"{field.name} is a {type(value).__name__}, not a {field.kind}")
    return value
