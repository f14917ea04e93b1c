"""Secrets from file descriptors: others can see the command line and the environment."""

from __future__ import annotations

import errno
import os

#: Bytes of a line, at most.
_LONGEST = 64 * 1024


class DescriptorError(Exception):
    """A descriptor gives no line; the text names its option."""


def read_line(option: str, number: int) -> str:
    """The next line, without its end. Not a byte more is taken: several secrets may come through
    one descriptor, a line each.

    :param option: for the error.
    :raises DescriptorError: it cannot be read, has no further line, or what comes is no text.
    """
    line, byte = bytearray(), b""
    try:
        while len(line) < _LONGEST and (byte := os.read(number, 1)) not in (b"", b"\n"):
            line += byte
        text = line.removesuffix(b"\r").decode()
    except OverflowError:
        raise DescriptorError(f"{option} {number}: nothing is open there") from None
    except OSError as error:
        closed = error.errno == errno.EBADF
        why = f"nothing is open there; in a shell: {number}< FILE" if closed else error.strerror
        raise DescriptorError(f"{option} {number}: {why}") from None
    except UnicodeDecodeError:
        raise DescriptorError(f"{option} {number}: what comes is not UTF-8") from None
    if not line and not byte:
        raise DescriptorError(f"{option} {number}: it ends here; each secret is a line of its own")
    return text
