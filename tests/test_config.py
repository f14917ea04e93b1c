"""Settings: where each comes from, which wins, and what is said of a wrong one."""

from __future__ import annotations

import os
import pwd
from dataclasses import fields
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatd.config import (
    NATIVE_ENDPOINT,
    Config,
    Listener,
    default_data_dir,
    default_file,
    load,
    parse_listen,
)
from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits, Liveness
from chatd.errors import ConfigError
from chatd.wire.records import MAX_MESSAGE

FULL = """
name = "Works"
data_dir = "state"
store = "postgresql://chatd:marker@db/chat"
admin = "alice"
guests = true
passwords = false
devices = false
lobby = "#hall"
public = "chat.example:99"
[listen]
legacy0417 = "tcp:4171:interface=127.0.0.1"
[tls]
native = ["tcp:4443", "tcp6:4443"]
[limits]
capacity = 7
nick = 20
message = 1000
topic = 10
password = 11
away = 12
rooms = 13
page = 14
rate = "9/2.5"
commands = "50/60"
broadcast_level = 3
broadcasts = "off"
lock_failures = 5
lock_seconds = 30
handshakes_per_minute = 0
sign_ins_per_minute = 2
pending_per_address = 3
pending_total = 4
send_queue = 100000
[liveness]
heartbeat = 1
warning = 2.5
timeout = 4
grace = 0
handshake = 5
[queue]
age = 3600
size = 70000
count = 8
[audit]
size = 5000
keep = 0
"""


class ConfigCase(TestCase):
    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()
        self.patch(
            os,
            "environ",
            {"XDG_CONFIG_HOME": f"{self.home}/etc", "XDG_DATA_HOME": f"{self.home}/var"},
        )

    def write(self, text: str) -> Path:
        path = self.home / "chatd.toml"
        path.write_text(text, "utf-8")
        return path

    def load(self, text: str, **options: object) -> Config:
        return load(self.write(text), options)

    def wrong(self, text: str, **options: object) -> str:
        return str(self.assertRaises(ConfigError, self.load, text, **options))


class Sources(ConfigCase):
    def test_defaults(self) -> None:
        config = load(None, {})
        self.assertEqual(config.limits, Limits())
        self.assertEqual(config.liveness, Liveness())
        self.assertEqual(config.entry, EntryLimits())
        self.assertEqual(config.listeners, (Listener("native", NATIVE_ENDPOINT),))
        self.assertEqual(config.data_dir, self.home / "var/chatd")
        ways = (config.guests, config.passwords, config.devices)
        self.assertEqual(ways, (False, True, True))
        self.assertEqual(config.store, f"sqlite:///{config.data_dir}/store.db")
        self.assertTrue(config.name)
        self.assertIs(config.public, None)

    def test_a_home_that_cannot_be_looked_into(self) -> None:
        """Too long a name stands for missing rights, which root never lacks."""
        self.patch(os, "environ", {"XDG_CONFIG_HOME": f"{self.home}/{'x' * 300}"})
        said = str(self.assertRaises(ConfigError, load, None, {}))
        self.assertIn("/chatd/chatd.toml: cannot be read: ", said)

    def test_everything_in_the_file(self) -> None:
        config = self.load(FULL)
        self.assertEqual(
            config,
            Config(
                name="Works",
                listeners=(
                    Listener("legacy0417", "tcp:4171:interface=127.0.0.1"),
                    Listener("native", "tcp:4443", True),
                    Listener("native", "tcp6:4443", True),
                ),
                data_dir=self.home / "state",
                store="postgresql://chatd:marker@db/chat",
                admin="alice",
                guests=True,
                passwords=False,
                devices=False,
                lobby="hall",
                public=("chat.example", 99),
                limits=Limits(
                    *(7, 20, 1000, 10, 11, 12, 13, 14, 9, 2.5, 3, 0, 0.0, 5, 30.0),
                    queue_age=3600.0,
                    queue_size=70_000,
                    queue_count=8,
                ),
                liveness=Liveness(1.0, 2.5, 4.0, 0.0, 5.0),
                entry=EntryLimits(0, 2, 3, 4),
                commands=(50.0, 60),
                send_queue=100000,
                audit_size=5000,
                audit_keep=0,
            ),
        )
        default = load(None, {})
        for field in fields(Config):
            self.assertNotEqual(getattr(config, field.name), getattr(default, field.name))

    def test_command_line_wins(self) -> None:
        config = self.load(FULL, name="Home", guests=False, lobby="", data_dir="/srv/chat")
        self.assertEqual((config.name, config.guests, config.lobby), ("Home", False, ""))
        self.assertEqual(config.data_dir, Path("/srv/chat"))
        self.assertEqual(config.limits.capacity, 7)

    def test_command_line_is_relative_to_the_working_folder(self) -> None:
        self.assertEqual(self.load("", data_dir="state").data_dir, Path.cwd() / "state")

    def test_default_file(self) -> None:
        self.assertEqual(default_file(), self.home / "etc/chatd/chatd.toml")
        default_file().parent.mkdir(parents=True)
        default_file().write_text('name = "Here"')
        self.assertEqual(load(None, {}).name, "Here")

    def test_places_without_xdg(self) -> None:
        self.patch(os, "environ", {"HOME": "/home/me", "XDG_DATA_HOME": "relative"})
        self.assertEqual(default_file(), Path("/home/me/.config/chatd/chatd.toml"))
        self.assertEqual(default_data_dir(), Path("/home/me/.local/share/chatd"))

    def test_the_first_admin(self) -> None:
        """Who runs the daemon, where that can be a handle."""
        for login, expected in (("alice", "alice"), ("root", "admin"), ("two words", "admin")):
            user = pwd.struct_passwd((login, "", 0, 0, "", "", ""))
            self.patch(pwd, "getpwuid", lambda _, user=user: user)
            self.assertEqual(load(None, {}).admin, expected)
        self.assertEqual(self.load("limits.nick = 3").admin, "adm")

    def test_a_password_of_the_database(self) -> None:
        """It stands in the file or nowhere, and nothing that is printed tells it."""
        self.assertNotIn("marker", repr(self.load(FULL)))
        for url in ("postgresql://u:marker@db/c", "postgresql://u@db/c?password=marker"):
            self.assertEqual(self.load(f'store = "{url}"').store, url)
            said = self.wrong("", store=url)
            self.assertIn("--store: a password here shows in the list of processes", said)
            self.assertNotIn("marker", said)

    def test_rates_off(self) -> None:
        config = self.load('[limits]\nrate = "off"\ncommands = "off"')
        self.assertEqual(config.limits.rate_count, 0)
        self.assertEqual(config.commands, (0.0, 0))


class Listening(ConfigCase):
    def listeners(self, text: str = "", **tables: list[str]) -> list[tuple[str, str, bool]]:
        options = {name: parse_listen(f"--{name}", words) for name, words in tables.items()}
        config = self.load(text, **options)
        return [(one.protocol, one.endpoint, one.tls) for one in config.listeners]

    def test_native_stays(self) -> None:
        native = ("native", NATIVE_ENDPOINT, False)
        self.assertEqual(self.listeners(listen=["a=tcp:1"]), [("a", "tcp:1", False), native])
        self.assertEqual(self.listeners(tls=["a=tcp:1"]), [native, ("a", "tcp:1", True)])

    def test_native_given(self) -> None:
        self.assertEqual(
            self.listeners(listen=["native=tcp:1", "native=unix:/x=y"]),
            [("native", "tcp:1", False), ("native", "unix:/x=y", False)],
        )
        self.assertEqual(self.listeners(tls=["native=tcp:1"]), [("native", "tcp:1", True)])

    def test_none(self) -> None:
        self.assertEqual(self.listeners(listen=["native=none"]), [])
        self.assertEqual(self.listeners('listen.native = "none"'), [])
        self.assertEqual(
            self.listeners('[listen]\nnative = "none"\na = ["tcp:1"]', listen=["a=none"]), []
        )

    def test_command_line_replaces_by_name(self) -> None:
        self.assertEqual(
            self.listeners('[listen]\na = "tcp:1"\nnative = "tcp:2"', listen=["a=tcp:3"]),
            [("a", "tcp:3", False), ("native", "tcp:2", False)],
        )

    def test_wrong_words(self) -> None:
        for words in (["native"], ["=tcp:1"], ["native="], ["a=none", "a=tcp:1"]):
            error = self.assertRaises(ConfigError, parse_listen, "--listen", words)
            self.assertTrue(str(error).startswith("--listen: "), error)


class Wrong(ConfigCase):
    def test_named_with_file_and_path(self) -> None:
        self.assertEqual(
            self.wrong('[limits]\ncapacity = "many"'),
            f"{self.home}/chatd.toml: limits.capacity: "
            'must be a whole number from 1 to 1000000, not "many"',
        )

    def test_named_as_an_option(self) -> None:
        self.assertEqual(
            self.wrong("", data_dir=""),
            '--data-dir: must be a text of 1 to 1024 characters, not ""',
        )

    def test_unknown_keys(self) -> None:
        self.assertIn(
            "limits.capasity: unknown key; did you mean limits.capacity?",
            self.wrong("[limits]\ncapasity = 3"),
        )
        self.assertIn("did you mean limits.capacity?", self.wrong("capacity = 3"))
        self.assertIn("zzz: unknown key; known are name, ", self.wrong("zzz = 3"))

    def test_values(self) -> None:
        for text, said in (
            ("name = 3", "name: must be a text of 1 to 64 characters, not 3"),
            ('name = "a\\u001b"', "name: must be a text"),
            ('guests = "yes"', 'guests: must be true or false, not "yes"'),
            ('lobby = "a b"', "lobby: must be the name of a room: "),
            ("lobby = 3", "lobby: must be the name of a room, not 3"),
            ('admin = "a b"', "admin: must be a name: "),
            ("admin = 3", "admin: must be a name, not 3"),
            ("store = 3", "store: must be the URL of a database, in one line"),
            ('store = "mysql://u:p@db"', "store: must be sqlite:///FILE or postgresql://USER@"),
            ('store = "postgresql://[u/"', "store: must be sqlite:///FILE or postgresql://USER@"),
            ("limits.broadcast_level = 10", "must be a whole number from 0 to 9, not 10"),
            ("limits.broadcasts = 5", 'limits.broadcasts: must be "MESSAGES/SECONDS"'),
            ('public = "a b"', 'public: must be "HOST:PORT": '),
            ("public = 3", 'public: must be "HOST:PORT", not 3'),
            ("limits = 3", "limits: must be a table, not 3"),
            ("listen = 3", "listen: must be a table of NAME = ENDPOINT, not 3"),
            ("listen.native = 3", "listen: native must be an endpoint such as "),
            ('listen.native = "4170"', "listen: native must be an endpoint such as "),
            ('listen."a b" = "tcp:1"', "listen: must name a protocol by "),
            ("limits.capacity = 0", "limits.capacity: must be a whole number from 1"),
            ("limits.capacity = true", "not true"),
            ("limits.capacity = 1.5", "not 1.5"),
            ("limits.nick = 256", "limits.nick: must be a whole number from 1 to 255, not 256"),
            ("limits.message = 31001", "limits.message: "),
            ('limits.rate = "5"', 'limits.rate: must be "MESSAGES/SECONDS", at least 2/0.1, or'),
            ('limits.rate = "1/5"', "limits.rate: "),
            ('limits.rate = "5/0"', "limits.rate: "),
            ("limits.rate = 5", "limits.rate: "),
            ('limits.commands = "5/0.5"', "limits.commands: "),
            ("liveness.grace = nan", "liveness.grace: must be seconds from 0 to 86400, not NaN"),
            ('liveness.grace = "1"', "liveness.grace: "),
            ("liveness.grace = false", "liveness.grace: "),
            ("liveness.grace = 1979-05-27", "not 1979-05-27"),
            ("audit.size = 1", "audit.size: "),
            ("queue.age = 0", "queue.age: must be seconds from 1 to 315360000, not 0"),
            ('queue.age = "30d"', 'queue.age: must be seconds from 1 to 315360000, not "30d"'),
            ("queue.size = 65535", "queue.size: must be a whole number from 65536 to "),
            ("queue.count = 0", "queue.count: must be a whole number from 1 to "),
        ):
            self.assertIn(f"chatd.toml: {said}" if ": " in said else said, self.wrong(text), text)

    def test_values_that_do_not_fit_each_other(self) -> None:
        self.assertIn(
            "liveness: heartbeat must be less than warning, and warning less than timeout, "
            "not 6, 20 and 20",
            self.wrong("liveness.timeout = 20"),
        )
        self.assertIn("liveness: ", self.wrong("liveness.heartbeat = 20"))
        for key in ("lobby", "admin"):
            self.assertIn(
                f"{key}: must have at most limits.nick = 3",
                self.wrong(f'{key} = "hall"\nlimits.nick = 3'),
            )

    def test_files(self) -> None:
        self.assertIn("chatd.toml: is not TOML: ", self.wrong("name ="))
        missing = self.assertRaises(ConfigError, load, self.home / "no.toml", {})
        self.assertIn("no.toml: cannot be read: No such file", str(missing))
        self.assertRaises(ConfigError, load, self.home, {})
        path = self.write("")
        path.write_bytes(b'name = "\xff"')
        self.assertIn("UTF-8", str(self.assertRaises(ConfigError, load, path, {})))

    @settings(max_examples=300)
    @given(
        st.sampled_from([f"limits.{f.name}" for f in fields(Limits)] + ["listen", "tls", "audit"])
        | st.sampled_from(["queue.age", "queue.size", "queue.count"])
        | st.sampled_from(["limits.rate", "limits.commands", "public", "lobby", "liveness.grace"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
    def test_any_value_is_taken_or_refused(self, key: str, value: object) -> None:
        table, _, inner = key.partition(".")
        try:
            config = load(Path(os.devnull), {table: {inner: value} if inner else value})
        except ConfigError:
            return
        self.assertLessEqual(config.limits.message, MAX_MESSAGE)
        self.assertLessEqual(config.limits.nick, 255)
