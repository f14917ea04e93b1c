"""Who may import whom: the rules of ``docs/architecture.rst``, and a reader of imports.

Only what is written as an import counts, also inside a function or for the type checker alone. A
protocol's factory and a service are named by strings, which is the point of a plug-in.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

#: The only modules that may name the global reactor; everybody else is handed one.
REACTOR = frozenset({"chatd.tap", "chatd.ctl.stopped", "client.cli"})

_VALUES = "chatd.domain chatd.errors"
_FACES = f"chatd.interfaces {_VALUES} zope.interface"
_DEFERRED = "twisted.internet.defer twisted.internet.interfaces"
_BESIDE_DOORS = "chatd.protocols.surroundings chatd.protocols.inbox chatd.protocols.outlet"
_DOOR = f"{_FACES} {_BESIDE_DOORS} twisted"
_SERVICE = f"{_FACES} twisted OpenSSL cryptography"
#: A named service knows no more of chatd than one of somebody else's would.
_ANSWERER = f"{_FACES} chatd.services.surroundings twisted"
_SHARED_WITH_CLIENT = f"chatd.wire {_VALUES}"

#: What a module of each layer may import beside the standard library and its own layer. Whatever
#: imports something and is in no layer breaks the rules: it has to be given a place first.
LAYERS: dict[str, str] = {
    "chatd.errors": "",
    "chatd.domain": "chatd.errors",
    "chatd.wire": "chatd.errors automat cryptography msgspec",
    "chatd.interfaces": f"{_VALUES} zope.interface twisted.internet.defer",
    "chatd.hub": f"{_FACES} {_DEFERRED} twisted.logger twisted.python.failure",
    "chatd.protocols.surroundings": f"{_FACES} cryptography",
    "chatd.protocols.inbox": f"{_FACES} {_DEFERRED} twisted.logger twisted.python.failure",
    "chatd.protocols.outlet": f"{_FACES} twisted.internet",
    "chatd.protocols.native": f"{_DOOR} chatd.wire msgspec",
    "chatd.protocols.legacy0417": _DOOR,
    "chatd.protocols.control": f"{_DOOR} msgspec",
    "chatd.archive": f"{_VALUES} chatd.keys chatd.whole_file msgspec",
    "chatd.audit": _SERVICE,
    "chatd.checks": _VALUES,
    "chatd.config": f"{_VALUES} chatd.checks",
    "chatd.export": f"{_FACES} {_DEFERRED} twisted.internet.threads",
    "chatd.invitation": _VALUES,
    "chatd.keys": f"{_SERVICE} chatd.whole_file",
    "chatd.passwords": _SERVICE,
    "chatd.plugins": _SERVICE,
    "chatd.services": f"{_FACES} chatd.plugins twisted",
    "chatd.services.directory": _ANSWERER,
    "chatd.services.surroundings": "",
    "chatd.services.time": _ANSWERER,
    "chatd.services.whois": _ANSWERER,
    "chatd.threads": _SERVICE,
    "chatd.store": f"{_FACES} {_DEFERRED} twisted.internet.threads twisted.logger "
    "twisted.python sqlalchemy alembic chatd.whole_file",
    "chatd.signature": "cryptography",
    "chatd.restoration": f"{_VALUES} chatd.archive chatd.config chatd.keys chatd.store "
    "chatd.whole_file",
    "chatd.tls": f"{_SERVICE} chatd.keys",
    "chatd.whole_file": "",
    "chatd.server": "chatd twisted",
    "chatd.app": "chatd twisted",
    "chatd.tap": "chatd twisted",
    "chatd.ctl": "chatd twisted segno",
    "client": f"{_SHARED_WITH_CLIENT} chatd.protocols.native.link twisted zope.interface OpenSSL "
    "cryptography msgspec",
    "client.delivery": f"{_SHARED_WITH_CLIENT} client.history client.model twisted.internet.defer "
    "twisted.internet.task twisted.logger twisted.python.failure",
    "client.history": "chatd.domain client.model msgspec sqlcipher3 twisted.internet.defer "
    "twisted.internet.threads twisted.python.failure twisted.python.threadpool",
    "client.model": f"{_SHARED_WITH_CLIENT} twisted.internet.defer",
    "client.ui": f"{_SHARED_WITH_CLIENT} client.delivery client.model client.enrolment.step "
    "client.vault.keys urwid segno twisted.internet.defer twisted.logger twisted.python.failure",
    "client.vault": "chatd.domain cryptography keyring msgspec",
    "twisted.plugins": "chatd.plugins twisted.application.service",
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, absolute: a module, or something in one.

    :ivar relative: it was written with dots.
    :ivar typing: it stands under ``if TYPE_CHECKING:``, so nothing is loaded by it.
    """

    name: str
    line: int
    relative: bool
    typing: bool

    def within(self, prefix: str) -> bool:
        """Whether it is ``prefix`` or lies in it."""
        return f"{self.name}.".startswith(f"{prefix}.")


def imports(module: str, source: str, package: bool = False) -> Iterator[Import]:
    """All imports in a module's source.

    :param module: its dotted name.
    :param package: it is the ``__init__.py`` of that package.
    """
    inside = module.split(".")
    tree = ast.parse(source)
    typing = {id(inner) for node in ast.walk(tree) if _typing(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names, relative = [alias.name for alias in node.names], False
        elif isinstance(node, ast.ImportFrom):
            relative = node.level > 0
            start = inside[: len(inside) + package - node.level] if relative else []
            start += [node.module] if node.module else []
            names = [".".join([*start, alias.name]) for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(name, node.lineno, relative, id(node) in typing)


def _typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def offences(module: str, source: str, package: bool = False) -> list[str]:
    """What a module imports against the rules, one line for each; parameters as above."""
    found = list(imports(module, source, package))
    told = [(one.line, fault) for one in found for fault in _faults(module, one)]
    if any(one.within("automat") for one in found):
        told += [
            (one.line, f"a state machine imports {one.name}")
            for one in found
            if one.within("twisted")
        ]
    return [f"{module}:{line}: {fault}" for line, fault in sorted(told)]


def _faults(module: str, one: Import) -> Iterator[str]:
    top = one.name.partition(".")[0]
    if one.within("twisted.internet.reactor") and module not in REACTOR:
        yield "the reactor is handed in"
    if module.startswith("client.") and top == "client" and not one.relative:
        yield f"{one.name} is written relative inside client"
    if top in sys.stdlib_module_names:
        return
    layer = _layer(module)
    if not layer:
        yield f"imports {one.name}, but is in no layer"
    elif not any(one.within(allowed) for allowed in [layer, *LAYERS[layer].split()]):
        yield f"{layer} may not import {one.name}"


def _layer(name: str) -> str:
    """The layer with the longest name that ``name`` lies in; "" for none."""
    parts = name.split(".")
    prefixes = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in LAYERS), "")
