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


def split(line: str) -> list[str]:
    """The words of a line, those in quotation marks together.

    :raises WordsError: a mark is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError:
        raise WordsError("a quotation mark is not closed") from None


def read_request(service: messages.ServiceRow, words: Sequence[str]) -> dict[str, Value]:
    """The request in words of the form ``field=value``. A single word without a field is the value
    of the service's first one.

    :raises WordsError: a field is unknown, wrong or missing.
    """
    if len(words) == 1 and "=" not in words[0] and service.fields:
        words = [f"{service.fields[0].name}={words[0]}"]
    request = dict(_pair(service, word) for word in words)
    missing = [one.name for one in service.fields if one.required and one.name not in request]
    if missing:
        raise WordsError(f"{', '.join(missing)} is missing: {usage(service)}")
    return request


def usage(service: messages.ServiceRow) -> str:
    """How the service is called: ``whois nick=TEXT``."""
    return " ".join([service.name, *_fields(service.fields)])


def _fields(fields: Sequence[messages.FieldRow]) -> list[str]:
    shown = [(one, f"{one.name}={_SHOWN.get(one.kind, 'TEXT')}") for one in fields]
    return [text if one.required else f"[{text}]" for one, text in shown]


def _pair(service: messages.ServiceRow, word: str) -> tuple[str, Value]:
    name, equals, text = word.partition("=")
    field = next((one for one in service.fields if one.name == name), None)
    if field is None or not equals:
        raise WordsError(f"{service.name} takes no {word}: {usage(service)}")
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
