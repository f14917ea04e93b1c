"""Opening the vault: which password is tried, what a wrong one costs."""

from __future__ import annotations

import shlex
from typing import Any

from twisted.internet.defer import Deferred, succeed

from client import unlock as unlocking
from client.enrolment.step import Step, Unanswered
from client.unlock import unlock
from client.vault.errors import NoVault, VaultError, VaultInUse, WrongPassword
from client.vault.vault import Vault
from tests.client.machine import Safe, machine
from tests.client.vault.vault_case import PASSWORD, VaultCase
from tests.support.network import Network


class UnlockTest(VaultCase):
    """:ivar asked: what each question was about; :ivar answers: what is typed, until nobody is
    there any more."""

    def setUp(self) -> None:
        super().setUp()
        self.network = Network()
        self.reactor = machine(self, self.network)
        self.asked: list[str] = []
        self.heard: list[str] = []
        self.answers: list[str] = []
        self.create().close()

    async def ask(self, step: Step) -> str:
        self.asked.append(step.text)
        if not self.answers:
            raise Unanswered("nobody is here")
        return self.answers.pop(0)

    def say(self, text: str) -> None:
        self.heard.append(text)

    def stop(self) -> None:
        """Nothing to give back."""

    def unlock(self, *answers: str, **options: Any) -> Deferred[tuple[Vault, str]]:
        self.answers += answers
        return Deferred.fromCoroutine(unlock(self.reactor, self.folder, self, **options))

    def opened(self, work: Deferred[tuple[Vault, str]]) -> str:
        """The password it took."""
        vault, password = self.successResultOf(work)
        vault.close()
        return password

    def test_typed(self) -> None:
        self.assertEqual(self.opened(self.unlock(PASSWORD)), PASSWORD)

    def test_a_wrong_one_makes_the_next_wait_longer(self) -> None:
        """Half a second, then twice as long each time; never more than half a minute."""
        waits: list[float] = []

        def later(reactor: Any, wait: float, work: Any) -> Deferred[None]:
            waits.append(wait)
            return succeed(None)

        self.patch(unlocking, "deferLater", later)
        work = self.unlock(*["wrong"] * 9, PASSWORD)
        self.assertEqual(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0])
        self.assertEqual(self.opened(work), PASSWORD)
        for told in self.asked[1:]:
            self.assertIn("The password is wrong", told)
        self.assertEqual(self.heard[0], "Wrong again: a pause of 1 s.")
        self.assertEqual(self.heard[-1], "Wrong again: a pause of 30 s.")

    def test_longer_than_any_password(self) -> None:
        work = self.unlock("x" * 5000, PASSWORD)
        self.reactor.advance(1)
        self.assertIn("at most 1024 bytes", self.asked[1])
        self.opened(work)

    def test_a_wrong_one_and_nobody_to_ask(self) -> None:
        work = self.unlock("wrong")
        self.reactor.advance(1)
        self.failureResultOf(work, WrongPassword)

    def test_nobody_to_ask(self) -> None:
        error = self.failureResultOf(self.unlock(), VaultError).value
        self.assertIn("the vault stays closed", str(error))

    def test_the_keychains(self) -> None:
        Safe(self.folder).remember(PASSWORD)
        self.assertEqual(self.opened(self.unlock()), PASSWORD)
        self.assertEqual(self.asked, [])

    def test_the_keychains_is_older(self) -> None:
        Safe(self.folder).remember("what it was before")
        self.assertEqual(self.opened(self.unlock(PASSWORD)), PASSWORD)
        words = shlex.split(self.heard[0].splitlines()[-1])
        home = str(self.folder.absolute())
        self.assertEqual(words[-4:], ["--home", home, "passwd", "--remember"])

    def test_the_keychain_is_not_asked(self) -> None:
        Safe(self.folder).remember(PASSWORD)
        self.assertEqual(self.opened(self.unlock(PASSWORD, recall=False)), PASSWORD)
        self.assertEqual(len(self.asked), 1)

    def test_nothing_is_asked_where_nothing_could_be_opened(self) -> None:
        held = self.open()
        self.failureResultOf(self.unlock(PASSWORD), VaultInUse)
        held.close()
        (self.folder / "vault").unlink()
        self.failureResultOf(self.unlock(PASSWORD), NoVault)
        self.assertEqual(self.asked, [])

    def test_the_work_is_done_beside_the_reactor(self) -> None:
        """Argon2id takes its time; heartbeats and the screen go on meanwhile."""
        handed: list[str] = []

        def in_thread(reactor: Any, work: Any, *arguments: Any) -> Deferred[Any]:
            handed.append(work.__qualname__)
            return Deferred()

        self.patch(unlocking, "in_thread", in_thread)
        self.unlock(PASSWORD, recall=False)
        self.assertEqual(handed, ["Vault.open"])
