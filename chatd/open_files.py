"""How many files, and so connections, this process may have open at once."""

from __future__ import annotations

import resource


def allow_open_files(wanted: int) -> int:
    """Raise the process's own limit, as far as the system lets it; never lower it.

    :return: how many it may have open now; at least ``wanted`` where there is no lower hard limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
