"""Secrets from file descriptors: others can see the command line and the environment."""

from __future__ import annotations

import os

#: Bytes of a line, at most.
_LONGEST = 64 * 1024


class DescriptorError(Exception):
    """A descriptor gives no line; the text names its option."""


def read_line(option: str, number: int) -> str:
    """The next line, without its end. Not a byte more is taken: several secrets may come through
    one descriptor, a line each.

    :param option: for the error.
    :raises DescriptorError: it cannot be read, or what comes is no text.
    """
    line = bytearray()
    try:
        while len(line) < _LONGEST and (byte := os.read(number, 1)) not in (b"", b"\n"):
            line += byte
        return line.removesuffix(b"\r").decode()
    except (OSError, OverflowError, UnicodeDecodeError) as error:
        raise DescriptorError(f"{option} {number}: {error}") from None
