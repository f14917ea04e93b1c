"""The socket itself: a real one."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import TestCase

from chatd.domain.link import Link
from chatd.wire import messages
from client.handover.frames import Recall
from client.handover.place import SOCKET, NoPlace
from client.handover.reception import Reception
from client.handover.visit import Visit
from client.handover.visitor import MOST_BEHIND, Visitor
from tests.client.vault.vault_case import mode


class Host:
    """Does nothing for visitors.

    :ivar gone: fires when one has left.
    """

    def __init__(self) -> None:
        self.gone: Deferred[Visitor] = Deferred()

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        raise AssertionError("nothing is asked")

    def recalled(self, recall: Recall) -> messages.Status:
        raise AssertionError("nothing is recalled")

    def left(self, visitor: Visitor) -> None:
        self.gone.callback(visitor)


class ReceptionTest(TestCase):
    """:ivar home: with a path that is short enough for a socket."""

    timeout = 20

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="chatc-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.path = self.home / SOCKET
        self.host = Host()
        self.reception = Reception(reactor, self.home, Link("chat.example.org"), "alice", self.host)

    async def visit(self) -> Visit:
        """Come by the socket, and be greeted."""
        factory: Any = Factory.forProtocol(lambda: Visit(reactor))
        visit: Visit = await UNIXClientEndpoint(reactor, str(self.path)).connect(factory)
        return await visit.greeted

    async def test_for_its_owner_only_and_gone_afterwards(self) -> None:
        self.reception.open()
        self.assertTrue(stat.S_ISSOCK(self.path.stat().st_mode))
        self.assertEqual(mode(self.path), 0o600)
        visit = await self.visit()
        self.assertEqual(visit.hello.process, os.getpid())
        await self.reception.close()
        self.assertFalse(self.path.exists())
        self.reception.dismiss()
        await self.host.gone
        await visit.logout()

    async def test_one_that_was_left_behind(self) -> None:
        with socket.socket(socket.AF_UNIX) as killed:
            killed.bind(str(self.path))
        self.reception.open()
        await (await self.visit()).logout()
        await self.host.gone
        await self.reception.close()

    async def test_it_was_removed_meanwhile(self) -> None:
        self.reception.open()
        self.path.unlink()
        await self.reception.close()

    def test_something_else_in_its_place(self) -> None:
        self.path.mkdir()
        error = self.assertRaises(NoPlace, self.reception.open)
        self.assertIn(f"{self.path} cannot be removed", str(error))

    def test_a_folder_that_is_gone(self) -> None:
        self.home.rename(moved := self.home.with_suffix(".moved"))
        error = self.assertRaises(NoPlace, self.reception.open)
        self.assertIn(f"{self.path} cannot be made", str(error))
        moved.rename(self.home)

    async def test_who_does_not_read(self) -> None:
        """The visit pauses after the greeting, until it is started."""
        self.reception.open()
        visit = await self.visit()
        said = messages.RoomSaid("tea", "bob", "x" * 60_000, 0, 1, 1)
        flood = LoopingCall(self.reception.tell, said)  # each turn, so that the socket is filled
        flood.start(0)
        self.assertGreater((await self.host.gone)._behind, MOST_BEHIND)
        flood.stop()
        await visit.logout()
        await self.reception.close()
