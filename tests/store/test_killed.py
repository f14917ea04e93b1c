"""``kill -9`` while people enrol, sign in, talk: what was told is there, the rest whole or not."""

from __future__ import annotations

import subprocess
import sys

from chatd.domain.account import NewDevice
from chatd.domain.message import StoredMessage
from chatd.domain.sign_in import Outcome
from chatd.errors import Code, Refused
from chatd.store.store import Store
from tests.store.folder import FolderCase
from tests.store.writing import ROOM, WORDS, message, secret
from tests.support.program import ROOT, environment

#: After how many printed lines it is killed.
SEEDS = (1, 50, 300)


class Killed(FolderCase):
    async def test_all_or_nothing(self) -> None:
        for seed in SEEDS:
            told = self.written(seed)
            store = self.open()
            await self.check(store, told)
            await self.check_said(store, told)
            await store.stop()
            self.path.unlink()

    def written(self, count: int) -> set[str]:
        """Start the program, kill it after so many lines; the whole lines that it printed."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.writing", str(self.folder)],
            cwd=ROOT,
            env=environment(self.folder),
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(count)]
            process.kill()
            lines += process.stdout.readlines()
        return {line.strip() for line in lines if line.endswith("\n")}

    async def check(self, store: Store, told: set[str]) -> None:
        people = await store.accounts("", 100_000)
        names = {account.handle for account in people}
        for line in told:
            self.assertIn(line.split()[1], names)
        for account in people:
            name = account.handle
            devices = await store.devices(account.id)
            if not devices:
                self.assertNotIn(f"enrolled {name}", told)
                self.assertEqual(account.root, b"")
                continue
            self.assertEqual(account.root, secret(name, "root"))
            last = "second" if f"came {name}" in told else "first"
            await self.comes_back(store, name, last)

    async def check_said(self, store: Store, told: set[str]) -> None:
        """What was told is there, under its number; there are no holes, and what was said last is
        taken for a repetition."""
        host = await store.account("p0")
        if host is None or not (devices := await store.devices(host.id)):
            self.assertFalse([line for line in told if line.startswith("said")])
            return
        page = await store.fetch(devices[0].id, ROOM, 0, 100_000, 2**40)
        said = {one.number: one for one in page.items if isinstance(one, StoredMessage)}
        own = [number for number in range(1, page.upto + 1) if number not in said]
        self.assertLessEqual(len(own), WORDS)
        self.assertEqual(len(said), len(page.items))
        for line in sorted(told):
            what, name, *rest = line.split()
            if what == "said":
                seq, number = map(int, rest)
                if name != "p0":
                    self.assertEqual(said[number].body.decode(), f"{name} {seq}")
        for one in said.values():
            device = await store.device_of_id(one.device)
            assert device is not None
            seq = int(one.body.split()[1])
            again = await store.post(message(device[1], one.sender, seq))
            self.assertEqual((again.number, again.repeated), (one.number, True))

    async def comes_back(self, store: Store, name: str, last: str) -> None:
        """Nobody is locked out, and no ID is good again."""
        key, successor = secret(name, "key"), secret(name, "next")
        answer = await store.sign_in(key, secret(name, last), successor, False, 1)
        self.assertEqual(answer.outcome, Outcome.ACCEPTED)
        with self.assertRaises(Refused) as caught:
            await store.redeem(secret(name, "id"), NewDevice(key, "laptop"), b"more", 1)
        self.assertEqual(caught.exception.code, Code.ID_USED)
