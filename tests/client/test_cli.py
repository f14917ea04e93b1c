"""The command line: what is a mistake, where options may stand, what each ending is called."""

from __future__ import annotations

import os
from argparse import Namespace
from functools import partial
from pathlib import Path

from twisted.internet.error import ConnectionRefusedError

from chatd.domain.link import Link, show_fingerprint
from chatd.wire import messages
from client import app, dialer
from client.status import Status
from tests.client.shell import ShellTest
from tests.support.network import Network

OTHER = "b" * 51 + "a"


class UsageTest(ShellTest):
    """Status 2 and a line that says what is wrong; nothing is connected."""

    def wrong(self, *words: str, says: str, bare: bool = False) -> None:
        before = len(self.network.lines)
        self.assertEqual(self.chatc(*words, bare=bare), Status.USAGE, words)
        last = self.err.splitlines()[-1]
        self.assertTrue(last.startswith("chatc"), self.err)
        self.assertIn(says, last)
        self.assertNotIn("Traceback", self.err)
        self.assertEqual(self.out, "")
        self.assertEqual(len(self.network.lines), before)

    def test_commands_that_there_are_not(self) -> None:
        self.wrong("sing", says="no command 'sing'")
        self.wrong("example", says="a server is written chatd://HOST")
        self.wrong("sen\x1bd", says="'sen\\x1bd'")

    def test_missing_and_superfluous_words(self) -> None:
        self.wrong("send", says="TARGET, TEXT")
        self.wrong("send", "#tea", says="TEXT")
        self.wrong("tail", says="TARGET")
        self.wrong("send", "#tea", "two", "words", says="words")
        self.wrong("rooms", "tea", says="tea")
        self.wrong("trust", says="LINK")
        self.wrong("who", "#tea", "--count", "3", says="--count")
        self.wrong("--json", "rooms", says="--json")
        self.wrong("chatd://127.0.0.1", "send", says="send")

    def test_numbers_that_make_no_sense(self) -> None:
        for count in ("0", "-1", "many", "1.5"):
            self.wrong("tail", "#tea", f"--count={count}", says="whole number from 1 on")
        for seconds in ("0", "-1", "soon", "nan", "inf"):
            self.wrong("tail", "#tea", f"--timeout={seconds}", says="greater than 0")

    def test_links_that_are_none(self) -> None:
        for link, says in (
            ("http://example.org", "starts with chatd://"),
            ("chatd://", "no host"),
            ("chatd://example.org:99999", "port"),
            ("chatd://example.org/#short", "fingerprint has 52 characters"),
        ):
            self.wrong("--server", link, "rooms", says=says, bare=True)
            self.wrong("trust", link, says=says)
            self.wrong(link, says=says)
        self.wrong("trust", "chatd://example.org", says="must name the fingerprint")

    def test_nicks_that_are_none(self) -> None:
        self.wrong("--guest", "two words", "rooms", says="a space")
        self.wrong("--guest", "", "rooms", says="it is empty")
        self.wrong("--guest", "caf\udce9", "rooms", says="U+DCE9")

    def test_text_that_is_none(self) -> None:
        """Bytes of the command line that are no UTF-8."""
        self.wrong("send", "#tea", "caf\udce9", says="not UTF-8")
        self.wrong("send", "#caf\udce9", "hello", says="not UTF-8")
        self.wrong("who", "#caf\udce9", says="not UTF-8")

    def test_password_descriptors(self) -> None:
        option = "--room-password-fd"
        self.wrong("send", "#tea", "x", option, "987", says="987: nothing is open there")
        self.wrong("send", "#tea", "x", option, "-1", says="-1")
        self.wrong("send", "#tea", "x", option, "three", says="'three'")
        self.wrong("send", "#tea", "-", option, "0", says="cannot be both")
        with open(os.devnull, "wb") as write_only:
            self.wrong("tail", "#tea", option, str(write_only.fileno()), says=option)

    def test_a_damaged_profile(self) -> None:
        self.home.mkdir()
        (self.home / "servers.json").write_text("{")
        self.wrong("rooms", says="servers.json cannot be used")
        self.wrong("rooms", "--home", str(self.home), says="servers.json", bare=True)
        self.wrong("trust", self.link, says="servers.json")

    def test_the_full_screen_without_a_terminal(self) -> None:
        self.wrong(self.link, says="use --plain", bare=True)


class PlaceTest(ShellTest):
    """Options before a command or after it, the server in one place or another."""

    def test_before_and_after(self) -> None:
        options = ("--home", str(self.home), "--server", self.link, "--guest", "robot")
        for words in ((*options, "who"), ("who", *options), (*options[:4], "who", *options[4:])):
            self.assertEqual(self.chatc(*words, bare=True), Status.DONE, self.err)
            self.assertEqual(self.out, "bob\nrobot\n")

    def test_the_later_one_counts(self) -> None:
        self.assertEqual(self.chatc("--guest", "early", "who", "--guest", "late"), Status.DONE)
        self.assertEqual(self.out, "bob\nlate\n")

    def test_the_last_server_is_the_default(self) -> None:
        self.profile.accept(Link.parse("chatd://example.org"), self.key)
        self.profile.remember_last(Link.parse("chatd://example.org"))
        asked: list[Link] = []

        def endpoint(reactor: object, link: Link, check: bool) -> Network:
            asked.append(link)
            return self.network

        self.patch(dialer, "endpoint_of", endpoint)
        self.assertEqual(self.chatc("--home", str(self.home), "who", bare=True), Status.DONE)
        self.assertEqual(asked[0].place, "example.org:4170")

    def test_text_that_looks_like_an_option(self) -> None:
        self.bob_asks(partial(messages.Join, room="tea"))
        for words in (("send", "#tea", "--", "-x"), ("send", "--", "#tea", "-x")):
            self.assertEqual(self.chatc(*words), Status.DONE, self.err)
        texts = [one.text for one in self.bob.heard.take(messages.RoomSaid)]
        self.assertEqual(texts, ["-x", "-x"])

    def test_links_and_options_for_the_screen(self) -> None:
        started: list[tuple[str, bool, str]] = []

        def run(profile: object, options: Namespace, *, enrol: bool) -> None:
            self.assertFalse(enrol)
            server, guest = getattr(options, "server", ""), getattr(options, "guest", "")
            started.append((server, options.plain, guest))
            raise SystemExit(0)

        self.patch(app, "run", run)
        home = ("--home", str(self.home))
        for words in (
            (*home, "--plain", "--guest", "al", "chatd://h"),
            ("chatd://h", *home, "--plain", "--guest", "al"),
            (*home, "--guest", "al", "chatd://h", "--plain"),
            (*home, "--guest", "al", "--server", "chatd://h", "--plain"),
        ):
            self.assertEqual(self.chatc(*words, bare=True), 0, self.err)
        self.assertEqual(started, [("chatd://h", True, "al")] * 4)
        started.clear()
        for server in ("localhost", "h:4170"):
            self.chatc(*home, server, bare=True)
        self.chatc(*home, bare=True)
        self.assertEqual(started, [(server, False, "") for server in ("localhost", "h:4170", "")])

    def test_help(self) -> None:
        self.assertEqual(self.chatc("--help", bare=True), 0)
        for word in ("send", "tail", "rooms", "who", "trust", "exit status", "--guest"):
            self.assertIn(word, self.out)
        for status in Status:
            self.assertIn(f"{int(status)} ", self.out)
        for name in ("send", "tail", "rooms", "who", "trust", "chatd://h"):
            self.assertEqual(self.chatc(name, "--help", bare=True), 0)
            self.assertIn("--guest", self.out)


class StatusTest(ShellTest):
    """How things end."""

    def test_refused(self) -> None:
        for words, says in (
            (("send", "nobody", "hi"), "nobody here is called nobody"),
            (("send", "bob", ""), "empty"),
            (("send", "#not a room", "hi"), "there is no room #not a room"),
            (("send", "#" + "x" * 300, "hi"), "longer than can be sent"),
            (("send", "bob", "x" * 20_000), "at most 16384 bytes"),
            (("send", "bob", "x" * 70_000), "longer than can be sent"),
            (("who", "#nowhere"), "no such room"),
            (("--guest", "bob", "rooms"), "bob is not free; bob2 would be"),
            (("--guest", "x" * 33, "rooms"), "at most 32 characters"),
        ):
            self.assertEqual(self.chatc(*words), Status.REFUSED, words)
            self.assertIn(says, self.err)
            self.assertEqual(len(self.err.splitlines()), 1)

    def test_no_connection(self) -> None:
        self.network.down = ConnectionRefusedError()
        self.assertEqual(self.chatc("rooms"), Status.NO_CONNECTION)
        self.assertEqual(
            self.err,
            "chatc: cannot connect: nothing listens there; the server may not be running\n",
        )

    def test_an_unknown_key(self) -> None:
        """It is told, nobody is asked, nothing was said to the server."""
        words = ("--home", str(self.home), "--server", "chatd://127.0.0.1", "rooms")
        self.assertEqual(self.chatc(*words, bare=True), Status.KEY)
        self.assertIn(show_fingerprint(self.key), self.err)
        self.assertEqual(self.network.lines[-1].client.written, b"")
        self.assertFalse(self.home.exists())

    def test_a_changed_key(self) -> None:
        self.profile.accept(Link.parse(self.link), OTHER)
        words = ("--home", str(self.home), "--server", "chatd://127.0.0.1", "rooms")
        self.assertEqual(self.chatc(*words, bare=True), Status.KEY)
        self.assertIn("STOP", self.err)
        self.assertEqual(self.network.lines[-1].client.written, b"")

    def test_a_link_against_the_pin(self) -> None:
        """Not even a connection is made."""
        self.profile.accept(Link.parse(self.link), OTHER)
        self.assertEqual(self.chatc("rooms"), Status.KEY)
        self.assertEqual(len(self.network.lines), 1)

    def test_first_use_with_a_fingerprint_pins_it(self) -> None:
        self.assertEqual(self.chatc("rooms"), Status.DONE)
        self.assertEqual(self.profile.pin(Link.parse(self.link)), self.key)
        words = ("--home", str(self.home), "--server", "chatd://127.0.0.1", "rooms")
        self.assertEqual(self.chatc(*words, bare=True), Status.DONE)

    def test_a_wrong_fingerprint_is_not_pinned(self) -> None:
        link = f"chatd://127.0.0.1/#{OTHER}"
        words = ("--home", str(self.home), "--server", link, "rooms")
        self.assertEqual(self.chatc(*words, bare=True), Status.KEY)
        self.assertEqual(self.profile.pin(Link.parse(self.link)), "")

    def test_everything_logs_out(self) -> None:
        """The next run has its nick at once."""
        for words in (("rooms",), ("send", "nobody", "hi"), ("tail", "bob", "--timeout", "1")):
            self.chatc("--guest", "robot", *words)
            self.assertEqual(self.network.server.hub.counts()["sessions"], 1)

    def test_a_profile_that_cannot_be_written(self) -> None:
        self.home.parent.mkdir(parents=True, exist_ok=True)
        words = ("--home", os.devnull, "--server", self.link, "rooms")
        self.assertEqual(self.chatc(*words, bare=True), Status.USAGE)
        self.assertIn("/dev/null", self.err)
        self.assertTrue(Path(os.devnull).is_char_device())
