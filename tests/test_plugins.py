"""Protocols are found by name; what does not load is told with its reason."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

from twisted.internet.interfaces import IProtocolFactory
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from chatd import plugins
from chatd.errors import ConfigError
from chatd.interfaces import IProtocolPlugin
from chatd.plugins import ProtocolPlugin, load_factory, protocols
from tests.support.program import ROOT
from tests.support.server import Server


class Found(SynchronousTestCase):
    """What is installed here."""

    def test_ours(self) -> None:
        """In order, each with all that the help and ``--listen`` need."""
        found = protocols()
        self.assertEqual(list(found), sorted(found))
        self.assertLessEqual({"native", "legacy0417"}, set(found))
        for name, plugin in found.items():
            verifyObject(IProtocolPlugin, plugin)
            self.assertEqual(plugin.name, name)
            self.assertNotIn("\n", plugin.description)

    def test_factories(self) -> None:
        for name in ("native", "legacy0417"):
            factory = load_factory(name)(Server().around)
            self.assertTrue(IProtocolFactory.providedBy(factory), name)

    def test_cheap(self) -> None:
        """Every ``twistd`` run of anybody reads the descriptors: they load no more of chatd."""
        program = "import sys, twisted.plugins.chatd_plugin; print(*sys.modules)"
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        loaded = {name for name in done.stdout.split() if name.startswith("chatd")}
        self.assertEqual(loaded, {"chatd", "chatd.errors", "chatd.interfaces", "chatd.plugins"})


class Broken(SynchronousTestCase):
    """Protocols of distributions that have their faults."""

    def refusal(self, factory: str, name: str = "theirs") -> str:
        """What is said when ``name`` is listened to."""
        theirs = ProtocolPlugin("theirs", factory, "brought by somebody")
        self.patch(plugins, "getPlugins", lambda interface: [theirs])
        return str(self.assertRaises(ConfigError, load_factory, name))

    def test_unknown(self) -> None:
        """The names to choose from are told."""
        told = self.refusal("theirs.factory", "thiers")
        self.assertEqual(told, "no protocol is called 'thiers'; there are: theirs")

    def test_missing(self) -> None:
        for factory in ("nowhere.factory", "json.factory", "nowhere", ""):
            told = self.refusal(factory)
            self.assertTrue(told.startswith("the protocol 'theirs' does not load: "), told)

    def test_faulty(self) -> None:
        """Its own fault is named."""

        class Faulty(ModuleType):
            def __getattr__(self, name: str) -> object:
                raise RuntimeError("out of luck")

        sys.modules["faulty"] = Faulty("faulty")
        self.addCleanup(sys.modules.pop, "faulty")
        self.assertIn("out of luck", self.refusal("faulty.factory"))
