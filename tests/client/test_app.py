"""The program around the screen: what it says where it cannot start."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import TestCase

from client import app, cli
from client.profile import Profile

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
        options = argparse.Namespace(server=_LINK, given={})
        reactor: Any = MemoryReactorClock()
        program = app.Program(reactor, self.profile, options, full=False)
        work = Deferred.fromCoroutine(program.run(enrol=False))
        ended = self.failureResultOf(work, SystemExit)
        self.assertEqual(ended.value.code, 2)
        self.assertIn("settings.json cannot be used", self.errors.getvalue())
        self.assertIn("mend or remove it", self.errors.getvalue())
        self.assertEqual(reactor.tcpClients, [])

    def test_a_terminal_that_can_only_print_lines_gets_no_full_screen(self) -> None:
        for stream in ("stdin", "stdout"):
            self.patch(sys, stream, _Typewriter())
        self.patch(os, "environ", {"TERM": "dumb"})
        options = argparse.Namespace(plain=False, server=_LINK)
        ended = self.assertRaises(SystemExit, app.run, self.profile, options)
        self.assertEqual(ended.code, 2)
        self.assertIn("use --plain", self.errors.getvalue())

    def test_without_a_server_it_is_told_how_to_begin(self) -> None:
        """Both commands work as pasted; a script is told the same."""
        for words in (["--plain"], ["rooms"], ["send", "#tea", "hello"]):
            home = ["--home", str(self.profile.home)]
            ended = self.assertRaises(SystemExit, cli.main, [*home, *words])
            self.assertEqual(ended.code, 2)
            first, enrol, _, guest = self.errors.getvalue().splitlines()[-4:]
            self.assertIn("no server is known", first)
            self.assertEqual(shlex.split(enrol)[-1], "enrol")
            self.assertEqual(shlex.split(guest)[-3:], ["--guest", "NAME", "chatd://HOST"])

    def test_what_can_be_no_nick_is_said_to_be_none(self) -> None:
        ended = self.assertRaises(
            SystemExit, cli.main, ["--guest", "a b", "--server", _LINK, "who"]
        )
        self.assertEqual(ended.code, 2)
        self.assertIn("this is not a usable nick", self.errors.getvalue())
