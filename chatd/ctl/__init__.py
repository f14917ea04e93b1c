"""``chatctl``, the admin's command: asks the running daemon, or does the same where none runs.

With the same ``--config`` and ``--data-dir`` as the daemon it works while that runs and while it
does not. One noun a file; each says which commands it brings.
"""

from chatd.ctl.command_line import main

__all__ = ["main"]
