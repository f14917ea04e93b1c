"""People with devices and a real server between them, with a store in memory; no sockets, and no
screens."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import Role
from chatd.domain.administration import Enrol, Enrolled
from chatd.domain.link import Link, fingerprint
from chatd.domain.one_time_id import canonical
from chatd.wire.noise import public_bytes
from client.connection import Connection
from client.credentials import Member
from client.model.conversation import Conversation, Kind
from client.model.entry import SPOKEN, Delivery
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.vault import Vault
from tests.client.history.history_case import KEY, AtOnce
from tests.client.vault.vault_case import CHEAP, PASSWORD
from tests.support.headless import Headless
from tests.support.network import Network
from tests.support.server import Server as Daemon
from tests.support.store import memory_store


class Device(Headless):
    """One run of a program on a device.

    :param kept: it has a history.
    """

    def __init__(self, network: Network, vault: Vault, home: Path, kept: bool = True) -> None:
        link = vault.identity.server.link
        super().__init__(network.clock, vault.identity.handle, link.place, network.clock.seconds)
        self.network, self.vault, self.home = network, vault, home
        self.thread = AtOnce()
        if kept:
            self.keep(home, KEY, self.thread)
        self.connection = Connection(network.clock, network, link, "", self, Member(vault, "pc"))
        self.uplink = self.connection

    def start(self) -> Device:
        """Connect."""
        self.connection.start()
        self.network.settle()
        return self

    def cut(self) -> None:
        """The network breaks."""
        protocol = self.connection._link
        for line in self.network.lines:
            if line.client.protocol is protocol:
                line.cut()

    def kill(self) -> Device:
        """End at once, with nothing done that was to be done; begin again."""
        self.crash()
        return Device(self.network, self.vault, self.home, self.recorder is not None)

    def crash(self) -> None:
        """End at once, with nothing done that was to be done."""
        self.connection._listener = Headless(self.network.clock, "", "")
        self.connection._stopped = True
        self.cut()
        self.sender.stop()
        if self.recorder is not None:
            writer = self.recorder.writer
            if writer._turn is not None and writer._turn.active():
                writer._turn.cancel()
            writer.changed = lambda: None  # type: ignore[method-assign]
            self.recorder._connections.close()

    def end(self) -> None:
        """End as a program does."""
        self.connection.logout()
        self.network.settle()
        self.sender.stop()
        if self.recorder is not None:
            self.recorder.close()

    def place(self, title: str) -> Conversation:
        """A conversation by its title."""
        kind = Kind.ROOM if title.startswith("#") else Kind.PERSON
        return self.model.open(kind, title.removeprefix("#"))

    def texts(self, title: str) -> list[str]:
        """What was said there, with all that the history has."""
        place = self.place(title)
        while place.load_older():
            pass
        entries = [entry for _, entry in place.timeline.backwards()][::-1]
        return [entry.text for entry in entries if entry.kind in SPOKEN]

    def deliveries(self, title: str) -> list[Delivery | None]:
        """How far one's own messages there came."""
        entries = [entry for _, entry in self.place(title).timeline.backwards()][::-1]
        return [entry.delivery for entry in entries if entry.own]


class DeviceCase(SynchronousTestCase):
    """:ivar network: the way to a server with a store in memory."""

    def setUp(self) -> None:
        self.daemon = Daemon(store=memory_store())
        self.network = Network(self.daemon)

    def link(self, handle: str) -> Link:
        """The admin's link for somebody."""
        enrolled = self.successResultOf(self.daemon.hub.administer(Enrol(handle, 1, Role.MEMBER)))
        assert isinstance(enrolled, Enrolled)
        pin = fingerprint(public_bytes(self.daemon.around.static))
        return Link("127.0.0.1", fingerprint=pin, one_time_id=enrolled.one_time_id)

    def device(self, handle: str, kept: bool = True) -> Device:
        """Somebody at a new device, which is enrolled with its first sign-in."""
        link = self.link(handle)
        identity = Identity(
            Server.of(link),
            new_device_key(),
            root_key=new_root_key(),
            enrolment=Enrolment(canonical(link.one_time_id), link.device_secret),
        )
        home = Path(self.mktemp()).absolute()
        vault = Vault.create(home, PASSWORD, identity, CHEAP)
        self.addCleanup(vault.close)
        return Device(self.network, vault, home, kept).start()

    def settle(self) -> None:
        """Until nothing moves any more."""
        self.network.settle()

    def joined(self, room: str, *devices: Device) -> None:
        """All of them enter a room."""
        for device in devices:
            entered = Deferred.fromCoroutine(device.join(room))
            self.settle()
            self.successResultOf(entered)
