"""What is installed is loaded; what is broken is named, and costs nobody else anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any, cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from chatd import plugins
from chatd.domain.results import FieldRow
from chatd.interfaces import IService, IServicePlugin, IServices
from chatd.plugins import ServicePlugin
from chatd.services.loading import load_services
from chatd.services.services import Services
from chatd.services.surroundings import ServiceSurroundings
from tests.services.case import Answering, Word
from tests.support.layers import imports
from tests.support.program import ROOT, environment

DICE = ROOT / "tests" / "support" / "dice"

#: All of chatd that a service of somebody else's may lean on.
FACES = ("chatd.domain", "chatd.errors", "chatd.interfaces", "chatd.services.surroundings")

#: Says which services are found, and what was said of those that were not loaded.
LISTING = """
import sys
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher, formatEvent
from chatd.services.loading import load_services
from chatd.services.surroundings import ServiceSurroundings
globalLogPublisher.addObserver(lambda event: print("log:", formatEvent(event)))
services = load_services(ServiceSurroundings(Clock(), lambda: 0, "chat"), lambda: None)
print(*[row.name for row in services.rows(9)])
"""


def run(work: Callable[[], Any]) -> Deferred[Any]:
    """A thread, as far as loading goes."""
    return succeed(work())


@implementer(IService)
class Fit(Answering):
    """Nothing is wrong with it."""

    def __init__(self, around: ServiceSurroundings) -> None:
        super().__init__(lambda asker, request: request)


class LoadingCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.module = cast(Any, ModuleType("theirs"))
        self.module.Fit = Fit
        sys.modules["theirs"] = self.module
        self.addCleanup(sys.modules.pop, "theirs")
        self.log: list[str] = []

    def load(self, make: Callable[[], Any] = lambda: run) -> Services:
        """What is installed; what is said of it goes into the log."""
        with capturedLogs() as events:
            services = load_services(ServiceSurroundings(Clock(), lambda: 0, "chat"), make)
        self.log = [formatEvent(event) for event in events]
        return services

    def found(self, *found: Any) -> None:
        """As if these were installed, and nothing else."""
        self.patch(plugins, "getPlugins", lambda interface: found)


class Installed(LoadingCase):
    """What is there without anything else."""

    def test_ours(self) -> None:
        services = self.load()
        self.assertEqual(self.log, [])
        verifyObject(IServices, services)
        rows = {row.name: row for row in services.rows(9)}
        self.assertLessEqual({"directory", "time", "whois"}, set(rows))
        self.assertEqual(list(rows), sorted(rows))
        self.assertEqual([row.level for row in services.rows(0) if row.name == "directory"], [])
        self.assertEqual(
            rows["whois"].fields,
            (FieldRow("nick", "text", True, "whom to look for: a nick, or an account's name"),),
        )
        for plugin in plugins.services():
            verifyObject(IServicePlugin, plugin)


class Broken(LoadingCase):
    """Services of distributions that have their faults."""

    def left_out(self, plugin: Any, *told: str) -> None:
        """It is named with its fault; the next one is there."""
        fit = ServicePlugin("fit", "theirs.Fit", "nothing is wrong with it")
        self.found(plugin, fit)
        services = self.load()
        self.assertEqual([row.name for row in services.rows(9)], ["fit"])
        (line,) = self.log
        self.assertTrue(line.startswith("the service "), line)
        for part in ("is left out: ", *told):
            self.assertIn(part, line)

    def unfit(self, told: str, **attributes: Any) -> None:
        """A service that is not quite one."""
        self.module.Unfit = type("Unfit", (Fit,), attributes)
        self.left_out(
            ServicePlugin("unfit", "theirs.Unfit", "brought by somebody"), "'unfit'", told
        )

    def test_does_not_import(self) -> None:
        for service in ("nowhere.Service", "json.Service", "nowhere", "", "theirs.Fit.nothing"):
            self.left_out(ServicePlugin("gone", service, "a name alone"), "'gone'", repr(service))

    def test_raises(self) -> None:
        """Even one that would end the program."""

        def leave(around: ServiceSurroundings) -> None:
            sys.exit("no licence")

        self.module.leave = leave
        plugin = ServicePlugin("proud", "theirs.leave", "leaves")
        self.left_out(plugin, "'proud' ('theirs.leave')", "SystemExit: no licence")

    def test_descriptors(self) -> None:
        for name in ("", "Loud", "two words", "x" * 33, "3d", 5, None):
            self.left_out(ServicePlugin(name, "theirs.Fit", "badly named"), "its name is not")  # type: ignore[arg-type]
        for description in ("", "two\nlines", "x" * 201, None):
            plugin = ServicePlugin("unfit", "theirs.Fit", description)  # type: ignore[arg-type]
            self.left_out(plugin, "'unfit'", "its description is not one line")
        plugin = ServicePlugin("unfit", "theirs.Fit", "without a name")
        del plugin.name
        self.left_out(plugin, "theirs.Fit", "name")

    def test_services(self) -> None:
        for level in (-1, 10, True, "1", None):
            self.unfit("its level is not a number from 0 to 9", level=level)
        self.unfit("it does not say whether it is blocking", blocking=None)
        self.unfit("is not a dataclass", request=dict)
        self.unfit("is not a dataclass", reply=Word())
        self.module.Unfit = lambda around: "no service"
        plugin = ServicePlugin("unfit", "theirs.Unfit", "brought by somebody")
        self.left_out(plugin, "'unfit'", "IService")

    def test_fields(self) -> None:
        @dataclass
        class Untold:
            text: str

        @dataclass
        class Ragged:
            text: str = field(metadata={"meaning": "two\nlines"})

        @dataclass
        class Listed:
            texts: list[str] = field(metadata={"meaning": "several"})

        @dataclass
        class Fixed:
            text: str = field(init=False, metadata={"meaning": "what it is"})

        crowded = make_dataclass("Crowded", [(f"field{n}", str) for n in range(17)])
        for shape, told in (
            (Untold, "Untold.text needs a meaning in its metadata: one line"),
            (Ragged, "Ragged.text needs a meaning in its metadata: one line"),
            (Listed, "Listed.texts is neither str nor int nor bool"),
            (Fixed, "Fixed.text cannot be set"),
            (crowded, "Crowded has more than 16 fields"),
        ):
            self.unfit(told, request=shape)
            self.unfit(told, reply=shape)

    def test_names(self) -> None:
        """Of two with one name the first has it; ours are first."""
        plugin = ServicePlugin("time", "a.stranger.Time", "a name that is taken")
        ours = ServicePlugin("time", "chatd.services.time.Time", "our own")
        self.found(plugin, ours, ServicePlugin("time", "theirs.Fit", "another"))
        services = self.load()
        self.assertEqual([row.description for row in services.rows(9)], ["our own"])
        self.assertEqual(
            self.log[1],
            "the service 'time' ('theirs.Fit') is left out: there is one of this name already",
        )
        self.assertIn("'a.stranger.Time'", self.log[0])

    def test_too_many(self) -> None:
        """As many as a list of them can tell."""
        self.found(*(ServicePlugin(f"s{n:04}", "theirs.Fit", "é" * 200) for n in range(1000)))
        services = self.load()
        count = len(services.rows(9))
        self.assertTrue(100 < count < 150, count)
        self.assertIn("the list of services is too long", self.log[0])
        self.assertEqual(len(self.log), 1000 - count)


class Threads(LoadingCase):
    """Who gets threads."""

    def test_one_pool_each(self) -> None:
        made: list[int] = []

        def make() -> Any:
            made.append(1)
            return run

        self.module.Slow = type("Slow", (Fit,), {"blocking": True})
        found = [ServicePlugin(name, "theirs.Slow", "slow") for name in ("one", "two")]
        found.append(ServicePlugin("three", "theirs.Fit", "not so slow"))
        self.found(*found)
        self.load(make)
        self.assertEqual((self.log, len(made)), ([], 2))


class Foreign(SynchronousTestCase):
    """A service of another distribution, found by Python's search path."""

    def setUp(self) -> None:
        self.folder = Path(mkdtemp(prefix="chatd-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def install(self) -> None:
        """A copy in a folder of its own, since Twisted leaves a cache beside plug-ins."""
        shutil.copytree(DICE, self.folder, dirs_exist_ok=True)

    def listed(self) -> list[str]:
        """What a program finds that looks there, too."""
        done = subprocess.run(
            [sys.executable, "-c", LISTING],
            cwd=self.folder,
            env=environment(self.folder, self.folder),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    def test_found(self) -> None:
        """Where it is installed, and only there."""
        self.assertEqual(self.listed(), ["directory time whois"])
        self.install()
        self.assertEqual(self.listed(), ["dice directory time whois"])

    def test_broken(self) -> None:
        """The others are there all the same."""
        self.install()
        (self.folder / "dice.py").write_text("import nothing_that_exists")
        line, names = self.listed()
        self.assertEqual(names, "directory time whois")
        self.assertIn("the service 'dice' ('dice.Dice') is left out: ", line)
        self.assertIn("nothing_that_exists", line)

    def test_boundary(self) -> None:
        """It knows the stable faces, nothing behind them."""
        source = (DICE / "dice.py").read_text("utf-8")
        ours = [one for one in imports("dice", source) if one.within("chatd")]
        self.assertTrue(ours)
        for one in ours:
            self.assertTrue(any(one.within(face) for face in FACES), one)
