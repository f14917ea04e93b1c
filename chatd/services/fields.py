"""What a dataclass says of itself: the fields of a request or a reply, and what each may hold."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_type_hints

from chatd.domain.results import FieldRow
from chatd.errors import ConfigError

#: The types a field may have, and how people and the protocol call them.
KINDS: dict[type, str] = {str: "text", int: "number", bool: "flag"}

MAX_FIELDS = 16
MAX_MEANING = 200

#: The numbers that every protocol can carry: 64 bits with a sign.
NUMBERS = range(-(2**63), 2**63)


def fields_of(shape: object) -> tuple[FieldRow, ...]:
    """The fields of a dataclass, in order.

    :raises ConfigError: it is none, or a field is not as :class:`chatd.interfaces.IService` says.
    """
    if not (isinstance(shape, type) and is_dataclass(shape)):
        raise ConfigError(f"{shape!r} is not a dataclass")
    types, found = get_type_hints(shape), fields(shape)
    if len(found) > MAX_FIELDS:
        raise ConfigError(f"{shape.__name__} has more than {MAX_FIELDS} fields")
    return tuple(_row(shape.__name__, one, types[one.name]) for one in found)


def _row(shape: str, field: Field[Any], kind: type) -> FieldRow:
    where = f"{shape}.{field.name}"
    if kind not in KINDS:
        raise ConfigError(f"{where} is neither str nor int nor bool")
    if not field.init:
        raise ConfigError(f"{where} cannot be set")
    meaning = field.metadata.get("meaning")
    if not one_line(meaning, MAX_MEANING):
        raise ConfigError(f"{where} needs a meaning in its metadata: {told_line(MAX_MEANING)}")
    required = field.default is MISSING and field.default_factory is MISSING
    return FieldRow(field.name, KINDS[kind], required, str(meaning))


def one_line(text: object, longest: int) -> bool:
    """Whether it is a text that shows, of one line."""
    return isinstance(text, str) and text.isprintable() and 1 <= len(text) <= longest


def told_line(longest: int) -> str:
    """How that is said."""
    return f"one line of at most {longest} characters"


def size(value: str | int | bool) -> int:
    """The bytes that a value takes in MessagePack, at most.

    :raises ValueError: no protocol could carry it: a number of more than 64 bits, half a character.
    """
    if isinstance(value, str):
        return 5 + len(value.encode())
    if value not in NUMBERS:
        raise ValueError("a number has more than 64 bits")
    return 9
