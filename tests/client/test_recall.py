"""``chatc history``: with the vault's password, and through a chatc that is running."""

from __future__ import annotations

import argparse
import json
import os
import stat
from contextlib import closing
from functools import partial
from pathlib import Path

from twisted.internet.defer import Deferred

from chatd.errors import ChatError
from client.admission import as_member
from client.connection import Connection
from client.credentials import Member
from client.handover.host import Host
from client.handover.reach import reach
from client.history.database import connect
from client.history.entries import add
from client.history.excerpt import MOST_LINES, Wanted, read_page
from client.history.places import Place, put
from client.model.conversation import Kind
from client.model.entry import Delivery, Entry, EntryKind
from client.model.uplink import Listener as Told
from client.status import Status
from client.vault.vault import Vault
from tests.client.listener import Listener
from tests.client.test_member import MemberTest
from tests.client.vault.vault_case import PASSWORD

#: Noon of 21 November 2024 UTC, in milliseconds, and a day.
NOON = 1_732_190_400_000
DAY = 86_400_000


class RecallTest(MemberTest):
    """Alice has talked in #tea and with Bob."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(os, "environ", {**os.environ, "XDG_RUNTIME_DIR": "/nowhere"})
        with closing(Vault.open(self.home, PASSWORD)) as vault:
            self.history_key = vault.history_key()
        entries = (
            (1, Entry(EntryKind.SAID, NOON, "the kettle is on", "bob", 11)),
            (2, Entry(EntryKind.SAID, NOON + 1, "hello \x1b[31m", "alice", 12, own=True)),
            (1, Entry(EntryKind.NOTICE, NOON + DAY, "bob set the topic: tea", kept=True)),
            (2, Entry(EntryKind.ACTION, NOON + DAY, "waves", "bob", 13)),
            (3, Entry(EntryKind.BROADCAST, NOON + DAY, "lunch", "carol", 14)),
            (
                1,
                Entry(EntryKind.SAID, NOON + DAY, "x", "alice", own=True, delivery=Delivery.FAILED),
            ),
        )
        with closing(connect(self.home, self.history_key)) as connection:
            put(connection, Place(1, Kind.ROOM, "tea"))
            put(connection, Place(2, Kind.PERSON, "bob"))
            put(connection, Place(3, Kind.SERVER, ""))
            for row, (place, entry) in enumerate(entries, 1):
                kept = Entry(
                    **{n: getattr(entry, n) for n in Entry.__slots__ if n != "row"}, row=row
                )
                add(connection, place, kept)

    def history(self, *words: str) -> list[str]:
        """What it prints."""
        self.assertEqual(self.alice("history", *words), Status.DONE, self.err)
        return self.out.splitlines()

    def texts(self, *words: str) -> list[str]:
        """The texts of what it prints."""
        return [json.loads(line)["text"] for line in self.history("--json", *words)]

    def test_lines(self) -> None:
        os.environ["TZ"] = "UTC"
        self.assertEqual(
            self.history(),
            [
                "2024-11-21 12:00 #tea <bob> the kettle is on",
                "2024-11-21 12:00 bob <alice> hello ␛[31m",
                "2024-11-22 12:00 #tea -- bob set the topic: tea",
                "2024-11-22 12:00 bob * bob waves",
                "2024-11-22 12:00 everyone <carol> lunch",
                "2024-11-22 12:00 #tea <alice> x",
            ],
        )

    def test_what_was_deleted(self) -> None:
        os.environ["TZ"] = "UTC"
        gone = Entry(EntryKind.SAID, NOON + DAY, "", "bob", 15, deleted=True, row=7)
        with closing(connect(self.home, self.history_key)) as connection:
            add(connection, 1, gone)
        self.assertEqual(self.history()[-1], "2024-11-22 12:00 #tea <bob> (deleted)")

    def test_objects(self) -> None:
        first, *_ = map(json.loads, self.history("--json"))
        self.assertEqual(
            first,
            {
                "time": "2024-11-21T12:00:00.000Z",
                "from": "bob",
                "target": "#tea",
                "text": "the kettle is on",
                "id": 11,
                "kind": "message",
                "own": False,
            },
        )

    def test_which(self) -> None:
        for words, texts in (
            (("--room", "#tea"), ["the kettle is on", "bob set the topic: tea", "x"]),
            (("--room", "TEA", "--count", "1"), ["x"]),
            (("--with", "Bob"), ["hello \x1b[31m", "waves"]),
            (("--search", "kettle"), ["the kettle is on"]),
            (("--search", "ket from:alice"), []),
            (("--search", "from:alice"), ["hello \x1b[31m", "x"]),
            (("--search", "x", "--with", "bob"), []),
            (("--search", "in:#tea x"), ["x"]),
            (("--search", '"'), []),
            (("--since", "2024-11-22", "--with", "bob"), ["waves"]),
            (("--since", "2024-11-22T13:00+00:00"), []),
            (("--since", "1w"), []),
            (("--count", "2"), ["lunch", "x"]),
        ):
            self.assertEqual(self.texts(*words), texts, words)

    def test_mistakes(self) -> None:
        for words, status, says in (
            (("--room", "#nowhere"), Status.REFUSED, "the history has nothing of #nowhere"),
            (("--since", "yesterday"), Status.USAGE, "date"),
            (("--count", "0"), Status.USAGE, "whole number"),
            (("--room", "#a", "--with", "b"), Status.USAGE, "not allowed"),
            (("--export", str(self.home)), Status.REFUSED, "cannot be made"),
        ):
            self.assertEqual(self.alice("history", *words), status, words)
            self.assertIn(says, self.err)
        self.assertEqual(self.alice("history", password="not the password"), Status.LOCKED)

    def test_nobody_has_one(self) -> None:
        home = self.mktemp()
        self.assertEqual(self.chatc("--home", home, "history", bare=True), Status.REFUSED)
        self.assertIn("takes an account", self.err)
        os.remove(self.home / "history.db")
        self.assertEqual(self.alice("history"), Status.REFUSED)
        self.assertIn("nothing has been kept", self.err)

    def test_export(self) -> None:
        file = Path(self.mktemp())
        self.assertEqual(self.history("--export", str(file), "--json"), [])
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        exported = [json.loads(line)["text"] for line in file.read_text().splitlines()]
        self.assertEqual(exported, self.texts())
        self.assertEqual(self.alice("history", "--export", str(file)), Status.REFUSED)
        self.assertIn("File exists", self.err)

    def test_many_pages(self) -> None:
        """In both directions, and with texts that fill a frame after a few."""
        with closing(Vault.open(self.home, PASSWORD)) as vault:
            self.history_key = vault.history_key()
        many = 2 * MOST_LINES + 10
        with closing(connect(self.home, self.history_key)) as connection:
            for row in range(100, 100 + many):
                add(connection, 1, Entry(EntryKind.SAID, NOON, f"many {row}", "bob", row=row))
            for row in range(2000, 2010):
                add(connection, 1, Entry(EntryKind.SAID, NOON, "é" * 8000, "bob", row=row))
        self.assertLess(len(read_page(self.home, self.history_key, Wanted()).lines), 5)
        texts = self.texts("--search", "many", "--count", str(many))
        self.assertEqual(texts, [f"many {row}" for row in range(100, 100 + many)])
        file = Path(self.mktemp())
        self.history("--export", str(file))
        self.assertEqual(len(file.read_text().splitlines()), 6 + many + 10)


class RunningTest(RecallTest):
    """The same while a chatc runs, which is not asked for a password and needs no server."""

    def setUp(self) -> None:
        super().setUp()
        vault = Vault.open(self.home, PASSWORD)
        self.addCleanup(vault.close)
        link, member = as_member(vault, argparse.Namespace()).link, Member(vault)

        def make(listener: Told) -> Connection:
            return Connection(self.reactor, self.network, link, "alice", listener, member)

        recall = partial(read_page, self.home, self.history_key)
        host = Host(self.reactor, self.home, link, "alice", Listener(), make, recall)
        host.start()
        self.network.settle()

    def alice(self, *words: str, password: str = "") -> int:
        return self.chatc("--home", str(self.home), *words, bare=True)

    def test_mistakes(self) -> None:
        self.assertEqual(self.alice("history", "--room", "#nowhere"), Status.REFUSED)
        self.assertIn("nothing of #nowhere", self.err)

    def test_many_pages(self) -> None:
        with closing(connect(self.home, self.history_key)) as connection:
            for row in range(100, 110):
                add(connection, 1, Entry(EntryKind.SAID, NOON, "é" * 8000, "bob", row=row))
        self.assertEqual(self.texts("--count", "9")[1:], ["é" * 8000] * 8)
        self.assertEqual(len(self.texts("--count", "99")), 16)

    def test_it_may_end_meanwhile(self) -> None:
        reached = Deferred.fromCoroutine(reach(self.reactor, self.home))
        self.network.settle()
        visit = self.successResultOf(reached)
        assert visit is not None
        visit.logout()
        self.network.settle()
        self.failureResultOf(visit.recall(Wanted()), ChatError)
