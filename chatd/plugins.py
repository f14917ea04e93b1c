"""Finds protocol factories and services through Twisted's plug-in system, in this and anyone's
distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.plugin import IPlugin, getPlugins
from twisted.python.reflect import namedAny
from zope.interface import implementer

from chatd.errors import ConfigError
from chatd.interfaces import IProtocolPlugin, IServicePlugin


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


@implementer(IPlugin, IServicePlugin)
class ServicePlugin:
    """The same for a service.

    :ivar name: what people call it.
    :ivar service: dotted name of a callable from ServiceSurroundings to an IService.
    :ivar description: one line for lists.
    """

    def __init__(self, name: str, service: str, description: str) -> None:
        self.name = name
        self.service = service
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


def services() -> list[Any]:
    """All service descriptors found, chatd's own first, then in the order of what they name.

    Nothing about them has been checked: two may have one name, and the first should have it.
    """
    return sorted(getPlugins(IServicePlugin), key=_rank)


def _rank(plugin: Any) -> tuple[bool, str, str]:
    service, name = str(getattr(plugin, "service", "")), str(getattr(plugin, "name", ""))
    return not service.startswith("chatd.services."), service, name
