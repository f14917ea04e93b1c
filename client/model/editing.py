"""A message of one's own that is being changed in the input."""

from __future__ import annotations

from dataclasses import dataclass

from chatd.domain.commands import Style


@dataclass(frozen=True, slots=True)
class Editing:
    """
    :ivar id: the message's number.
    :ivar text: what it says so far.
    :ivar aside: what was in the input before.
    """

    id: int
    text: str
    style: Style
    aside: str
