"""The last word to the shell: what went wrong, on standard error, and the exit status."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from twisted.internet.defer import CancelledError

from chatd.domain.link import LinkError
from chatd.errors import ChatError, Code

from .enrolment.step import Unanswered
from .history.errors import HistoryError
from .profile import Profile, ProfileError
from .status import Status, status_of
from .trust import explain, typed
from .vault.errors import Unenrolled, VaultError

#: What :func:`report` has words for.
TOLD = (CancelledError, ChatError, VaultError, ProfileError, LinkError, Unanswered, HistoryError)


def report(profile: Profile, error: BaseException) -> Status:
    """Say what happened and what to do.

    :param error: one of :data:`TOLD`.
    """
    match error:
        case CancelledError():
            return Status.INTERRUPTED
        case ChatError(code=Code.LOGGED_OUT):
            return Status.DONE
        case ChatError():
            text, status = explain(profile, error), status_of(error)
        case HistoryError():
            text, status = str(error), Status.REFUSED
        case Unenrolled():
            text, status = f"{error}:\n  {typed(profile, 'enrol')}", Status.LOCKED
        case VaultError():
            text, status = str(error), Status.LOCKED
        case _:
            text, status = str(error), Status.USAGE
    print(f"chatc: {text}", file=sys.stderr)
    return status


def still_waiting(count: int) -> None:
    """Say how many messages were not sent and are kept."""
    if count:
        what = "1 message waits" if count == 1 else f"{count} messages wait"
        with suppress(OSError):  # the terminal may be gone
            print(f"chatc: {what}, and will be sent the next time", file=sys.stderr)


def output_failed(error: OSError) -> Status:
    """Nobody reads any more, as in ``chatc rooms | head -1``, or the disk is full."""
    # What Python still holds would fail again, with a traceback, when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return Status.DONE
    with suppress(OSError):  # the terminal may be gone
        print(f"chatc: the output cannot be written: {error.strerror}", file=sys.stderr)
    return Status.REFUSED
