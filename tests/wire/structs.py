"""Hypothesis strategies for messages, made from their own declarations: within every bound, and
one step beyond each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

_SHOWN = 60  # characters or items: long ones add nothing but time
_INT64 = 2**63 - 1


def _value(kind: Any) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.IntType():
            low = -(2**63) if kind.ge is None else kind.ge
            return st.integers(low, _INT64 if kind.le is None else kind.le)
        case inspect.FloatType():
            return st.floats(kind.ge, kind.le, allow_nan=False)
        case inspect.BoolType():
            return st.booleans()
        case inspect.StrType():
            return st.text(max_size=min(kind.max_length or _SHOWN, _SHOWN))
        case inspect.BytesType():
            longest = kind.max_length or _SHOWN
            return st.binary(min_size=kind.min_length or 0, max_size=min(longest, _SHOWN))
        case inspect.ListType():
            return st.lists(_value(kind.item_type), max_size=4)
        case inspect.DictType():
            return st.dictionaries(_value(kind.key_type), _value(kind.value_type), max_size=4)
        case inspect.TupleType():
            return st.tuples(*map(_value, kind.item_types))
        case inspect.StructType():
            return structs(kind.cls)
        case inspect.UnionType():
            return st.one_of(*map(_value, kind.types))
        case inspect.NoneType():
            return st.none()
        case inspect.RawType():
            return st.integers(0, 100).map(lambda n: msgspec.Raw(msgspec.msgpack.encode(n)))
    raise TypeError(kind)


def _fields(cls: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(cls)
    assert isinstance(described, inspect.StructType)
    return described.fields


def structs(cls: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Any value of ``cls`` that its declaration allows."""
    return st.builds(cls, **{field.name: _value(field.type) for field in _fields(cls)})


def least(cls: type[msgspec.Struct]) -> msgspec.Struct:
    """A small value of ``cls``."""
    return cls(**{field.name: _least(field.type) for field in _fields(cls)})


def _least(kind: Any) -> Any:
    match kind:
        case inspect.IntType() | inspect.FloatType():
            return kind.ge or 0
        case inspect.BoolType():
            return False
        case inspect.StrType():
            return ""
        case inspect.BytesType():
            return bytes(kind.min_length or 0)
        case inspect.ListType():
            return []
        case inspect.DictType():
            return {}
        case inspect.TupleType():
            return tuple(map(_least, kind.item_types))
        case inspect.UnionType(types=(first, *_)) if not kind.includes_none:
            return _least(first)
        case inspect.StructType():
            return least(kind.cls)
        case inspect.RawType():
            return msgspec.Raw(b"\xc0")
    return None


def excessive(cls: type[msgspec.Struct]) -> Iterator[tuple[str, msgspec.Struct]]:
    """Values of ``cls`` with one field one step beyond a bound of it, and which."""
    usual = least(cls)
    for field in _fields(cls):
        for value in _beyond(field.type):
            yield field.name, msgspec.structs.replace(usual, **{field.name: value})


def _beyond(kind: Any) -> Iterator[Any]:
    match kind:
        case inspect.IntType():
            if kind.ge is not None:
                yield kind.ge - 1
            if kind.le is not None:
                yield kind.le + 1
        case inspect.FloatType():
            if kind.ge is not None:
                yield kind.ge - 0.001
            if kind.le is not None:
                yield kind.le + 0.001
        case inspect.StrType():
            if kind.max_length is not None:
                yield "x" * (kind.max_length + 1)
        case inspect.BytesType():
            if kind.max_length is not None:
                yield bytes(kind.max_length + 1)
            if kind.min_length:
                yield bytes(kind.min_length - 1)
        case inspect.ListType():
            if kind.max_length is not None:
                yield [_least(kind.item_type)] * (kind.max_length + 1)
            yield from ([beyond] for beyond in _beyond(kind.item_type))
        case inspect.DictType():
            if kind.max_length is not None:
                value = _least(kind.value_type)
                keys = (str(number) for number in range(kind.max_length + 1))
                binary = isinstance(kind.key_type, inspect.BytesType)
                yield {key.encode() if binary else key: value for key in keys}
            yield from ({beyond: _least(kind.value_type)} for beyond in _beyond(kind.key_type))
            yield from ({_least(kind.key_type): beyond} for beyond in _beyond(kind.value_type))
        case inspect.TupleType():
            for index, item in enumerate(kind.item_types):
                usual = _least(kind)
                for beyond in _beyond(item):
                    yield (*usual[:index], beyond, *usual[index + 1 :])
        case inspect.UnionType():
            for one in kind.types:
                yield from _beyond(one)
        case inspect.StructType():
            yield from (value for _, value in excessive(kind.cls))
