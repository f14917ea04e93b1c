"""A store whose answers come later than its work is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain.message import NewMessage, Posted
from chatd.store.store import Store

_Late = tuple[Deferred[Any], Deferred[Any]]


class LateStore:
    """A real store in memory: what is asked of it is done at once. Messages are answered in the
    order of their commits, by :meth:`tell_post`; other writing is answered at once, after them;
    pages are answered one by one, by :meth:`tell_page`, with what there was when they were read.

    :ivar on_post: told of each message that was taken, when it is committed.
    """

    def __init__(self, store: Store, on_post: Callable[[NewMessage, Posted], None]) -> None:
        self.on_post = on_post
        self._store = store
        self._posts: deque[_Late] = deque()
        self._pages: list[_Late] = []

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._store, name)

        def asked(*given: Any) -> Any:
            while self._posts:
                self.tell_post()
            return operation(*given)

        return asked

    @property
    def posts(self) -> int:
        """How many messages have not been answered."""
        return len(self._posts)

    @property
    def pages(self) -> int:
        """How many pages have not."""
        return len(self._pages)

    def post(self, message: NewMessage) -> Deferred[Posted]:
        """See :class:`chatd.interfaces.IStore`; and below."""
        done = self._store.post(message)
        done.addCallback(self._posted, message)
        self._posts.append((Deferred(), done))
        return self._posts[-1][0]

    def follow(self, *given: Any) -> Deferred[Any]:
        """A page, read now."""
        return self._read(self._store.follow(*given))

    def fetch(self, *given: Any) -> Deferred[Any]:
        """A page, read now."""
        return self._read(self._store.fetch(*given))

    def tell_post(self) -> None:
        """Answer the message that has waited longest."""
        waiting, done = self._posts.popleft()
        done.chainDeferred(waiting)

    def tell_page(self, index: int = 0) -> None:
        """Answer one page."""
        waiting, done = self._pages.pop(index)
        done.chainDeferred(waiting)

    def _posted(self, posted: Posted, message: NewMessage) -> Posted:
        if not posted.repeated:
            self.on_post(message, posted)
        return posted

    def _read(self, done: Deferred[Any]) -> Deferred[Any]:
        self._pages.append((Deferred(), done))
        return self._pages[-1][0]
