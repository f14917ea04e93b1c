"""Finds protocol factories through Twisted's plug-in system, in this and anyone's distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.plugin import IPlugin, getPlugins
from twisted.python.reflect import namedAny
from zope.interface import implementer

from chatd.errors import ConfigError
from chatd.interfaces import IProtocolPlugin


@implementer(IPlugin, IProtocolPlugin)
class ProtocolPlugin:
    """A descriptor for ``twisted/plugins/*.py``: names and strings, nothing imported.

    :ivar name: what ``--listen NAME=ENDPOINT`` calls the protocol.
    :ivar factory: dotted name of a callable from Surroundings to an IProtocolFactory.
    :ivar description: one line for ``--help``.
    """

    def __init__(self, name: str, factory: str, description: str) -> None:
        self.name = name
        self.factory = factory
        self.description = description


def protocols() -> dict[str, Any]:
    """All protocols found, by name, in order."""
    found = {plugin.name: plugin for plugin in getPlugins(IProtocolPlugin)}
    return dict(sorted(found.items()))


def load_factory(name: str) -> Callable[[Any], Any]:
    """The factory maker of a protocol; its code is imported only now.

    :raises ConfigError: no such protocol, naming those there are, or its code does not load.
    """
    known = protocols()
    if name not in known:
        raise ConfigError(f"no protocol is called {name!r}; there are: {', '.join(known)}")
    try:
        loaded: Callable[[Any], Any] = namedAny(known[name].factory)
    except Exception as error:
        raise ConfigError(f"the protocol {name!r} does not load: {error}") from error
    return loaded
