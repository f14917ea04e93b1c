"""Commits whose confirmation is lost, on a real server: it is found out whether they were made."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import event, make_url
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from chatd.domain.account import Account
from chatd.errors import Code, Refused
from chatd.store import confirmation
from chatd.store.confirmation import Unknown, was_committed
from chatd.store.engine import make_engine, parse
from chatd.store.store import Store
from tests.store.test_postgresql import DatabaseCase
from tests.support.program import until


class BrokenCase(DatabaseCase):
    """A store whose connection breaks in a commit."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(confirmation, "PAUSE", 0.01)
        self.store = self.connect()

    def at_commit(self, do: Any) -> None:
        """Do something just before the next commit, once."""
        event.listen(self.store._engine, "commit", lambda _: do(), once=True)

    def invite(self, handle: str, store: Store | None = None) -> Deferred[Account]:
        return (store or self.store).invite(handle, None, None, handle.encode(), 2, 1)


class Found(BrokenCase):
    async def test_not_made(self) -> None:
        """It is refused, has changed nothing, and may be tried again."""
        self.at_commit(lambda: self.server.cut(self.database))
        with self.assertRaises(Refused) as caught:
            await self.invite("alice")
        self.assertEqual(caught.exception.code, Code.STORE_FAILED)
        self.assertIsNone(await self.store.account("alice"))
        alice = await self.invite("alice")
        self.assertEqual(await self.store.account("alice"), alice)

    async def test_made(self) -> None:
        """Then it is done, and whoever asked is told so."""
        self.server.hold_commits(True)
        self.addCleanup(self.server.hold_commits, False)
        asked = [self.invite("alice"), self.invite("bob")]
        until(lambda: self.server.is_held(self.database), lambda: "no commit waits")
        self.server.cut(self.database)
        self.server.hold_commits(False)
        for each, handle in zip(asked, ("alice", "bob"), strict=True):
            self.assertEqual(await self.store.account(handle), await each)

    async def test_not_decided(self) -> None:
        """It is asked for again for as long as the server is at it."""
        engine = make_engine(parse(self.database))
        self.addCleanup(engine.dispose)
        place = make_url(self.database)
        for made in (True, False):
            with psycopg.connect(place.render_as_string()) as other:
                row = other.execute("SELECT pg_current_xact_id()::text").fetchone()
                assert row is not None
                asked = deferToThread(was_committed, engine, row[0])
                self.assertNoResult(asked)
                if not made:
                    other.rollback()
            self.assertIs(await asked, made)


class NotFound(BrokenCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(confirmation, "PATIENCE", 0.05)

    async def test_nobody_is_told(self) -> None:
        """The process has to start again: nothing more is stored by this one, which can end."""
        self.at_commit(lambda: self.server.allow(self.database, False))
        asked = [self.invite("alice"), self.invite("bob")]
        await self.store.apart
        self.server.allow(self.database, True)
        asked.append(self.invite("carol"))
        await self.store.stop()
        for each in asked:
            self.assertNoResult(each)
        again = self.connect()
        for handle in ("alice", "bob", "carol"):
            self.assertIsNone(await again.account(handle))

    async def test_while_it_ends(self) -> None:
        self.at_commit(lambda: self.server.allow(self.database, False))
        asked = self.invite("alice")
        await self.store.stop()
        self.assertNoResult(asked)
        self.successResultOf(self.store.apart)
        self.server.allow(self.database, True)

    async def test_of_which_nobody_knows(self) -> None:
        """A transaction of another server, say."""
        engine = make_engine(parse(self.database))
        self.addCleanup(engine.dispose)
        with self.assertRaises(Unknown):
            await deferToThread(was_committed, engine, str(2**40))
