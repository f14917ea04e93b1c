"""``python -m tests``: trial, with its options; ``--jobs`` makes it run several tests at a time.

Ctrl-C then ends all of it: trial itself would only give up the tests under way, and go on with the
next ones. Its worker processes hear of Ctrl-C, too: each tidies up, and finds nobody to report to.
"""

import os
import signal
from types import FrameType

from twisted.scripts import trial


def end(number: int, frame: FrameType | None) -> None:
    """At once, with a shell's status for it."""
    os._exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, end)
    trial.run()
