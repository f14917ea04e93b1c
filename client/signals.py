"""Signals that end the program, in an orderly way."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred


def cancel_at(signals: Iterable[signal.Signals], reactor: Any, work: Deferred[Any]) -> None:
    """Cancel ``work`` when one of ``signals`` comes.

    To be called once the reactor runs: it takes some signals for itself when it starts, and would
    end with status 0 at them.
    """
    for number in signals:
        signal.signal(number, lambda *_: reactor.callFromThread(work.cancel))
