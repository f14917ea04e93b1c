"""People at screens, a real server with real accounts between them, and no sockets."""

from __future__ import annotations

from pathlib import Path

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import Role
from chatd.domain.administration import Enrol, Enrolled
from chatd.domain.link import Link, fingerprint
from chatd.domain.one_time_id import canonical
from chatd.wire.noise import public_bytes
from client.connection import Connection
from client.credentials import Member
from client.enrolment.signing import Signing
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.vault import Vault
from tests.client.vault.vault_case import CHEAP, PASSWORD
from tests.support.network import Network
from tests.support.server import Server as Daemon
from tests.support.store import memory_store

from .scripted import Desk


class Seat(Desk):
    """A person at a screen whose connection is real.

    :ivar heard: rings and what else was written beside the drawing.
    """

    def __init__(self, network: Network, vault: Vault, name: str, columns: int = 120) -> None:
        super().__init__(columns, 40)
        self._network = network
        self.vault = vault
        signing = self.listener.devices = Signing(vault, self.listener)
        link = vault.identity.server.link
        member = Member(vault, name)
        self.connection = Connection(network.clock, network, link, "", signing, member)
        self.screen.controller.uplink = signing.uplink = self.connection
        self.connection.start()
        network.settle()

    def does(self, *lines: str) -> None:
        """Type lines, and let come of them what comes."""
        for line in lines:
            self.line(line)
            self._network.settle()

    def presses(self, *keys: str) -> None:
        """Press keys, likewise."""
        self.press(*keys)
        self._network.settle()

    def told(self, title: str = "") -> list[str]:
        """The words of the conversation looked at, or of another one, in order."""
        roster = self.model.roster
        place = next((one for one in roster if one.title == title), roster.current)
        return [entry.text for _, entry in place.timeline.backwards()][::-1]


class TogetherCase(SynchronousTestCase):
    """:ivar network: the way to a server with a store in memory."""

    def setUp(self) -> None:
        self.daemon = Daemon(store=memory_store())
        self.network = Network(self.daemon)
        self._links = 0

    def link(self, handle: str, level: int = 1, role: Role = Role.MEMBER) -> Link:
        """The admin's link for somebody."""
        enrolled = self.successResultOf(self.daemon.hub.administer(Enrol(handle, level, role)))
        assert isinstance(enrolled, Enrolled)
        pin = fingerprint(public_bytes(self.daemon.around.static))
        return Link("127.0.0.1", fingerprint=pin, one_time_id=enrolled.one_time_id)

    def enrol(self, link: Link, name: str = "laptop") -> Seat:
        """Take a seat at a new device."""
        self._links += 1
        identity = Identity(
            Server.of(link),
            new_device_key(),
            root_key=new_root_key(),
            enrolment=Enrolment(canonical(link.one_time_id), link.device_secret),
        )
        home = Path(self.mktemp()).absolute() / f"profile{self._links}"
        vault = Vault.create(home, PASSWORD, msgspec.structs.replace(identity), CHEAP)
        self.addCleanup(vault.close)
        return Seat(self.network, vault, name)
