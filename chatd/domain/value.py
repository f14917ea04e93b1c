"""Values that nobody changes, cheap to make.

The type checker holds everyone to it, not the running program: making a frozen dataclass costs
five times as much, and there are three of these in every message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A dataclass with slots, compared and hashed by its fields, that must not be changed."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
