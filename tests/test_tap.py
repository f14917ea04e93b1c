"""The options of ``twistd chatd``: what they set, what the help says, and mistakes in one line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.python.usage import UsageError
from twisted.trial.unittest import SynchronousTestCase

from chatd.config import Config, Listener, default_data_dir, load
from chatd.plugins import protocols
from chatd.tap import Options, makeService

DEFAULT = Listener("native", "tcp:4170:interface=127.0.0.1")


class TapTest(SynchronousTestCase):
    """Away from this user's own settings and data."""

    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.data = self.home / "data"
        xdg = {"XDG_CONFIG_HOME": str(self.home), "XDG_DATA_HOME": str(self.data)}
        self.patch(os, "environ", {**os.environ, **xdg})
        # The service sets its reactor's clock, which is also that of the test runner.
        self.patch(reactor, "seconds", reactor.seconds)

    def parsed(self, *words: str) -> Options:
        options = Options()
        options.parseOptions(list(words))
        return options

    def settings(self, *words: str) -> Config:
        """The settings that a command line stands for."""
        options = self.parsed(*words)
        return load(options["config"] and Path(options["config"]), options.given)

    def refusal(self, *words: str) -> str:
        """The one line that ends twistd; nothing was made by then."""

        def start() -> Any:
            return makeService(self.parsed(*words))

        told = str(self.assertRaises(SystemExit, start).code)
        self.assertNotIn("\n", told)
        self.assertFalse(self.data.exists(), told)
        return told

    def test_nothing(self) -> None:
        """Whatever is not given is left to the file and the defaults."""
        self.assertEqual(self.parsed().given, {})
        self.assertEqual(self.settings().listeners, (DEFAULT,))
        self.assertEqual(self.settings().data_dir, default_data_dir())
        self.assertFalse(self.settings().guests)

    def test_each_option(self) -> None:
        settings = self.settings(
            *("--data-dir", "/srv/chat"),
            *("--public", "chat.example:4170"),
            *("--name", "The Office"),
            *("--lobby", "#tea"),
            *("--admin", "alice"),
            *("--store", "postgresql://chatd@db/chat"),
            *("--guests", "--no-passwords", "--no-devices"),
        )
        self.assertEqual(settings.data_dir, Path("/srv/chat"))
        self.assertEqual(settings.public, ("chat.example", 4170))
        self.assertEqual((settings.name, settings.lobby), ("The Office", "tea"))
        self.assertEqual(settings.admin, "alice")
        self.assertEqual(settings.store, "postgresql://chatd@db/chat")
        ways = (settings.guests, settings.passwords, settings.devices)
        self.assertEqual(ways, (True, False, False))

    def test_last_word(self) -> None:
        for way in ("guests", "passwords", "devices"):
            on, off = f"--{way}", f"--no-{way}"
            self.assertTrue(getattr(self.settings(off, on), way))
            self.assertFalse(getattr(self.settings(on, off), way))

    def test_listeners(self) -> None:
        """As often as wanted; the default goes when native is told where to listen."""
        lines = Listener("legacy0417", "tcp:4171")
        self.assertEqual(
            self.settings("--listen", "legacy0417=tcp:4171").listeners, (lines, DEFAULT)
        )
        self.assertEqual(
            self.settings(
                *("--listen", "native=tcp:1"), *("--listen", "native=tcp:2"), "--tls=native=tcp:3"
            ).listeners,
            (
                Listener("native", "tcp:1"),
                Listener("native", "tcp:2"),
                Listener("native", "tcp:3", True),
            ),
        )
        self.assertEqual(self.settings("--listen", "native=none").listeners, ())

    def test_file(self) -> None:
        """The command line wins over the file."""
        self.home.mkdir()
        file = self.home / "office.toml"
        file.write_text('name = "The Office"\nlobby = "tea"\n')
        settings = self.settings("--config", str(file), "--lobby", "coffee")
        self.assertEqual((settings.name, settings.lobby), ("The Office", "coffee"))

    def test_mistakes(self) -> None:
        """Each named with what was typed and what to type instead."""
        form = "must be NAME=ENDPOINT such as native=tcp:4170:interface=127.0.0.1, not "
        for words, expected in (
            (["--listen", "4170"], f'--listen: {form}"4170"'),
            (["--listen", "=tcp:4170"], f'--listen: {form}"=tcp:4170"'),
            (["--listen", "native="], f'--listen: {form}"native="'),
            (["--tls", "4171"], f'--tls: {form}"4171"'),
            (["--listen", "native=4170"], "--listen: native must be an endpoint such as tcp:4170"),
            (["--listen", "Native=tcp:1"], "--listen: must name a protocol by a-z"),
            (["--listen=native=none", "--listen=native=tcp:1"], "--listen: native cannot have"),
            (["--public", "chat.example:many"], '--public: must be "HOST:PORT": the port'),
            (["--lobby", "tea room"], "--lobby: must be the name of a room"),
            (["--name", ""], "--name: must be a text of 1 to 64 characters"),
            (["--data-dir", ""], "--data-dir: must be a text"),
            (["--admin", "two words"], "--admin: must be a name: "),
            (["--store", "mysql://db"], "--store: must be sqlite:///FILE or postgresql://"),
            (["--store", "postgresql://u:secret@db/c"], "--store: a password here shows"),
            (["--config", "/nonexistent"], "/nonexistent: cannot be read: No such file"),
        ):
            told = self.refusal(*words)
            self.assertTrue(told.startswith(f"chatd: {expected}"), told)

    def test_usage(self) -> None:
        """What is no option at all is twistd's to tell."""
        for words in (["--port", "4170"], ["start"], ["--listen"], ["--guests=no"]):
            self.assertRaises(UsageError, self.parsed, *words)

    def test_help(self) -> None:
        """Each option, and the protocols that there are."""
        text = Options().getUsage(80)
        for option in ("listen", "tls", "data-dir", "config", "public", "name", "lobby", "store"):
            self.assertIn(f"--{option}=", text)
        for way in ("guests", "passwords", "devices"):
            self.assertIn(f"--{way} ", text)
            self.assertIn(f"--no-{way} ", text)
        self.assertIn("Protocols to listen for:", text)
        for name, plugin in protocols().items():
            self.assertRegex(text, rf"\n  {name} +{plugin.description[:20]}")
