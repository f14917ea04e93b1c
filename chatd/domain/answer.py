"""How much goes into one answer, so that a page fits into a message of the wire whatever it holds.

Rows are counted by the bytes that they really have: names and texts may be older than the limits
that are in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chatd.domain.message import Page, StoredMessage

#: How much of a conversation is fetched from the store at once: messages, and bytes of their
#: bodies. One message alone may be longer.
FETCH_COUNT = 256
FETCH_SIZE = 48 * 1024

#: Bytes of the rows of one answer; 65 517 are those of a message, with what stands around them.
ANSWER_SIZE = 65_000

#: Bytes that a row has at most besides its names, texts and bodies.
ROW_SIZE = 100

#: Bytes of a leap in a row: two numbers, and that they are two.
LEAP_SIZE = 19


def fitting(sizes: Iterable[int]) -> int:
    """How many rows go into one answer, one at least.

    :param sizes: the bytes of each one's names, texts and bodies, in order.
    """
    count, left = 0, ANSWER_SIZE
    for size in sizes:
        left -= ROW_SIZE + size
        if left < 0 and count:
            break
        count += 1
    return max(count, 1)


def cut(page: Page, nick: str) -> Page:
    """The beginning of a page that goes into one answer.

    :param nick: of who asks; in a pair it is told with what the other one said.
    """
    around = max(len(page.name.encode()), len(nick.encode()))
    count = fitting(
        around + len(item.sender.encode()) + len(item.body) + len(item.part)
        if isinstance(item, StoredMessage)
        else 0
        for item in page.items
    )
    if count >= len(page.items):
        return page
    last = page.items[count - 1]
    upto = last.number if isinstance(last, StoredMessage) else last.last
    return replace(page, items=page.items[:count], upto=upto, more=True)
