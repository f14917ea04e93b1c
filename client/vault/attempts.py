"""Wrong passwords at a prompt: each makes the next attempt wait longer.

It slows down somebody at the keyboard. Whoever has the file is slowed by Argon2id alone.
"""

from __future__ import annotations

#: Seconds.
FIRST = 0.5
LONGEST = 30.0


class Attempts:
    """How often a password was wrong, in a row."""

    def __init__(self) -> None:
        self._wait = FIRST

    def failed(self) -> float:
        """One more was wrong.

        :return: the seconds to wait before the next attempt: 0.5, doubling up to 30.
        """
        wait, self._wait = self._wait, min(self._wait * 2, LONGEST)
        return wait
