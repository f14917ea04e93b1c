"""People with devices and a real server between them, with a store in memory; no sockets, and no
screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import Role
from chatd.domain.administration import Enrol, Enrolled
from chatd.domain.limits import Limits
from chatd.domain.link import Link, fingerprint
from chatd.domain.one_time_id import canonical
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from client.connection import Connection
from client.credentials import Member
from client.history.batch import Batch
from client.model.conversation import Conversation, Kind
from client.model.entry import SPOKEN, Delivery, Entry
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.vault import Vault
from tests.client.history.history_case import KEY, AtOnce
from tests.client.vault.vault_case import CHEAP, PASSWORD
from tests.support.headless import Headless
from tests.support.network import Network
from tests.support.server import Server as Daemon
from tests.support.store import memory_store

#: Seconds since the epoch.
_BEGUN = 1_800_000_000.0


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

    def again(self) -> Device:
        """The next run, not connected yet."""
        return Device(self.network, self.vault, self.home, self.recorder is not None)

    def kill(self) -> Device:
        """End at once: nothing is said to the server, and nothing more is written.

        :return: the next run.
        """
        self.connection.stop()
        self.cut()
        self.sender.stop()
        if self.recorder is not None:
            self.recorder.writer.changed = lambda: None  # type: ignore[method-assign]
            self.recorder.writer.batch = Batch()
            self.recorder._connections.close()
        return self.again()

    def end(self) -> None:
        """End as a program does."""
        self.connection.logout()
        self.network.settle()
        self.delivery.stop()
        if self.recorder is not None:
            self.recorder.close()

    def place(self, title: str) -> Conversation:
        """A conversation by its title."""
        kind = Kind.ROOM if title.startswith("#") else Kind.PERSON
        return self.model.open(kind, title.removeprefix("#"))

    def entries(self, title: str) -> list[Entry]:
        """What was said there, with all that the history has."""
        place = self.place(title)
        while place.load_older():
            pass
        entries = [entry for _, entry in place.timeline.backwards()]
        return [entry for entry in reversed(entries) if entry.kind in SPOKEN]

    def texts(self, title: str) -> list[str]:
        """The same, the words alone."""
        return [entry.text for entry in self.entries(title)]

    def deliveries(self, title: str) -> list[Delivery | None]:
        """How far one's own messages there came."""
        return [entry.delivery for entry in self.entries(title) if entry.own]


class DeviceCase(SynchronousTestCase):
    """:ivar network: the way to a server with a store in memory."""

    def setUp(self) -> None:
        self.daemon = Daemon(Limits(rate_count=0), store=memory_store())
        # Two rooms of one name, made in one second, would have the same numbers.
        self.daemon.state.wall = lambda: _BEGUN + self.daemon.clock.seconds()
        self.network = Network(self.daemon)

    def device(self, handle: str, kept: bool = True) -> Device:
        """Somebody at a new device, which is enrolled with its first sign-in."""
        enrol = Enrol(handle, 1, Role.MEMBER)
        enrolled = self.successResultOf(self.daemon.hub.administer(enrol))
        assert isinstance(enrolled, Enrolled)
        return self._at(enrolled.one_time_id, kept)

    def further(self, device: Device) -> Device:
        """Another device of the same person."""
        made = self.asked(device, messages.AddDevice)
        return self._at(made.one_time_id, True)

    def _at(self, one_time_id: str, kept: bool) -> Device:
        pin = fingerprint(public_bytes(self.daemon.around.static))
        identity = Identity(
            Server.of(Link("127.0.0.1", fingerprint=pin)),
            new_device_key(),
            root_key=new_root_key(),
            enrolment=Enrolment(canonical(one_time_id), b""),
        )
        home = Path(self.mktemp()).absolute()
        vault = Vault.create(home, PASSWORD, identity, CHEAP)
        self.addCleanup(vault.close)
        return Device(self.network, vault, home, kept).start()

    def asked(self, device: Device, make: Callable[[int], messages.Request]) -> Any:
        """What a request gives."""
        answer = device.request(make)
        self.settle()
        return self.successResultOf(answer)

    def settle(self) -> None:
        """Until nothing moves any more."""
        self.network.settle()

    def joined(self, room: str, *devices: Device) -> None:
        """All of them enter a room."""
        for device in devices:
            entered = Deferred.fromCoroutine(device.join(room))
            self.settle()
            self.successResultOf(entered)
