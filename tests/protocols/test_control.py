"""The admin's door: one answer for each question, none for nonsense."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ConfigError
from chatd.protocols.control.door import ControlFactory, ControlSession

NONSENSE = "not a request this daemon knows; it knows: fail, link, refuse"


def refuse() -> dict[str, Any]:
    """Cannot be done, for a reason that people can do something about."""
    raise ConfigError("the moon is in the way")


def fail() -> dict[str, Any]:
    """Has a fault."""
    return {"never": 1 / 0}


class ControlTest(SynchronousTestCase):
    """A session on a transport in memory."""

    def setUp(self) -> None:
        self.factory = ControlFactory(
            {"link": lambda: {"links": ["chatd://here/"]}, "refuse": refuse, "fail": fail}
        )
        self.session, self.transport = self.connect()

    def connect(self) -> tuple[ControlSession, StringTransport]:
        session, transport = self.factory.buildProtocol(None), StringTransport()
        session.makeConnection(transport)
        return session, transport

    def say(self, data: bytes) -> list[dict[str, Any]]:
        """Send bytes, and read the answers."""
        self.session.dataReceived(data)
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

    def test_what_fails(self) -> None:
        """The admin's own mistakes are told; ours are logged, and say nothing of the inside."""
        told = {"ok": False, "error": "the moon is in the way"}
        self.assertEqual(self.say(b'{"ask": "refuse"}\n'), [told])
        told["error"] = "it failed; the daemon's log says why"
        self.assertEqual(self.say(b'{"ask": "fail"}\n'), [told])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(len(self.say(b'{"ask": "link"}\n')), 1)

    def test_nonsense(self) -> None:
        """It is said what can be asked, and the connection ends with that."""
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
            b"\x00\xff\xfe",
            b"[" * 4000,
            b'{"ask": ' * 500,
            b"9" * 4096,
        ):
            self.session, self.transport = self.connect()
            answers = self.say(nonsense + b'\n{"ask": "link"}\n')
            self.assertEqual(answers, [{"ok": False, "error": NONSENSE}], nonsense)
            self.assertTrue(self.transport.disconnecting)

    def test_too_long(self) -> None:
        """No line is kept beyond its limit, whether it ends or not."""
        for data in (b"x" * 4097, b'{"ask": "' + b"x" * 5000 + b'"}\n{"ask": "link"}\n'):
            self.session, self.transport = self.connect()
            self.assertEqual(self.say(data), [])
            self.assertTrue(self.transport.disconnecting)

    @given(st.binary(max_size=200))
    def test_random(self, data: bytes) -> None:
        """One answer, and never a surprise."""
        self.session, self.transport = self.connect()
        answers = self.say(data + b"\n")
        self.assertEqual([answer["ok"] for answer in answers], [False])
