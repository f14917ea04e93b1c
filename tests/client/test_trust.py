"""Which key is right, what is said where none is, and the command that accepts one."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link, show_fingerprint
from chatd.errors import TEXTS, ChatError, Code, Refused
from client import cli
from client.profile import Profile, default_home
from client.refusals import KeyChanged, KeyUnknown
from client.trust import expected_key, explain, introduce, remember_key
from tests.client.machine import machine
from tests.support.network import Network

KEY, OTHER = "a" * 52, "b" * 51 + "a"


class TrustTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.profile = Profile(Path(self.mktemp()))
        self.bare = Link.parse("chatds://chat.example.org")
        self.whole = Link.parse(f"chatds://chat.example.org/#{KEY}")


class ExpectedKeyTest(TrustTest):
    def test_from_nowhere(self) -> None:
        self.assertEqual(expected_key(self.profile, self.bare), "")

    def test_from_the_link(self) -> None:
        self.assertEqual(expected_key(self.profile, self.whole), KEY)
        self.assertEqual(self.profile.pin(self.bare), "")  # it has shown nothing yet

    def test_from_the_pin(self) -> None:
        remember_key(self.profile, self.whole, KEY)
        self.assertEqual(expected_key(self.profile, self.bare), KEY)
        self.assertEqual(expected_key(self.profile, self.whole), KEY)

    def test_link_against_pin(self) -> None:
        remember_key(self.profile, self.bare, OTHER)
        error = self.assertRaises(KeyChanged, expected_key, self.profile, self.whole)
        self.assertEqual((error.link.fingerprint, error.found), (OTHER, KEY))

    def test_what_is_known_is_not_written_again(self) -> None:
        remember_key(self.profile, self.bare, KEY)
        (file,) = self.profile.home.iterdir()
        before = file.stat().st_ino
        remember_key(self.profile, self.whole, KEY)
        self.assertEqual(file.stat().st_ino, before)


class ExplainTest(TrustTest):
    def test_an_unknown_key(self) -> None:
        words = explain(self.profile, KeyUnknown(self.bare, OTHER))
        for part in ("chat.example.org:4170", show_fingerprint(OTHER), "chatctl fingerprint"):
            self.assertIn(part, words)
        self.assertTrue(words.startswith(introduce(KeyUnknown(self.bare, OTHER))))

    def test_a_changed_key(self) -> None:
        words = explain(self.profile, KeyChanged(self.whole, OTHER))
        self.assertTrue(words.startswith("STOP: the key of chat.example.org:4170"))
        self.assertLess(words.index(show_fingerprint(KEY)), words.index(show_fingerprint(OTHER)))

    def test_what_a_new_link_mends_ends_with_the_command(self) -> None:
        """For the profile it is about."""
        for code in (Code.GUESTS_OFF, Code.ID_USED, Code.DEVICE_SUSPENDED, Code.VAULT_COPIED):
            words, command = explain(self.profile, ChatError(code)).split("\n  ")
            self.assertEqual(words, TEXTS[code])
            home = os.path.abspath(self.profile.home)
            self.assertEqual(shlex.split(command)[-3:], ["--home", home, "enrol"])

    def test_how_long_to_wait(self) -> None:
        words = explain(self.profile, ChatError(Code.LOCKED_OUT, wait=60.0))
        self.assertEqual(words, f"{TEXTS[Code.LOCKED_OUT]} (60 s)")
        refused = Refused(Code.TOO_MANY_MESSAGES, "too many; wait 2.5 s", 2.5)
        self.assertEqual(explain(self.profile, refused), refused.text)

    def test_words_of_strangers_steer_no_terminal(self) -> None:
        error = ChatError(Code.BUSY, "\x1b[2Jwait\nchatc: all is well\x9b31m")
        words = explain(self.profile, error)
        self.assertEqual(words, "␛[2Jwait␊chatc: all is well‹9B›31m")


class AcceptTest(TrustTest):
    """The command that is printed works as pasted."""

    def setUp(self) -> None:
        super().setUp()
        self.out = io.StringIO()
        self.patch(sys, "stdout", self.out)
        self.patch(cli, "react", self.react)

    def react(self, start: Callable[[Any], Deferred[None]]) -> None:
        """As Twisted's, for what waits for nothing."""
        reactor = machine(self, Network())
        self.failureResultOf(start(reactor), SystemExit).raiseException()

    def printed(self, profile: Profile, error: ChatError) -> list[str]:
        return shlex.split(explain(profile, error).splitlines()[-1])

    def paste(self, command: list[str]) -> None:
        ended = self.assertRaises(SystemExit, cli.main, command[1:])
        self.assertEqual(ended.code, 0)

    def test_into_the_profile_it_is_about(self) -> None:
        link = Link.parse("chatd://[::1]:99")
        for error in (KeyUnknown(link, KEY), KeyChanged(replace(link, fingerprint=KEY), OTHER)):
            self.paste(self.printed(self.profile, error))
            self.assertEqual(expected_key(self.profile, link), error.found)
        self.assertIn("accepted for [::1]:99", self.out.getvalue())

    def test_a_home_with_blanks_seen_from_another_folder(self) -> None:
        os.mkdir("a b")
        profile = Profile(Path("a b"))
        command = self.printed(profile, KeyUnknown(self.bare, KEY))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir("/")
        self.paste(command)
        self.assertEqual(Profile(Path(command[2])).pin(self.bare), KEY)

    def test_the_default_profile_is_not_named(self) -> None:
        self.patch(os, "environ", {"XDG_DATA_HOME": os.path.abspath(self.mktemp())})
        self.patch(shutil, "which", lambda name: f"/usr/bin/{name}")
        command = self.printed(Profile(default_home()), KeyUnknown(self.bare, KEY))
        self.assertEqual(command, ["chatc", "trust", f"chatds://chat.example.org:4170/#{KEY}"])
        self.paste(command)
        self.assertEqual(Profile(default_home()).pin(self.bare), KEY)

    def test_a_program_that_is_not_on_the_path(self) -> None:
        self.patch(shutil, "which", lambda name: None)
        Path("bin").mkdir()
        Path("bin/chatc").touch()
        self.patch(sys, "argv", ["bin/chatc"])
        command = self.printed(self.profile, KeyUnknown(self.bare, KEY))
        self.assertEqual(command[0], os.path.abspath("bin/chatc"))

    def test_a_secret_of_the_link_is_not_printed(self) -> None:
        link = Link.parse(f"chatd://example.org/#{OTHER}/one-time-id")
        for error in (KeyUnknown(link, KEY), KeyChanged(link, KEY)):
            self.assertNotIn("one-time-id", explain(self.profile, error))
