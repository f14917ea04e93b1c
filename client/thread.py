"""Work that takes a while, beside the reactor: the heartbeat and the screen go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(
    reactor: Any, work: Callable[P, T], *arguments: P.args, **options: P.kwargs
) -> Deferred[T]:
    """:return: what ``work`` gives, or its error, told on the reactor's thread."""
    pool = reactor.getThreadPool()
    done: Deferred[T] = deferToThreadPool(reactor, pool, work, *arguments, **options)
    return done
