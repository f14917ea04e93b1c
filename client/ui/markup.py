"""The words of a message as urwid markup: links to click on, the words that name the user."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator

import urwid
from urwid.util import LayeredAttr

from ..model.mentions import Mentions

#: Text and the name of its colour, in order.
Markup = list[tuple[Hashable, str]]

_LINK = re.compile(r"https?://[^\s<>\"'‹›]+")
#: Signs that end a sentence rather than an address.
_TRAILING = tuple(".,;:!?)]}")


def spoken(text: str, tone: str, mentions: Mentions, *, links: bool) -> Markup:
    """Markup of what somebody said.

    :param text: already made safe to draw.
    :param tone: the colour of what is nothing special.
    :param links: whether addresses become links of the terminal (OSC 8).
    """
    markup: Markup = []
    end = 0
    for start, stop in _link_spans(text):
        markup += _named(text[end:start], tone, mentions)
        markup.append((_link(text[start:stop]) if links else "link", text[start:stop]))
        end = stop
    return markup + _named(text[end:], tone, mentions)


def _named(text: str, tone: str, mentions: Mentions) -> Markup:
    markup: Markup = []
    end = 0
    for start, stop in mentions.spans(text):
        markup += [(tone, text[end:start]), ("mention", text[start:stop])]
        end = stop
    markup.append((tone, text[end:]))
    return [(one, words) for one, words in markup if words]


def _link_spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _LINK.finditer(text):
        address = _without_ending(match.group())
        if len(address) > len("https://"):
            yield match.start(), match.start() + len(address)


def _without_ending(address: str) -> str:
    while address.endswith(_TRAILING):
        # A closing bracket belongs to the address where it was opened in it.
        if address.endswith(")") and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _link(address: str) -> Hashable:
    try:
        link = urwid.AttrSpec(urwid.INHERIT, urwid.INHERIT, hyperlink=address)
    except ValueError:  # longer than terminals take, or not ASCII: drawn, but not clickable
        return "link"
    return LayeredAttr(link, "link")
