"""A server with accounts, in memory, and people who answer what they are asked."""

from __future__ import annotations

import argparse
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import Account, Device
from chatd.domain.administration import Enrol, Enrolled
from chatd.domain.link import Link, fingerprint
from chatd.errors import ChatError, Code
from chatd.wire.noise import public_bytes
from client.admission import as_member
from client.dialer import Dialer
from client.enrolment.signing import Signing
from client.enrolment.step import Step, Unanswered
from client.enrolment.wizard import Wizard
from client.profile import Profile
from client.vault.identity import Identity
from client.vault.vault import Vault
from tests.client.listener import Listener
from tests.client.machine import machine
from tests.client.vault.vault_case import PASSWORD
from tests.support.network import Network
from tests.support.server import Server
from tests.support.store import memory_store


class Person:
    """A face that answers in order, and then is gone.

    :ivar asked: the names of the steps; :ivar heard: what was said.
    """

    def __init__(self, network: Network, *answers: str) -> None:
        self.asked: list[str] = []
        self.heard: list[str] = []
        self._network = network
        self._before = len(network.lines)
        self._answers = list(answers)

    async def ask(self, step: Step) -> str:
        for line in self._network.lines[self._before :]:
            assert line.client.gone, "a handshake waits for a person"
        self.asked.append(step.name)
        if not self._answers:
            raise Unanswered("nobody is here")
        self.heard.append(step.reason)
        return self._answers.pop(0)

    def say(self, text: str) -> None:
        self.heard.append(text)

    def stop(self) -> None:
        """Nothing to give back."""

    def heard_of(self, words: str) -> bool:
        """Whether they were told something with these words in it."""
        return any(words in text for text in self.heard)


class Session:
    """A member's chat, as far as the connection goes.

    :ivar signing: what the screen reaches as its devices; :ivar heard: what the screen is told.
    """

    def __init__(self, dialer: Dialer, vault: Vault) -> None:
        self.heard = Listener()
        self.signing = Signing(vault, self.heard)
        admission = as_member(vault, argparse.Namespace())
        self.connection = dialer.connection(
            admission.link, admission.nick, self.signing, admission.credentials
        )
        self.signing.uplink = self.connection
        self.connection.start()


class EnrolTest(SynchronousTestCase):
    """:ivar server: with a store; :ivar home: of one profile, which a test may change."""

    def setUp(self) -> None:
        self.store = memory_store()
        self.server = Server(store=self.store)
        self.network = Network(self.server)
        self.reactor = machine(self, self.network)
        self.dialer = Dialer(self.reactor, argparse.Namespace())
        self.place = Link("127.0.0.1", fingerprint=self.pin())
        self.home = self.new_home()

    def new_home(self) -> Path:
        """Another profile's folder, not there yet."""
        return Path(self.mktemp()).absolute() / "profile"

    def pin(self) -> str:
        """The server's fingerprint."""
        return fingerprint(public_bytes(self.server.around.static))

    # ------------------------------------------------------------ what the admin does

    def order(self, order: Any) -> Any:
        """Something ordered by the admin."""
        return self.successResultOf(self.server.hub.administer(order))

    def link(self, handle: str, **how: Any) -> str:
        """A link for somebody."""
        enrolled = self.order(Enrol(handle, **how))
        assert isinstance(enrolled, Enrolled)
        return f"{self.place}/{enrolled.one_time_id}"

    def account(self, handle: str) -> Account:
        """As the store has it."""
        account = self.successResultOf(self.store.account(handle))
        assert account is not None
        return account

    def devices(self, handle: str) -> list[Device]:
        """Likewise."""
        devices: list[Device] = self.successResultOf(self.store.devices(self.account(handle).id))
        return devices

    # ------------------------------------------------------------ what people do

    def wizard(self, person: Person) -> Wizard:
        """For the profile of the moment."""
        return Wizard(Profile(self.home), self.dialer, person)

    def run_to_end(self, work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
        """As far as it comes in a minute."""
        done = Deferred.fromCoroutine(work)
        self.network.advance(60)
        return done

    def begin(self, *answers: str) -> Vault:
        """A person enrols, in a new profile."""
        self.person = Person(self.network, *answers)
        vault = self.successResultOf(self.run_to_end(self.wizard(self.person).begin()))
        assert isinstance(vault, Vault)
        self.addCleanup(vault.close)
        return vault

    def enrol(self, handle: str) -> Vault:
        """From nothing to an enrolled device."""
        return self.begin(self.link(handle), PASSWORD, PASSWORD)

    def refused(self, work: Coroutine[Any, Any, Any]) -> Code:
        """How it ends, where it does not get in."""
        error = self.failureResultOf(self.run_to_end(work), ChatError).value
        assert isinstance(error, ChatError)
        return error.code

    def reopened(self) -> Vault:
        """The vault of the profile as the next run finds it."""
        vault = Vault.open(self.home, PASSWORD)
        self.addCleanup(vault.close)
        return vault

    def kept(self) -> Identity:
        """What is on the disk."""
        vault = self.reopened()
        vault.close()
        return vault.identity

    def chat(self, vault: Vault) -> Session:
        """Sign in as ``chatc`` does."""
        session = Session(self.dialer, vault)
        self.network.settle()
        return session

    def leave(self, session: Session) -> None:
        """Sign out."""
        gone = session.connection.logout()
        self.network.settle()
        self.successResultOf(gone)
