"""The profile folder: pins by place, the last server, files that are whole or not there."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link
from client.profile import Profile, ProfileError, default_home

KEY, OTHER = "a" * 52, "b" * 51 + "a"


class ProfileTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.home = Path(self.mktemp()) / "deep" / "down"
        self.profile = Profile(self.home)
        self.link = Link.parse("chatd://chat.example.org:4170")


class PinTest(ProfileTest):
    def test_unknown_until_accepted(self) -> None:
        self.assertEqual(self.profile.pin(self.link), "")
        self.assertFalse(self.home.exists())  # asking makes nothing
        self.profile.accept(self.link, KEY)
        self.assertEqual(Profile(self.home).pin(self.link), KEY)
        self.profile.accept(self.link, OTHER)
        self.assertEqual(self.profile.pin(self.link), OTHER)

    def test_by_place(self) -> None:
        """Host and port, whatever case; TLS or not, it is the same server."""
        self.profile.accept(self.link, KEY)
        for text in ("chatd://CHAT.example.org", "chatds://chat.example.org:4170/"):
            self.assertEqual(self.profile.pin(Link.parse(text)), KEY)
        for text in ("chatd://chat.example.org:4171", "chatd://example.org", "chatd://[::1]"):
            self.assertEqual(self.profile.pin(Link.parse(text)), "")

    def test_the_last_server(self) -> None:
        self.assertEqual(self.profile.last_link(), "")
        self.profile.accept(self.link, KEY)
        self.profile.remember_last(Link.parse(f"chatds://[::1]:99/#{KEY}/one-time"))
        self.assertEqual(self.profile.last_link(), "chatds://[::1]:99/")
        self.assertEqual(self.profile.pin(self.link), KEY)
        for file in self.home.iterdir():
            self.assertNotIn("one-time", file.read_text())


class OptionTest(ProfileTest):
    """How a command line comes to this profile again."""

    def test_as_short_as_it_can_be(self) -> None:
        self.patch(os, "environ", {"XDG_DATA_HOME": "/data"})
        for home, option in (
            (default_home(), []),
            (default_home("work"), ["--profile", "work"]),
            (default_home("no name"), ["--home", "/data/chatc/profiles/no name"]),
            (Path("/data/work"), ["--home", "/data/work"]),
            (Path("work"), ["--home", os.path.abspath("work")]),
        ):
            self.assertEqual(Profile(home).option, option)


class FileTest(ProfileTest):
    def test_nobody_else_may_look(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.profile.accept(self.link, KEY)
        self.profile.save({"theme": "dark"})
        self.assertEqual(stat.S_IMODE(self.home.stat().st_mode), 0o700)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in self.home.iterdir()}
        self.assertEqual(modes, {"servers.json": 0o600, "settings.json": 0o600})

    def test_settings_come_back(self) -> None:
        self.assertEqual(self.profile.load(), {})
        self.profile.save({"theme": "dark", "highlight": "größe"})
        self.assertEqual(Profile(self.home).load(), {"theme": "dark", "highlight": "größe"})

    def test_all_or_nothing(self) -> None:
        """What fails on the way leaves the file as it was, and nothing beside it."""
        self.profile.accept(self.link, KEY)
        for fault in ("fsync", "replace"):
            self.patch(os, fault, self.full)
            error = self.assertRaises(ProfileError, self.profile.accept, self.link, OTHER)
            self.assertIn("servers.json cannot be written", str(error))
        self.assertEqual([file.name for file in self.home.iterdir()], ["servers.json"])
        self.assertEqual(self.profile.pin(self.link), KEY)

    def full(self, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def test_a_home_that_can_be_none(self) -> None:
        self.home.parent.mkdir(parents=True)
        self.home.write_text("a file")
        for work in (self.profile.pin, self.profile.remember_last):
            self.assertRaises(ProfileError, work, self.link)


class DamageTest(ProfileTest):
    """A damaged file is named, and what to do; never is a pin forgotten without a word."""

    def setUp(self) -> None:
        super().setUp()
        self.home.mkdir(parents=True)

    def told(self, content: bytes, *works: str) -> None:
        (self.home / "servers.json").write_bytes(content)
        for work in works:
            arguments = () if work == "last_link" else (self.link,)
            error = self.assertRaises(ProfileError, getattr(self.profile, work), *arguments)
            self.assertIn(str(self.home / "servers.json"), str(error))
            self.assertIn("mend or remove it", str(error))
        self.assertEqual((self.home / "servers.json").read_bytes(), content)

    def test_no_json(self) -> None:
        for content in (b"", b"{", b"\xff\xfe", b"[]", b"7", b"[" * 100_000, b"null"):
            self.told(content, "pin", "last_link", "remember_last")

    def test_no_pin(self) -> None:
        place = "chat.example.org:4170"
        entries: list[object] = [7, [], {}, "x", {"fingerprint": 7}, {"fingerprint": "aaa"}]
        for entry in entries:
            self.told(json.dumps({place: entry}).encode(), "pin")

    def test_no_link(self) -> None:
        for last in (7, ["x"], "http://example.org", "chatd://"):
            self.told(json.dumps({"last": last}).encode(), "last_link")

    def test_a_folder_in_the_place_of_a_file(self) -> None:
        (self.home / "servers.json").mkdir()
        for work in (self.profile.pin, self.profile.remember_last):
            self.assertRaises(ProfileError, work, self.link)
        self.assertEqual([file.name for file in self.home.iterdir()], ["servers.json"])


class HomeTest(SynchronousTestCase):
    def test_by_the_xdg_rules(self) -> None:
        for variables, home in (
            ({"XDG_DATA_HOME": "/data"}, "/data/chatc"),
            ({"XDG_DATA_HOME": ""}, "/home/alice/.local/share/chatc"),
            ({"XDG_DATA_HOME": "relative"}, "/home/alice/.local/share/chatc"),
            ({}, "/home/alice/.local/share/chatc"),
        ):
            self.patch(os, "environ", {"HOME": "/home/alice", **variables})
            self.assertEqual(default_home(), Path(home))

    def test_nobody_has_a_home(self) -> None:
        """No HOME, and the system knows of none: the root is everybody's."""
        self.patch(os, "environ", {})
        self.patch(Path, "home", self.none)
        self.assertEqual(default_home(), Path("/.local/share/chatc"))

    def none(self) -> Path:
        raise RuntimeError("Could not determine home directory.")
