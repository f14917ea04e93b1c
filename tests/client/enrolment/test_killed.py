"""Client and server killed at every step of enrolling and of signing in: nobody is locked out,
nothing is half made, and no copied vault is seen where there is none."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from twisted.internet.defer import Deferred

from chatd.domain.account import DeviceState
from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from client.dialer import Dialer
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.vault import Vault
from tests.client.enrolment.enrol_case import EnrolTest, Person, Session
from tests.client.machine import machine
from tests.client.vault.vault_case import CHEAP, PASSWORD
from tests.support.network import End, Line, Network
from tests.support.server import Server as Daemon

#: More steps than any of this takes.
_ENOUGH = 40


class KilledTest(EnrolTest):
    """A step is what one side wrote reaching the other side."""

    def steps(self, count: int) -> bool:
        """Go so many steps, and no further.

        :return: whether there were fewer to go.
        """
        while count:
            moved = [end for line in self.network.lines for end in _ends(line) if end[0].value()]
            if not moved:
                return True
            for source, target, carry in moved[:count]:
                carry(source, target)
                self.server.turn()
                count -= 1
        return False

    def kill_client(self, vault: Vault) -> None:
        """What it did not write is never written; its lock is free."""
        vault.close()
        for line in self.network.lines:
            line.cut()

    def kill_both(self, vault: Vault) -> None:
        """The server starts again with what its store holds."""
        self.kill_client(vault)
        static = self.server.around.static
        self.server = Daemon(store=self.store)
        self.server.around.static = static
        self.network = Network(self.server)
        self.reactor = machine(self, self.network)
        self.dialer = Dialer(self.reactor, argparse.Namespace())

    def enrol_killed(self, handle: str, step: int, kill: Callable[[Vault], None]) -> bool:
        """Enrol up to a step; the next run goes on, and asks nothing.

        :return: whether it was done by then.
        """
        link = Link.parse(self.link(handle))
        enrolment = Enrolment(canonical(link.one_time_id))
        identity = Identity(
            Server.of(link), new_device_key(), root_key=new_root_key(), enrolment=enrolment
        )
        vault = Vault.create(self.home, PASSWORD, identity, CHEAP)
        work = Deferred.fromCoroutine(self.wizard(Person(self.network)).resume(vault))
        done = self.steps(step)
        kill(vault)
        work.addErrback(lambda _: None)  # what a killed program says, nobody hears
        vault = self.reopened()
        silent = Person(self.network)
        self.successResultOf(self.run_to_end(self.wizard(silent).resume(vault)))
        self.assertEqual(silent.asked, [])
        vault.close()
        return done

    def sign_in_killed(self, step: int, kill: Callable[[Vault], None]) -> None:
        vault = self.reopened()
        session = Session(self.dialer, vault)
        self.steps(step)
        kill(vault)
        session.connection.stop()

    def everywhere(self, kill: Callable[[Vault], None]) -> None:
        """Enrol and sign in twice, killed each time one step later; then sign in to stay."""
        for step in range(_ENOUGH):
            handle = f"alice{step}"
            self.home = self.new_home()
            done = self.enrol_killed(handle, step, kill)
            self.sign_in_killed(step, kill)
            self.sign_in_killed(step + 1, kill)
            vault = self.reopened()
            session = self.chat(vault)
            self.assertEqual(session.connection.nick, handle)
            (device,) = self.devices(handle)
            self.assertEqual((device.state, device.signed), (DeviceState.ACTIVE, True), step)
            self.assertEqual(self.server.audit.told("vault_copied"), [])
            self.leave(session)
            vault.close()
            if done:
                return
        self.fail("it never came to its end")

    def test_the_client(self) -> None:
        self.everywhere(self.kill_client)

    def test_both(self) -> None:
        self.everywhere(self.kill_both)


def _ends(line: Line) -> list[tuple[End, End, Callable[[End, End], bool]]]:
    """Both directions of a connection that is up."""
    if line.client.gone or line.server.gone:
        return []
    ways = ((line.client, line.server), (line.server, line.client))
    return [(source, target, line._carry) for source, target in ways]
