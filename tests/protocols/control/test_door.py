"""The admin's door: one answer for each question, in order, and none for nonsense."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, ConfigError, Refused, StoreFailed
from chatd.protocols.control.desk import TABLE, Answer
from chatd.protocols.control.door import ControlFactory, ControlSession
from tests.support.server import Server
from tests.support.store import memory_store


def refuse() -> dict[str, Any]:
    """Cannot be done, for a reason that people can do something about."""
    raise ConfigError("the moon is in the way")


def deny() -> dict[str, Any]:
    """The hub says no."""
    raise Refused(Code.STORE_FAILED)


def give_up() -> dict[str, Any]:
    """The store's disk is full."""
    raise StoreFailed("the store is full")


def fail() -> dict[str, Any]:
    """Has a fault."""
    return {"never": 1 / 0}


class DoorTest(SynchronousTestCase):
    """A session on a transport in memory, at a hub with a store."""

    def setUp(self) -> None:
        self.waiting: list[Deferred[dict[str, Any]]] = []
        self.factory = ControlFactory(Server(store=memory_store()).hub, self.answers)
        self.session, self.transport = self.connect()

    def answers(self) -> dict[str, Answer]:
        """What the daemon can tell one chatctl."""
        return {
            "link": lambda: {"links": ["chatd://here/"]},
            "refuse": refuse,
            "deny": deny,
            "give up": give_up,
            "fail": fail,
            "wait": self.wait,
        }

    def wait(self) -> Deferred[dict[str, Any]]:
        self.waiting.append(Deferred())
        return self.waiting[-1]

    def connect(self) -> tuple[ControlSession, StringTransport]:
        session, transport = self.factory.buildProtocol(None), StringTransport()
        session.makeConnection(transport)
        return session, transport

    def say(self, data: bytes) -> list[dict[str, Any]]:
        """Send bytes, and read the answers."""
        self.session.dataReceived(data)
        return self.heard()

    def heard(self) -> list[dict[str, Any]]:
        lines = self.transport.value().split(b"\n")
        self.transport.clear()
        self.assertEqual(lines.pop(), b"")
        return [json.loads(line) for line in lines]

    def test_answers(self) -> None:
        """As many as there are questions, however they arrive."""
        told = {"ok": True, "links": ["chatd://here/"]}
        question = b'{"ask": "link"}\n'
        self.assertEqual(self.say(question * 2), [told, told])
        self.assertEqual(self.say(question[:5]), [])
        self.assertEqual(self.say(question[5:]), [told])
        self.assertFalse(self.transport.disconnecting)

    def test_in_order(self) -> None:
        """The next question is taken up when this one is answered."""
        self.assertEqual(self.say(b'{"ask": "wait"}\n{"ask": "wait"}\n{"ask": "link"}\n'), [])
        self.assertEqual((len(self.waiting), self.transport.producerState), (1, "paused"))
        self.waiting[0].callback({"number": 1})
        self.assertEqual(self.heard(), [{"ok": True, "number": 1}])
        self.waiting[1].callback({"number": 2})
        self.assertEqual([answer.get("number") for answer in self.heard()], [2, None])
        self.assertEqual(self.transport.producerState, "producing")

    def test_orders(self) -> None:
        """A hub behind it does what is asked."""
        (enrolled,) = self.say(b'{"ask": "enrol", "handle": "alice", "level": 3}\n')
        self.assertEqual((enrolled["ok"], enrolled["account"]["level"]), (True, 3))
        (told,) = self.say(b'{"ask": "list"}\n')
        self.assertEqual([row["handle"] for row in told["accounts"]], ["alice"])

    def test_what_fails(self) -> None:
        """The admin's own mistakes are told; ours are logged, and say nothing of the inside."""
        told = {"ok": False, "error": "the moon is in the way"}
        self.assertEqual(self.say(b'{"ask": "refuse"}\n'), [told])
        (told,) = self.say(b'{"ask": "deny"}\n')
        self.assertEqual((told["ok"], told["code"]), (False, Code.STORE_FAILED))
        (told,) = self.say(b'{"ask": "give up"}\n')
        self.assertEqual(told["error"], "nothing was changed: the store is full")
        told = {"ok": False, "error": "it failed; the daemon's log says why"}
        self.assertEqual(self.say(b'{"ask": "fail"}\n'), [told])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(len(self.say(b'{"ask": "link"}\n')), 1)

    def test_hung_up_while_it_waits(self) -> None:
        """Nobody is told, and nothing breaks."""
        self.say(b'{"ask": "wait"}\n')
        self.session.connectionLost()
        self.waiting[0].callback({})

    def test_nonsense(self) -> None:
        """It is said what can be asked, and the connection ends with that."""
        known = ", ".join(sorted([*self.answers(), *TABLE]))
        for nonsense in (
            b"",
            b"link",
            b"{}",
            b"[]",
            b"null",
            b'"ask"',
            b'{"ask": "links"}',
            b'{"ask": ["link"]}',
            b'{"ask": {"ask": "link"}}',
            b'{"ask": null}',
            b'{"ask": "link"',
            b'{"ask": "\xff"}',
            b'{"ask": "\\ud800"}',
            b"\x00\xff\xfe",
            b"[" * 4000,
            b'{"ask": ' * 500,
            b"9" * 4096,
        ):
            self.session, self.transport = self.connect()
            answers = self.say(nonsense + b'\n{"ask": "link"}\n')
            told = f"not a request this daemon knows; it knows: {known}"
            self.assertEqual(answers, [{"ok": False, "error": told}], nonsense)
            self.assertTrue(self.transport.disconnecting)

    def test_too_long(self) -> None:
        """No line is kept beyond its limit, whether it ends or not."""
        told = {"ok": False, "error": "the request is too long"}
        for data in (b"x" * 16385, b'{"ask": "' + b"x" * 20000 + b'"}\n{"ask": "link"}\n'):
            self.session, self.transport = self.connect()
            self.assertEqual(self.say(data), [told])
            self.assertTrue(self.transport.disconnecting)

    @given(st.binary(max_size=200))
    def test_random(self, data: bytes) -> None:
        """One answer, and never a surprise."""
        self.session, self.transport = self.connect()
        answers = self.say(data + b"\n")
        self.assertEqual([answer["ok"] for answer in answers], [False])
