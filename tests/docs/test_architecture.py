"""What ``docs/architecture.rst`` shows runs, and what it lists is there."""

from __future__ import annotations

import configparser
import re
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from chatd import plugins
from chatd.domain.commands import ListServices, Relation, Style
from chatd.domain.events import RoomSaid
from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.interfaces import IDoor, IPeer, IProtocolPlugin
from chatd.services.loading import load_services
from tests.docs.document import DOCS, Document
from tests.services.case import ServicesCase
from tests.support.server import Server

ROOT = DOCS.parent


class Shown(TestCase):
    """Lists."""

    def setUp(self) -> None:
        self.tables = Document("architecture.rst").tables

    def test_modules(self) -> None:
        """What the tree lists exists, and each module of chatd is in it or in a listed folder."""
        listed = [row[0] for row in self.tables["modules"]]
        for path in listed:
            self.assertTrue((ROOT / path).exists(), path)
        folders = tuple(path for path in listed if path.endswith("/"))
        files = (path.relative_to(ROOT) for path in (ROOT / "chatd").rglob("*.py"))
        for path in map(Path.as_posix, files):
            if not path.endswith("/__init__.py"):
                self.assertTrue(path in listed or path.startswith(folders), path)

    def test_dependencies(self) -> None:
        """Each package that is installed with chatd has its reason."""
        setup = configparser.ConfigParser()
        setup.read(ROOT / "setup.cfg")
        required = re.findall(r"^[\w-]+", setup["options"]["install_requires"], re.MULTILINE)
        told = [row[0] for row in self.tables["dependencies"]]
        self.assertEqual(sorted(told), sorted(required))


class ExampleDoor(TestCase):
    """The door of lines, as it stands in the document."""

    def setUp(self) -> None:
        self.blocks = Document("architecture.rst").blocks
        self.module: Any = ModuleType("linechat")
        exec(compile(self.blocks["door-example"], "architecture.rst", "exec"), vars(self.module))
        self.plugin: dict[str, Any] = {}
        exec(compile(self.blocks["plugin-example"], "architecture.rst", "exec"), self.plugin)
        self.server = Server(Limits(capacity=2))
        self.factory: Any = self.module.LineFactory(self.server.around)

    def connect(self) -> tuple[Any, StringTransport]:
        """Somebody calls."""
        protocol = self.factory.buildProtocol(IPv4Address("TCP", "192.0.2.1", 50000))
        transport = StringTransport()
        protocol.makeConnection(transport)
        self.server.turn()
        return protocol, transport

    def heard(self, transport: StringTransport) -> list[str]:
        """The lines that have come since last asked."""
        self.server.turn()
        lines: list[str] = transport.value().decode().split("\r\n")
        transport.clear()
        self.assertEqual(lines.pop(), "")
        return lines

    def test_files(self) -> None:
        """It is the door that the tests run in a real daemon."""
        folder = ROOT / "tests" / "support" / "linechat"
        for block, file in (
            ("door-example", "linechat.py"),
            ("plugin-example", "twisted/plugins/linechat_plugin.py"),
        ):
            self.assertEqual(self.blocks[block], (folder / file).read_text("utf-8").strip(), file)

    def test_faces(self) -> None:
        """Door, session and descriptor are what the interfaces ask for."""
        protocol, _ = self.connect()
        verifyObject(IDoor, self.factory.door)
        verifyObject(IPeer, protocol)
        verifyObject(IProtocolPlugin, self.plugin["linechat"])
        module, name = self.plugin["linechat"].factory.split(".")
        self.assertEqual((module, self.factory.__class__.__name__), ("linechat", name))

    def test_talking(self) -> None:
        """Two people hear each other, and nobody hears themselves."""
        first, at_first = self.connect()
        second, at_second = self.connect()
        self.assertEqual(self.heard(at_first), ["rand1 is here"])
        second.dataReceived(b"Hello!\r\n")
        self.assertEqual(self.heard(at_first), ["<rand1> Hello!"])
        self.assertEqual(self.heard(at_second), [])
        first.connectionLost()
        self.assertEqual(self.heard(at_second), ["rand0 is gone"])
        self.assertEqual(self.server.around.connections, {second})

    def test_one_line(self) -> None:
        """Nobody can put a second line into the mouth of somebody else."""
        _, transport = self.connect()
        second, _ = self.connect()
        self.heard(transport)
        second.dataReceived("a\r<rand0> b\u2028c\n".encode())
        self.assertEqual(self.heard(transport), ["<rand1> a <rand0> b c"])

    def test_what_was_not_said(self) -> None:
        """A deletion and a reaction have no words here; an edit has."""
        said = partial(
            RoomSaid, "hall", "anna", "x", Style.SAID, 2, 0, conversation=bytes(16), ref=1
        )
        told = [self.factory.door.encode(said(relation=relation)) for relation in Relation]
        self.assertEqual([bool(line) for line in told], [True, True, True, False, False])

    def test_refused(self) -> None:
        """What cannot be done is said; who cannot come in is told so and let go."""
        speaker, transport = self.connect()
        speaker.dataReceived(b"\n")
        self.assertEqual(self.heard(transport), ["the message is empty"])
        self.connect()
        third, transport = self.connect()
        self.assertEqual(self.heard(transport), ["the server is full; try again later"])
        self.assertTrue(transport.disconnecting)
        third.dataReceived(b"Hello?\n")
        third.connectionLost()
        self.assertEqual(len(self.server.around.connections), 2)


class ExampleService(ServicesCase):
    """The dice, as they stand in the document."""

    def setUp(self) -> None:
        super().setUp()
        self.blocks = Document("architecture.rst").blocks
        module = sys.modules["dice"] = ModuleType("dice")
        self.addCleanup(sys.modules.pop, "dice")
        exec(compile(self.blocks["service-example"], "architecture.rst", "exec"), vars(module))
        names: dict[str, Any] = {}
        exec(compile(self.blocks["dice-plugin-example"], "architecture.rst", "exec"), names)
        self.patch(plugins, "getPlugins", lambda interface: [names["dice"]])
        self.server.state.services = load_services(self.around(), lambda: self.fail("no threads"))

    def test_files(self) -> None:
        """It is the service that the tests find elsewhere."""
        folder = ROOT / "tests" / "support" / "dice"
        for block, file in (
            ("service-example", "dice.py"),
            ("dice-plugin-example", "twisted/plugins/dice_plugin.py"),
        ):
            self.assertEqual(self.blocks[block], (folder / file).read_text("utf-8").strip(), file)

    def test_throwing(self) -> None:
        """Two of six sides unless said."""
        alice = self.person("alice")
        self.assertEqual([row.name for row in alice.do(ListServices()).services], ["dice"])
        (row,) = self.answered(alice, "dice", dice=3, sides=1)
        self.assertEqual(row, {"by": "alice", "points": "1 1 1", "sum": 3})
        (row,) = self.answered(alice, "dice")
        points = [int(one) for one in row["points"].split()]
        self.assertEqual((len(points), sum(points)), (2, row["sum"]))
        self.assertTrue(all(1 <= one <= 6 for one in points), points)

    def test_refused(self) -> None:
        """In the service's own words."""
        call = self.call(self.person("alice"), "dice", dice=101)
        told = self.told(call, Code.SERVICE_REQUEST_INVALID)
        self.assertEqual(told, "1 to 100 dice of 1 to 100 sides")
