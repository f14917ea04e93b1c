"""Services in the hub: who may list and call them, how often, and what is audited."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain.commands import CallService, ListServices, ListUsers, Say
from chatd.domain.limits import Limits
from chatd.domain.results import FieldRow, ServiceList, ServiceRow
from chatd.errors import ChatError, Code
from chatd.interfaces import IAsker
from chatd.services.service import TIMEOUT
from tests.services.case import ServicesCase, Word, account


def echo(asker: IAsker, word: Word) -> Word:
    """Says what it was told."""
    return word


class Listing(ServicesCase):
    def test_none(self) -> None:
        """A hub without services has none to list or call."""
        alice = self.person("alice")
        self.assertEqual(alice.do(ListServices()), ServiceList(()))
        self.refused(Code.NO_SUCH_SERVICE, alice, CallService("echo", {}))

    def test_level(self) -> None:
        """Those above one's level are not listed, and say so when they are called."""
        self.install(echo, level=2)
        guest, alice, bob = (self.person(nick) for nick in ("guest", "alice", "bob"))
        alice.session.person.account = account("alice", 1)
        bob.session.person.account = account("bob", 2)
        for person, level in ((guest, 0), (alice, 1)):
            self.assertEqual(person.do(ListServices()), ServiceList(()))
            told = self.told(self.call(person), Code.LEVEL_TOO_LOW)
            self.assertEqual(told, f"the service echo needs level 2; yours is {level}")
        fields = (FieldRow("text", "text", False, "what to say"),)
        row = ServiceRow("echo", "for tests", 2, fields)
        self.assertEqual(bob.do(ListServices()), ServiceList((row,)))
        self.answered(bob)

    def test_unknown(self) -> None:
        """In any case; a name that is none is told in part only."""
        self.install(echo)
        alice = self.person("alice")
        self.answered(alice, "ECHO")
        told = self.told(self.call(alice, "ecoh"), Code.NO_SUCH_SERVICE)
        self.assertEqual(told, "there is no service called 'ecoh'")
        told = self.told(self.call(alice, "\x1b[2J\n" * 50), Code.NO_SUCH_SERVICE)
        self.assertTrue(told.isprintable() and len(told) < 200, told)


class Audited(ServicesCase):
    def lines(self) -> list[tuple[Any, ...]]:
        """Service, code, nick of each line about a service."""
        told = [fields for event, fields in self.server.audit.lines if event == "service_failed"]
        return [(one["service"], one["code"], one["nick"]) for one in told]

    def test_failure(self) -> None:
        """With the service's own name, however it was typed."""
        self.install(lambda asker, word: None)
        self.told(self.call(self.person("alice"), "Echo"), Code.SERVICE_FAILED)
        self.assertEqual(len(self.flushLoggedErrors(TypeError)), 1)
        self.assertEqual(self.lines(), [("echo", 372, "alice")])

    def test_timeout(self) -> None:
        self.install(lambda asker, word: Deferred())
        call = self.call(self.person("alice"))
        self.server.clock.advance(TIMEOUT)
        self.told(call, Code.SERVICE_TIMEOUT)
        self.assertEqual(self.lines(), [("echo", 373, "alice")])

    def test_too_long(self) -> None:
        self.install(lambda asker, word: [Word("x" * 4000)] * 20)
        told = self.told(self.call(self.person("alice")), Code.SERVICE_FAILED)
        self.assertEqual(
            told, "the answer of the service echo is too long for one message; ask for less"
        )
        self.assertEqual(self.lines(), [("echo", 372, "alice")])

    def test_refusals_are_not(self) -> None:
        """Nothing is wrong with the service."""
        self.install(echo)
        alice = self.person("alice")
        self.told(self.call(alice, txet="hello"), Code.SERVICE_REQUEST_INVALID)
        self.told(self.call(alice, "nothing"), Code.NO_SUCH_SERVICE)
        self.assertEqual(self.lines(), [])


class Harm(ServicesCase):
    """A service that hangs."""

    def test_nobody_else_waits(self) -> None:
        work: Deferred[Word] = Deferred()
        self.install(lambda asker, word: work if word.text == "slow" else word)
        alice, bob = self.people("alice", "bob")
        call = self.call(alice, text="slow")
        self.assertEqual(self.answered(bob, text="fast"), [{"text": "fast"}])
        bob.do(Say("room", "hello"))
        self.assertEqual(alice.texts(), ["hello"])
        self.hub.sign_out(alice.session)
        work.callback(Word("at last"))
        self.assertEqual(self.successResultOf(call).rows, ({"text": "at last"},))

    def test_asks_as_its_asker(self) -> None:
        """A locked room shows its members to members only, whoever asks for them."""

        async def members(asker: IAsker, word: Word) -> list[Word]:
            page = await asker.ask(ListUsers("room"))
            return [Word(row.nick) for row in page.users]

        self.install(members)
        alice, _ = self.people("alice", "bob")
        carol = self.person("carol")
        self.server.state.rooms.get("room").password = "locked"  # type: ignore[union-attr]
        self.assertEqual(self.answered(alice), [{"text": "alice"}, {"text": "bob"}])
        self.told(self.call(carol), Code.NOT_IN_ROOM)


class Flood(ServicesCase):
    limits = Limits()

    def test_rate(self) -> None:
        """Calls count with the changes that a person makes."""
        self.install(echo)
        alice = self.person("alice")
        for _ in range(10):
            self.answered(alice)
        error: ChatError = self.assertRaises(ChatError, self.call, alice)
        self.assertEqual((error.code, error.wait), (Code.TOO_MANY_MESSAGES, 10.0))
        self.assertEqual(error.text, "too many changes and calls; wait 10.0 s")
        self.server.clock.advance(10)
        self.answered(alice)
