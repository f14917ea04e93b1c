"""The program around the screen: what it says where it cannot start."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import TestCase

from chatd.domain.link import Link
from client import app, cli
from client.connection import KeyChanged, KeyUnknown
from client.profile import Profile
from client.trust import explain, introduce

_FOUND = "b" * 51 + "a"
_LINK = f"chatd://chat.example.org:4170/#{_FOUND}"


class _Typewriter(io.StringIO):
    def isatty(self) -> bool:
        return True


class StartTests(TestCase):
    def setUp(self) -> None:
        self.profile = Profile(Path(self.mktemp()))
        self.profile.home.mkdir()
        self.errors = io.StringIO()
        self.patch(sys, "stderr", self.errors)

    def test_a_damaged_settings_file_is_told_and_nothing_is_connected(self) -> None:
        (self.profile.home / "settings.json").write_text("{")
        options = argparse.Namespace(plain=False)
        reactor: Any = MemoryReactorClock()
        work = app._work(reactor, self.profile, options, Link.parse(_LINK))
        ended = self.failureResultOf(Deferred.fromCoroutine(work), SystemExit)
        self.assertEqual(ended.value.code, 2)
        self.assertIn("settings.json cannot be used", self.errors.getvalue())
        self.assertIn("mend or remove it", self.errors.getvalue())
        self.assertEqual(reactor.tcpClients, [])

    def test_a_terminal_that_can_only_print_lines_gets_no_full_screen(self) -> None:
        for stream in ("stdin", "stdout"):
            self.patch(sys, stream, _Typewriter())
        self.patch(os, "environ", {"TERM": "dumb"})
        options = argparse.Namespace(plain=False)
        ended = self.assertRaises(SystemExit, app.run, self.profile, options, Link.parse(_LINK))
        self.assertEqual(ended.code, 2)
        self.assertIn("use --plain", self.errors.getvalue())

    def test_what_can_be_no_nick_is_said_to_be_none(self) -> None:
        ended = self.assertRaises(
            SystemExit, cli.main, ["--guest", "a b", "--server", _LINK, "who"]
        )
        self.assertEqual(ended.code, 2)
        self.assertIn("this is not a usable nick", self.errors.getvalue())


class KeyTests(TestCase):
    def setUp(self) -> None:
        self.link = Link.parse("chatd://chat.example.org")

    def test_an_unknown_key_is_introduced_in_whole_sentences(self) -> None:
        words = introduce(self.link, KeyUnknown(_FOUND))
        self.assertIn("bbbb bbbb", words)
        self.assertTrue(words.endswith("(chatctl fingerprint)."), words)

    def test_a_wrong_key_is_shown_beside_the_expected_one(self) -> None:
        error = KeyChanged("a" * 52, _FOUND)
        words = explain(Profile(Path(self.mktemp())), self.link, error)
        self.assertIn("expected: aaaa", words)
        self.assertIn("now:      bbbb", words)
        self.assertIn("trust", words.splitlines()[-1])
