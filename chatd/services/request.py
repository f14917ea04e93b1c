"""A request as it came, made into what the service takes, or refused by the name of its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatd.domain.results import FieldRow
from chatd.errors import Code, Refused
from chatd.services.fields import KINDS, size

#: Characters of a text.
MAX_TEXT = 4096

_TAKES = {
    "text": f"a text of at most {MAX_TEXT} characters",
    "number": "a whole number of at most 64 bits",
    "flag": "true or false",
}
_SHOWN = 32


def check(fields: tuple[FieldRow, ...], values: Mapping[str, Any]) -> None:
    """Hold a request against the fields that there are.

    :raises Refused: SERVICE_REQUEST_INVALID, naming the field and what it takes.
    """
    known = {field.name for field in fields}
    for name in values:
        if name not in known:
            there = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
            raise _invalid(f"the service has no field {name[:_SHOWN]!r}; {there}")
    for field in fields:
        if field.name in values:
            _check(field, values[field.name])
        elif field.required:
            raise _refusal(field, "is missing")


def _check(field: FieldRow, value: Any) -> None:
    kind = KINDS.get(type(value))
    if kind != field.kind:
        raise _refusal(field, f"is a {kind}" if kind else "is neither text, number nor flag")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise _refusal(field, "is too long")
    try:
        size(value)
    except ValueError:
        fault = "is no Unicode text" if isinstance(value, str) else "is too large"
        raise _refusal(field, fault) from None


def _refusal(field: FieldRow, fault: str) -> Refused:
    return _invalid(f"{field.name} {fault}; it takes {_TAKES[field.kind]}: {field.meaning}")


def _invalid(text: str) -> Refused:
    return Refused(Code.SERVICE_REQUEST_INVALID, text)
