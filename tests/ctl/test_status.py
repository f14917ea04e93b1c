"""``chatctl status``: how much there is, and that nothing is left once everybody has it."""

from __future__ import annotations

import json

from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd.errors import Code
from chatd.keys import ServerKeys
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages as m
from chatd.wire.codec import decode_struct
from tests.ctl.case import Case, RunningCase
from tests.protocols.native.device import Device, People

#: What there is at first.
NOTHING = {
    "sessions": 0,
    "accounts": 0,
    "online": 0,
    "rooms": 0,
    "lasting": 0,
    "messages": 0,
    "letters": 0,
    "bytes": 0,
}


class RunningTest(RunningCase):
    async def test_at_first(self) -> None:
        self.assertEqual(await self.json("status"), {"running": True, **NOTHING})

    async def test_what_waits_until_it_is_acknowledged(self) -> None:
        people = People(self.server, NativeFactory(self.server.around))
        alice, bob = people.member("alice"), people.member("bob")
        bob.caller.send(m.Logout(1))
        alice.caller.send(m.Join(1, "tea"), m.Direct(2, "bob", "x" * 2000))
        alice.caller.received()
        told = await self.json("status")
        self.assertEqual((told["sessions"], told["accounts"], told["online"]), (1, 2, 1))
        self.assertEqual((told["rooms"], told["lasting"], told["messages"]), (1, 1, 1))
        self.assertEqual(
            await self.ctl("status"),
            "daemon           running\n"
            "sessions         1\n"
            "accounts         2, 1 online\n"
            "rooms            1, 1 of them lasting\n"
            "stored messages  1\n"
            "stored letters   0\n"
            "stored size      2.1 KiB\n",
        )
        bob.by_token()
        self._acknowledge(bob)
        told = await self.json("status")
        self.assertEqual((told["messages"], told["letters"], told["bytes"]), (0, 0, 0))

    def _acknowledge(self, device: Device) -> None:
        """All that waits for it."""
        page = decode_struct(device.ask(m.Follow(1)).result, m.FollowPage, Code.INTERNAL)
        for row in page.rows:
            device.caller.send(m.Acknowledge(row.conversation, row.last))
        self.server.clock.advance(1)


class StoppedTest(Case, TestCase):
    async def test_a_stopped_daemon(self) -> None:
        ServerKeys.load(self.home)
        told = await deferToThread(self.run_ctl, "status", "--json")
        self.assertEqual(json.loads(told), {"running": False, **NOTHING})
        told = await deferToThread(self.run_ctl, "status")
        self.assertIn("daemon           not running\n", told)
