"""A server whose key is not known: seen, shown and asked about, with no connection open."""

from __future__ import annotations

import argparse
import builtins
import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link, fingerprint, show_fingerprint
from chatd.wire.noise import public_bytes
from client.dialer import Dialer
from client.enrolment.lines import Lines
from client.first_use import known
from client.profile import Profile
from client.report import report
from client.status import Status
from tests.client.machine import machine
from tests.support.network import Network


class _Typewriter(io.StringIO):
    def isatty(self) -> bool:
        return True


class FirstUseTest(SynchronousTestCase):
    """:ivar questions: what was asked, and what the network was like at that moment."""

    def setUp(self) -> None:
        self.network = Network()
        self.key = fingerprint(public_bytes(self.network.server.around.static))
        self.profile = Profile(Path(self.mktemp()))
        self.link = Link.parse("chatd://127.0.0.1")
        self.out, self.err = io.StringIO(), io.StringIO()
        self.questions: list[str] = []
        self.chats: list[str] = []
        self.reactor = machine(self, self.network)
        for name, stream in (("stdin", _Typewriter()), ("stdout", self.out), ("stderr", self.err)):
            self.patch(sys, name, stream)

    def run_with(self, answer: Callable[[], str]) -> int:
        """:return: the exit status."""

        def asked(question: str) -> str:
            self.questions.append(question)
            (line,) = self.network.lines
            self.assertTrue(line.client.gone, "a connection is open")
            self.assertEqual(line.client.written, b"")
            return answer()

        self.patch(builtins, "input", asked)
        dialer = Dialer(self.reactor, argparse.Namespace())
        work = Deferred.fromCoroutine(known(self.profile, dialer, Lines(), self.link))
        self.network.settle()
        status: list[int] = []
        work.addCallback(lambda link: self.chats.append(link.fingerprint))
        work.addCallbacks(
            lambda _: status.append(0),
            lambda failure: status.append(report(self.profile, failure.value)),
        )
        return status[0]

    def answer(self, answer: str) -> int:
        return self.run_with(lambda: answer)

    def test_yes(self) -> None:
        for answer in ("yes", "Y", " y "):
            self.setUp()
            self.assertEqual(self.answer(answer), Status.DONE)
            self.assertEqual(self.chats, [self.key])
            self.assertEqual(self.profile.pin(self.link), self.key)
        self.assertIn(show_fingerprint(self.key), self.err.getvalue())
        self.assertEqual(self.out.getvalue(), "")

    def test_no(self) -> None:
        for answer in ("no", "N "):
            self.setUp()
            self.assertEqual(self.answer(answer), Status.KEY)
            self.assertEqual(self.chats, [])
            self.assertEqual(self.profile.pin(self.link), "")
            self.assertIn("nothing was sent to that server", self.err.getvalue())

    def test_something_else_is_asked_again(self) -> None:
        answers = ["yeah", "", "yes"]
        self.assertEqual(self.run_with(lambda: answers.pop(0)), Status.DONE)
        self.assertEqual(len(self.questions), 3)
        self.assertIn("Type yes or no.", self.err.getvalue())

    def test_no_answer(self) -> None:
        """The end of input, or a terminal that is gone."""
        for error in (EOFError(), OSError(5, "Input/output error")):
            self.setUp()
            self.assertEqual(self.run_with(partial(self.fails, error)), Status.KEY)
            self.assertEqual(self.profile.pin(self.link), "")

    def test_interrupted(self) -> None:
        self.assertEqual(self.run_with(partial(self.fails, KeyboardInterrupt())), 130)
        self.assertEqual(self.chats, [])

    def fails(self, error: BaseException) -> str:
        raise error

    def test_nobody_to_ask(self) -> None:
        self.patch(sys, "stdin", io.StringIO("yes\n"))
        self.assertEqual(self.answer("yes"), Status.KEY)
        self.assertEqual(self.questions, [])
        self.assertIn(" trust ", self.err.getvalue().splitlines()[-1])

    def test_a_known_key_is_not_asked_about(self) -> None:
        self.profile.accept(self.link, self.key)
        self.assertEqual(self.answer("no"), Status.DONE)
        self.assertEqual((self.questions, self.network.lines), ([], []))
        self.assertEqual(self.chats, [self.key])

    def test_a_key_in_the_link_is_not_asked_about(self) -> None:
        self.link = Link.parse(f"chatd://127.0.0.1/#{self.key}")
        self.assertEqual(self.answer("no"), Status.DONE)
        self.assertEqual((self.questions, self.chats), ([], [self.key]))

    def test_a_link_against_the_pin(self) -> None:
        self.profile.accept(self.link, "a" * 52)
        self.link = Link.parse(f"chatd://127.0.0.1/#{self.key}")
        self.assertEqual(self.answer("yes"), Status.KEY)
        self.assertEqual((self.questions, self.chats), ([], []))
        self.assertIn("STOP", self.err.getvalue())

    def test_no_server(self) -> None:
        self.network.down = ConnectionRefusedError()
        self.assertEqual(self.answer("yes"), Status.NO_CONNECTION)
        self.assertEqual(self.questions, [])
        self.assertIn("cannot connect", self.err.getvalue())
