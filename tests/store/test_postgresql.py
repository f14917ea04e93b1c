"""PostgreSQL, a real server where one is installed: the contract, and what is its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import SkipTest

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url
from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ConfigError, Refused, StoreFailed
from chatd.store.engine import make_engine, parse
from chatd.store.restore import restore_store
from chatd.store.schema import metadata
from chatd.store.store import Store, open_store
from tests.store import contract
from tests.store.file_case import FileCase
from tests.store.folder import FolderCase, url
from tests.support import postgres
from tests.support.postgres import server


class OnServer(contract.Contract):
    def open(self) -> Store:
        folder = Path(self.mktemp())
        folder.mkdir()
        return open_store(server().database(), folder, reactor)


class DatabaseCase(FolderCase):
    """A database of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.server = server()
        self.database = self.server.database()

    def connect(self) -> Store:
        """The store in it, started."""
        store = open_store(self.database, self.folder, reactor)
        store.start()
        self.addCleanup(store.stop)
        return store


class Tables(DatabaseCase):
    async def test_are_those_of_the_program(self) -> None:
        self.connect()
        engine = make_engine(parse(self.database))
        self.addCleanup(engine.dispose)
        with engine.connect() as connection:
            self.assertEqual(compare_metadata(MigrationContext.configure(connection), metadata), [])


class Moved(FileCase):
    async def test_there_and_back(self) -> None:
        """Equal stores export equal lines, whatever database they are in."""
        await self.fill()
        written = await self.lines()
        for target in (server().database(), url(self.folder / "back.db")):
            restore_store(target, written)
            self.store = open_store(target, self.folder, reactor)
            self.store.start()
            self.addCleanup(self.store.stop)
            self.assertEqual(await self.lines(), written)
        self.assertEqual(await self.gets("bob.laptop", after=2), ["3"])


class Gone(DatabaseCase):
    async def test_connections_cut(self) -> None:
        """Somebody restarts the server: nobody is refused for it later."""
        store = self.connect()
        alice = await store.invite("alice", None, None, b"id", 2, 1)
        self.server.cut(self.database)
        self.assertEqual(await store.account("alice"), alice)
        self.server.cut(self.database)
        self.assertEqual((await store.set_level(alice.id, 5)).level, 5)

    async def test_away_and_back(self) -> None:
        """What is asked for meanwhile is refused; the daemon goes on."""
        store = self.connect()
        alice = await store.invite("alice", None, None, b"id", 2, 1)
        self.server.allow(self.database, False)
        for asked in (store.set_level(alice.id, 5), store.account("alice")):
            with self.assertRaises(Refused) as caught:
                await asked
            assert isinstance(caught.exception, StoreFailed)
            self.assertIn("does not answer", caught.exception.cause)
        self.server.allow(self.database, True)
        self.assertEqual(await store.account("alice"), alice)
        self.assertEqual((await store.set_level(alice.id, 6)).level, 6)


class Unusable(DatabaseCase):
    def told(self, **changed: Any) -> str:
        """What a person reads who has something wrong in the URL, and a password."""
        wrong = make_url(self.database).set(password="hidden", **changed)
        given = wrong.render_as_string(hide_password=False)
        told = str(self.assertRaises(ConfigError, open_store, given, self.folder, reactor))
        self.assertNotIn("hidden", told)
        return told

    def test_no_such_database(self) -> None:
        told = self.told(database="none")
        self.assertIn("postgresql://chatd@/none: the store cannot be used: ", told)

    def test_nobody_there(self) -> None:
        self.assertIn("No such file", self.told(query={"host": "/nowhere"}))


class NotInstalled(SynchronousTestCase):
    def test_skipped_or_required(self) -> None:
        """Where it has to be tested, its absence is a failure, no skipped test."""
        self.patch(postgres, "programs", lambda: None)
        self.patch(os, "environ", {})
        self.assertRaises(SkipTest, server)
        self.patch(os, "environ", {postgres.REQUIRE: "1"})
        self.assertRaises(LookupError, server)
