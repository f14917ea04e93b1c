"""The tree keeps the rules of ``tests/support/layers.py``, and each rule can be broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.layers import LAYERS, imports, offences

ROOT = Path(__file__).parents[1]

#: What a client never needs, so that no bug in it can make one hold the server's parts.
_SERVER_ONLY = ("chatd.app.", "chatd.hub.", "chatd.store.", "chatd.keys.", "sqlalchemy.")


def modules() -> Iterator[tuple[str, str, bool]]:
    """Name, source, and whether it is a package's own file, of all that is installed."""
    for path in sorted(path for top in ("chatd", "client", "twisted") for path in _files(top)):
        package = path.name == "__init__.py"
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if package else parts), path.read_text("utf-8"), package


def _files(top: str) -> Iterator[Path]:
    return (ROOT / top).rglob("*.py")


def circle(sources: dict[str, tuple[str, bool]]) -> list[str]:
    """Modules that load each other in a circle; [] where there is none."""

    def known(name: str) -> str:
        """The module that ``name`` is, or is in."""
        return name if name in sources or not name else known(name.rpartition(".")[0])

    graph = {
        module: {
            known(one.name)
            for one in imports(module, source, package)
            if not one.typing and known(one.name) not in ("", module)
        }
        for module, (source, package) in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


class Tree(SynchronousTestCase):
    """chatd as it is."""

    def test_rules(self) -> None:
        told = [fault for module in modules() for fault in offences(*module)]
        self.assertEqual(told, [])

    def test_circles(self) -> None:
        self.assertEqual(circle({name: (source, own) for name, source, own in modules()}), [])

    def test_layers(self) -> None:
        """Each layer has modules: a rule for what is gone would only look strict."""
        names = [name for name, _, _ in modules()]
        for layer in LAYERS:
            self.assertTrue(any(f"{name}.".startswith(f"{layer}.") for name in names), layer)

    def test_plugin_folders(self) -> None:
        """A file of that name would hide Twisted itself, or the plug-ins from it."""
        for folder in ("twisted", "twisted/plugins"):
            self.assertFalse((ROOT / folder / "__init__.py").exists(), folder)

    def test_client_loads_no_server(self) -> None:
        program = "import sys, client.cli, client.app; print(*sys.modules)"
        loaded = _run(program).split()
        self.assertIn("chatd.wire.initiator", loaded)
        told = [
            name for name in loaded if f"{name}.".startswith(tuple(f"{s}." for s in _SERVER_ONLY))
        ]
        self.assertEqual(told, [])

    def test_pure_layers_load_no_reactor(self) -> None:
        """Not even by way of something else that they import."""
        program = "import sys; from {} import *; print('twisted.internet.reactor' in sys.modules)"
        for module in ("chatd.hub.hub", "chatd.protocols.native.session", "client.ui.screen"):
            self.assertEqual(_run(program.format(module)), "False", module)
        pure = "import sys, {}; print(any(name.startswith('twisted') for name in sys.modules))"
        wire = [name for name, _, _ in modules() if name.startswith(("chatd.wire", "chatd.domain"))]
        self.assertEqual(_run(pure.format(", ".join(wire))), "False")


def _run(program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Broken(SynchronousTestCase):
    """Small sources that break one rule each."""

    def told(self, module: str, source: str, package: bool = False) -> str:
        (fault,) = offences(module, source, package)
        return fault.removeprefix(f"{module}:1: ")

    def test_layers(self) -> None:
        """Module, what it imports, and the layer that is in the way."""
        for module, imported, layer in (
            ("chatd.errors", "chatd.domain.names", "chatd.errors"),
            ("chatd.domain.names", "chatd.interfaces", "chatd.domain"),
            ("chatd.domain.names", "msgspec", "chatd.domain"),
            ("chatd.wire.codec", "twisted.internet.defer", "chatd.wire"),
            ("chatd.wire.codec", "chatd.domain.names", "chatd.wire"),
            ("chatd.interfaces", "chatd.hub.hub", "chatd.interfaces"),
            ("chatd.hub.hub", "chatd.protocols.native.door", "chatd.hub"),
            ("chatd.hub.hub", "chatd.protocols.outlet", "chatd.hub"),
            ("chatd.hub.hub", "chatd.config", "chatd.hub"),
            ("chatd.hub.hub", "chatd.store", "chatd.hub"),
            ("chatd.protocols.outlet", "chatd.hub.room", "chatd.protocols.outlet"),
            ("chatd.protocols.native.door", "chatd.hub.hub", "chatd.protocols.native"),
            ("chatd.protocols.native.door", "chatd.config", "chatd.protocols.native"),
            (
                "chatd.protocols.legacy0417.door",
                "chatd.protocols.native.link",
                "chatd.protocols.legacy0417",
            ),
            ("chatd.protocols.legacy0417.door", "chatd.wire", "chatd.protocols.legacy0417"),
            ("chatd.keys", "chatd.app", "chatd.keys"),
            ("chatd.app", "client.profile", "chatd.app"),
            ("chatd.app", "vodozemac", "chatd.app"),
            ("client.link", "chatd.protocols.native.session", "client"),
            ("client.link", "chatd.interfaces", "client"),
            ("client.ui.screen", "chatd.keys", "client.ui"),
            ("client.model.model", "urwid", "client.model"),
            ("twisted.plugins.chatd_plugin", "chatd.app", "twisted.plugins"),
        ):
            self.assertEqual(
                self.told(module, f"import {imported}"), f"{layer} may not import {imported}"
            )

    def test_a_name_is_no_prefix(self) -> None:
        self.assertIn("may not", self.told("chatd.domain.names", "import chatd.errors_of_others"))

    def test_every_form(self) -> None:
        """However it is written, and wherever it stands."""
        for source in (
            "import os, chatd.hub",
            "import chatd.hub as hub",
            "from chatd import hub",
            "from ..hub import hub",
            "from .. import hub",
            "def run(): import chatd.hub.hub",
            "if TYPE_CHECKING: from chatd.hub import hub",
        ):
            self.assertIn("may not import chatd.hub", self.told("chatd.wire.codec", source), source)
        self.assertIn("chatd.hub", self.told("chatd.wire", "from ..hub import hub", True))

    def test_no_layer(self) -> None:
        """What is new gets a place first; it needs none while it imports nothing of ours."""
        self.assertIn("in no layer", self.told("chatd.new", "import chatd.errors"))
        self.assertIn("in no layer", self.told("chatd.protocols.new.door", "import chatd.domain"))
        self.assertEqual(offences("chatd.new", "import os"), [])

    def test_reactor(self) -> None:
        for source in ("from twisted.internet import reactor", "import twisted.internet.reactor"):
            self.assertEqual(self.told("chatd.app", source), "the reactor is handed in")
            self.assertEqual(offences("chatd.tap", source), [])

    def test_state_machines(self) -> None:
        source = "from twisted.internet import task\nimport automat"
        told = offences("chatd.app", source)
        self.assertIn("chatd.app:1: a state machine imports twisted.internet.task", told)

    def test_client_is_relative(self) -> None:
        told = self.told("client.cli", "from client import link")
        self.assertEqual(told, "client.link is written relative inside client")
        self.assertEqual(offences("client.cli", "from . import link"), [])

    def test_circles(self) -> None:
        sources = {
            "a": ("", True),
            "a.b": ("from .c import thing", False),
            "a.c": ("from a.d import thing", False),
            "a.d": ("def late(): from . import b", False),
        }
        self.assertEqual(set(circle(sources)), {"a.b", "a.c", "a.d"})
        sources["a.c"] = ("if TYPE_CHECKING: from a.d import thing", False)
        self.assertEqual(circle(sources), [])
