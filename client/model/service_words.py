"""What is typed for a service (``nick=bob deep=yes``) as the request that it takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from chatd.wire import messages
from chatd.wire.messages import Value

#: What fits into 64 bits, whatever its digits are.
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_SHOWN = {"text": "TEXT", "number": "N", "flag": "yes|no"}


class WordsError(ValueError):
    """These words are no request of the service; the text says why, and what is."""


def read_request(service: messages.ServiceRow, words: str) -> dict[str, Value]:
    """The request in ``words``: ``field=value``, quoted where there are spaces in it. A single
    word without a field is the value of the service's first one.

    :raises WordsError: a field is unknown, wrong or missing.
    """
    try:
        parts = shlex.split(words)
    except ValueError:
        raise WordsError("a quotation mark is not closed") from None
    if len(parts) == 1 and "=" not in parts[0] and service.fields:
        parts = [f"{service.fields[0].name}={parts[0]}"]
    request = dict(_pair(service, part) for part in parts)
    missing = [one.name for one in service.fields if one.required and one.name not in request]
    if missing:
        raise WordsError(f"{', '.join(missing)} missing; type {usage(service)}")
    return request


def usage(service: messages.ServiceRow) -> str:
    """How the service is called."""
    return " ".join(["/service", service.name, *_fields(service.fields)])


def _fields(fields: Sequence[messages.FieldRow]) -> list[str]:
    shown = [(one, f"{one.name}={_SHOWN.get(one.kind, 'TEXT')}") for one in fields]
    return [text if one.required else f"[{text}]" for one, text in shown]


def _pair(service: messages.ServiceRow, part: str) -> tuple[str, Value]:
    name, equals, text = part.partition("=")
    field = next((one for one in service.fields if one.name == name), None)
    if field is None or not equals:
        raise WordsError(f"{service.name} takes no {part}; type {usage(service)}")
    return name, _value(field, text)


def _value(field: messages.FieldRow, text: str) -> Value:
    if field.kind == "flag":
        if text.lower() not in _FLAGS:
            raise WordsError(f"{field.name} is yes or no, not {text}")
        return _FLAGS[text.lower()]
    if field.kind == "number":
        if not _NUMBER.fullmatch(text):
            raise WordsError(f"{field.name} is a whole number, not {text}")
        return int(text)
    return text
