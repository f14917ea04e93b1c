"""An epoch of this device's outbox for a command that says something while no chatc is running
(``docs/protocol.rst``, The outbox)."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from . import streams, unsent
from .database import Error, connect
from .errors import HistoryError


def take_epoch(home: Path, key: bytes) -> int:
    """One that nothing else uses, neither before nor after: what a command sends again under its
    places is stored once. The file is made where there is none.

    :param home: the folder of a profile whose vault this process has.
    :param key: 32 bytes.
    :return: 0 for none: the history cannot be used, or something waits in the outbox, which may
        have been sent, and so has to be sent again in the epoch that there is.
    """
    try:
        with closing(connect(home, key)) as connection:
            if unsent.all_unsent(connection):
                return 0
            epoch = streams.epoch(connection) + 1
            streams.put_epoch(connection, epoch + 1)
            return epoch
    except (HistoryError, Error):
        return 0
