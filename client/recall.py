"""``chatc history``: what was said, out of this computer's history, for people and for scripts.

Where a chatc is running on the profile, that one reads it, and no password is asked for. What is
written with ``--export`` is not sealed: the file has mode 0600, and a file that is there already is
left as it is.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from msgspec.structs import replace
from twisted.internet.defer import succeed

from .commands import as_json
from .enrolment.step import Face
from .handover.reach import reach
from .history.errors import HistoryError
from .history.excerpt import Line, Page, Wanted, read_page
from .model.visible import visible_line
from .profile import Profile
from .script import said
from .ui.local_time import stamp
from .unlock import unlock

#: Lines printed unless said otherwise.
COUNT = 50

Read = Callable[[Wanted], Awaitable[Page]]


async def history(reactor: Any, profile: Profile, face: Face, options: argparse.Namespace) -> None:
    """Print it, or write it to a file.

    :raises HistoryError: there is none, it cannot be read, or the file cannot be made.
    :raises VaultError, ChatError: nobody opens it.
    :raises OSError: the output cannot be written.
    """
    if not profile.has_vault:
        raise HistoryError("a history takes an account, and none is enrolled in this profile")
    visit = await reach(reactor, profile.home)
    if visit is not None:
        try:
            await _tell(visit.recall, options)
        finally:
            await visit.logout()
        return
    given = "password" in options.given
    vault, _ = await unlock(reactor, profile.home, face, recall=not given)
    try:
        read = partial(read_page, profile.home, vault.history_key())
        await _tell(lambda wanted: succeed(read(wanted)), options)
    finally:
        vault.close()


async def _tell(read: Read, options: argparse.Namespace) -> None:
    wanted = Wanted(options.search, options.place or "", options.since)
    show = _as_object if options.json else _as_line
    everything = options.export is not None and not options.count
    lines = _all(read, wanted) if everything else _last(read, wanted, options.count or COUNT)
    line = await anext(lines, None)  # so that no file is made where this is refused
    with _output(options.export) as output:
        while line is not None:
            print(show(line), file=output)
            line = await anext(lines, None)


async def _all(read: Read, wanted: Wanted) -> AsyncIterator[Line]:
    """From the oldest on."""
    wanted, more = replace(wanted, oldest_first=True), True
    while more:
        page = await read(wanted)
        for line in page.lines:
            yield line
        more = page.more and bool(page.lines)
        wanted = replace(wanted, row=page.row)


async def _last(read: Read, wanted: Wanted, count: int) -> AsyncIterator[Line]:
    """The last ones, the oldest of them first."""
    found: list[Line] = []
    while len(found) < count:
        page = await read(wanted)
        found += page.lines
        if not page.more or not page.lines:
            break
        wanted = replace(wanted, row=page.row)
    for line in reversed(found[:count]):
        yield line


def _output(path: Path | None) -> AbstractContextManager[TextIO]:
    """:raises HistoryError: the file cannot be made."""
    if path is None:
        return nullcontext(sys.stdout)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return open(os.open(path, flags, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise HistoryError(f"{path} cannot be made: {error.strerror}") from None


def _as_object(line: Line) -> str:
    kind = {"said": "message"}.get(line.kind, line.kind)
    row = said(line.time, line.sender, line.place or "*", line.text, line.id, kind)
    return as_json({**row, "own": line.own})


def _as_line(line: Line) -> str:
    """``2027-01-31 14:02 #tea <bob> hello``; on one line, and nothing in it steers a terminal."""
    match line.kind:
        case "said" | "action" if not line.text:
            words = f"<{line.sender}> (deleted)"
        case "said" | "broadcast":
            words = f"<{line.sender}> {line.text}"
        case "action":
            words = f"* {line.sender} {line.text}"
        case _:
            words = f"-- {line.text}"
    return visible_line(f"{stamp(line.time)} {line.place or 'everyone'} {words}")
