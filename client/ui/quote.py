"""The first words of a message, for the line above what answers it, and for words about it."""

from __future__ import annotations

from ..model.conversation import Conversation
from ..model.entry import Entry, EntryKind
from ..model.visible import visible_line
from . import fit

_DELETED = "message deleted"
_GIVEN_UP = "not sent, and given up"
_NOT_HERE = "a message that is not here"
_COLUMNS = 30
#: Characters of a quote: more than fit into any line.
_LONGEST = 500


def said(entry: Entry, most: int | None = None) -> str:
    """What stands in a line, on one row and safe to draw.

    :param most: characters of the text that are looked at; all, where it is None.
    """
    return gone(entry) if entry.deleted else visible_line(entry.text[:most])


def gone(entry: Entry) -> str:
    """What stands in the place of a message that is deleted."""
    return _GIVEN_UP if entry.own and entry.id is None else _DELETED


def quote(conversation: Conversation, ref: int) -> str:
    """``bob: first words``, of the message of this number; more than fit into a line."""
    entry = conversation.find(ref)
    if entry is None or not entry.sender:
        return _NOT_HERE
    name, words = visible_line(entry.sender), said(entry, _LONGEST)
    if entry.kind is EntryKind.ACTION and not entry.deleted:
        return f"* {name} {words}"
    return f"{name}: {words}"


def short(entry: Entry) -> str:
    """Its first words in quotation marks."""
    return f"“{fit.cut(said(entry, _LONGEST), _COLUMNS)}”"
