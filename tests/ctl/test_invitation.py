"""``chatctl link`` and ``chatctl fingerprint``."""

from __future__ import annotations

import json

from chatd.domain.link import show_fingerprint
from chatd.keys import ServerKeys
from chatd.protocols.control.desk import Answer
from tests.ctl.case import LINKS, Case, RunningCase


class Fingerprint(Case):
    """Read from the key's file."""

    def test_no_server(self) -> None:
        """Asking makes no server."""
        for words in (["fingerprint"], ["link"], ["backup", f"{self.home}/b"]):
            self.assertIn("start the daemon once", self.refusal(*words))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_printed(self) -> None:
        fingerprint = ServerKeys.load(self.home).fingerprint
        self.assertEqual(self.run_ctl("fingerprint"), show_fingerprint(fingerprint) + "\n")
        printed = self.run_ctl("fingerprint", "--json")
        self.assertEqual(json.loads(printed), {"fingerprint": fingerprint})

    def test_makes_nothing(self) -> None:
        """The daemon's files are the daemon's to make."""
        ServerKeys.load(self.home)
        for name in ("tls.key", "tls.pem"):
            (self.home / name).unlink()
        self.run_ctl("fingerprint")
        self.assertEqual([path.name for path in self.home.glob("*")], ["server.key"])

    def test_damaged(self) -> None:
        ServerKeys.load(self.home)
        (self.home / "server.key").write_text("")
        self.assertRegex(self.refusal("fingerprint"), "^chatctl: .*server.key: is damaged")


class Link(RunningCase):
    """Asked of a running daemon."""

    links = LINKS

    def answers(self) -> dict[str, Answer]:
        return {"link": lambda: {"links": self.links}}

    async def test_printed(self) -> None:
        for words, expected in (
            (["link"], LINKS[0] + "\n"),
            (["link", "--all"], "\n".join(LINKS) + "\n"),
            (["link", "--json"], json.dumps({"links": LINKS[:1]}) + "\n"),
            (["link", "--all", "--json"], json.dumps({"links": LINKS}) + "\n"),
        ):
            self.assertEqual(await self.ctl(*words), expected)

    async def test_nowhere(self) -> None:
        """A daemon that no link leads to."""
        self.links = []
        self.assertIn("does not listen where", await self.refused("link"))
        self.assertIn("does not listen where", await self.refused("enrol", "alice"))
        self.assertEqual(await self.json("list"), {"accounts": []})
