"""Standard input, output and error, where whoever started the program has closed some of them.

The next file to be opened would get the number of a closed one: what is printed would go into a
connection or a vault, and a question would be read from there.
"""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Nothing comes from a closed one, and what goes there is gone. To be called first."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is not None:
            continue
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
            os.close(null)
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
