"""Everything in the store, told page by page.

It is copied into a file without a name first: what the database keeps for a reader is let go at
once, however slowly the pages are asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from twisted.internet.threads import deferToThreadPool

from chatd.errors import ConfigError
from chatd.interfaces import IAudit, IStore

#: Bytes of a page, in whole lines.
PAGE = 256 * 1024


class Export:
    """One copy, asked for until ``more`` is false; then the next one begins.

    :param folder: where there is room for it.
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
            lines = await self._store.export()
            self._file = await self._copied(lines)
            self._audit.record("backed_up", by="admin")
        page = [line.rstrip("\n") for line in self._file.readlines(PAGE)]
        if not page:
            self._file.close()
            self._file = None
        return {"lines": page, "more": bool(page)}

    def _copied(self, lines: Iterator[str]) -> Awaitable[IO[str]]:
        pool = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, pool, self._copy, lines)

    def _copy(self, lines: Iterator[str]) -> IO[str]:
        """On a thread."""
        try:
            file = tempfile.TemporaryFile("w+", dir=self._folder, encoding="utf-8")  # noqa: SIM115
            file.writelines(f"{line}\n" for line in lines)
            file.seek(0)
        except OSError as error:
            raise ConfigError(f"{self._folder}: the store cannot be copied: {error}") from None
        return file
