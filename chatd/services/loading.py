"""Loads the services that are installed. One that is broken is named in the log and left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from twisted.logger import Logger
from twisted.python.reflect import namedAny
from zope.interface.verify import verifyObject

from chatd import plugins
from chatd.domain.account import HIGHEST_LEVEL, LOWEST_LEVEL
from chatd.domain.results import ServiceRow
from chatd.errors import ConfigError
from chatd.interfaces import IService, IServicePlugin
from chatd.services.fields import fields_of, one_line, size, told_line
from chatd.services.reply import MAX_REPLY
from chatd.services.service import Run, Service
from chatd.services.services import Services
from chatd.services.surroundings import ServiceSurroundings

MAX_DESCRIPTION = 200

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)

#: Bytes that a row of a list takes beside its texts, at most.
_ROW = 32

_log = Logger()


def load_services(around: ServiceSurroundings, run: Callable[[], Run]) -> Services:
    """Every service of this and anyone's distribution.

    :param run: makes what runs blocking work on threads; each blocking service has one of its own,
        so that one which hangs takes no other's place.
    """
    loaded: dict[str, Service] = {}
    room = MAX_REPLY
    for plugin in plugins.services():
        try:
            service = _load(plugin, around, run)
            row = service.row
            if row.name in loaded:
                raise ConfigError("there is one of this name already")
            if (length := _length(row)) > room:
                raise ConfigError("the list of services is too long for one message")
        except (Exception, SystemExit) as error:
            kind = "" if isinstance(error, ConfigError) else f"{type(error).__name__}: "
            text = f"the service {_name(plugin)} is left out: {kind}{error}"
            _log.error("{text}", text=text)
        else:
            room -= length
            loaded[row.name] = service
    return Services(loaded.values())


def _load(plugin: Any, around: ServiceSurroundings, run: Callable[[], Run]) -> Service:
    verifyObject(IServicePlugin, plugin)
    name, description = plugin.name, plugin.description
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise ConfigError("its name is not made of at most 32 of a-z, 0-9 and -, a letter first")
    if not one_line(description, MAX_DESCRIPTION):
        raise ConfigError(f"its description is not {told_line(MAX_DESCRIPTION)}")
    service = namedAny(plugin.service)(around)
    verifyObject(IService, service)
    level = service.level
    if type(level) is not int or not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise ConfigError(f"its level is not a number from {LOWEST_LEVEL} to {HIGHEST_LEVEL}")
    if type(service.blocking) is not bool:
        raise ConfigError("it does not say whether it is blocking")
    row = ServiceRow(name, description, level, fields_of(service.request))
    replies = fields_of(service.reply)
    return Service(row, replies, service, around.clock, run() if service.blocking else None)


def _length(row: ServiceRow) -> int:
    texts = [row.name, row.description]
    texts += [text for field in row.fields for text in (field.name, field.kind, field.meaning)]
    return _ROW + sum(map(size, texts)) + _ROW * len(row.fields)


def _name(plugin: Any) -> str:
    """Its name and where it lives, whatever these are."""
    return f"{getattr(plugin, 'name', '')!r} ({getattr(plugin, 'service', '')!r})"
