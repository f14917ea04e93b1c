"""Exit statuses: what ``chatc`` tells the shell."""

from __future__ import annotations

from enum import IntEnum

from chatd.errors import ChatError, Code, Refused


class Status(IntEnum):
    """For scripts, and so never changed once released; ``chatc --help`` lists them."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NO_CONNECTION = 3
    KEY = 4
    TIMEOUT = 5
    LOCKED = 6
    INTERRUPTED = 130


def status_of(error: ChatError) -> Status:
    """How an error is told to the shell."""
    if error.code in (Code.SERVER_KEY_CHANGED, Code.SERVER_KEY_UNKNOWN):
        return Status.KEY
    refused = isinstance(error, Refused) or error.code >= 200
    return Status.REFUSED if refused else Status.NO_CONNECTION
