"""Everything in the store, told page by page.

It is copied into a file without a name first: what the database keeps for a reader is let go at
once, however slowly the pages are asked for. Where there is no room for that beside the store, as
when its disk is full and somebody wants a backup just then, it is copied to where the system keeps
what is temporary.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from twisted.internet.threads import deferToThreadPool

from chatd.errors import ConfigError
from chatd.interfaces import IAudit, IStore

#: Bytes of a page, in whole lines.
PAGE = 256 * 1024


class Export:
    """One copy, asked for until ``more`` is false; then the next one begins.

    :param folder: where there should be room for it.
    """

    def __init__(self, store: IStore, audit: IAudit, folder: Path, reactor: Any) -> None:
        self._store = store
        self._audit = audit
        self._folder = folder
        self._reactor = reactor
        self._file: IO[str] | None = None

    async def page(self) -> Mapping[str, Any]:
        """The next lines, and whether more follow.

        :raises ConfigError: there is no room for the copy.
        """
        if self._file is None:
            self._file = await self._copied()
            self._audit.record("backed_up", by="admin")
        page = [line.rstrip("\n") for line in self._file.readlines(PAGE)]
        if not page:
            self._file.close()
            self._file = None
        return {"lines": page, "more": bool(page)}

    async def _copied(self) -> IO[str]:
        faults = []
        for folder in (self._folder, None):
            lines = await self._store.export()
            try:
                return await self._copy_to(folder, lines)
            except OSError as error:
                faults.append(f"{folder or 'elsewhere'}: {error.strerror or error}")
        raise ConfigError(f"the store cannot be copied: {'; '.join(faults)}")

    def _copy_to(self, folder: Path | None, lines: Iterator[str]) -> Awaitable[IO[str]]:
        pool = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, pool, _copy, folder, lines)


def _copy(folder: Path | None, lines: Iterator[str]) -> IO[str]:
    """On a thread.

    :param folder: None for the system's.
    :raises OSError: there is no room.
    """
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile("w+", dir=folder, encoding="utf-8"))
        file.writelines(f"{line}\n" for line in lines)
        file.seek(0)
        stack.pop_all()
    return file
