"""Reactions as they are shown: ``👍 2 [🎉]``, one's own in brackets, so that it takes no colour."""

from __future__ import annotations

from ..model.entry import Entry
from ..model.relations import reaction_of
from ..model.visible import visible_line
from . import fit

#: Different ones that are shown; columns for each, since others may send any text.
_MOST = 8
_COLUMNS = 12


def shown(entry: Entry, nick: str) -> tuple[tuple[str, bool], ...]:
    """Each with whether one's own is among them, the commonest first.

    :param nick: one's own.
    """
    own = reaction_of(entry, nick)
    # sorted keeps the order in which they came among equals
    common = sorted(entry.reactions, key=lambda one: -len(one[1]))
    parts = [(_shown(emoji, len(nicks), own), emoji == own) for emoji, nicks in common[:_MOST]]
    more = len(common) - _MOST
    return (*parts, (f"+{more}", False)) if more > 0 else tuple(parts)


def _shown(emoji: str, count: int, own: str) -> str:
    text = fit.cut(visible_line(emoji), _COLUMNS)
    text = f"{text} {count}" if count > 1 else text
    return f"[{text}]" if emoji == own else text


def named(entry: Entry) -> str:
    """``👍 alice, bob``: who put what."""
    return "; ".join(
        f"{fit.cut(visible_line(emoji), _COLUMNS)} {', '.join(map(visible_line, nicks))}"
        for emoji, nicks in entry.reactions
    )
