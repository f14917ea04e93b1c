"""A backup that is made while many enrol and sign in is of one moment; and where it is restored,
everyone who was in it gets in, however often they have signed in since."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from chatd.archive import opened
from chatd.ctl.running import Running
from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.vault import Vault
from tests.client.vault.vault_case import CHEAP
from tests.support.crowd import PASSWORD
from tests.support.program import PATIENCE, ROOT, command, environment, until

from .members import MembersTest


class Load:
    """People who come and go.

    :param times: how often each; 0: until :meth:`ends`.
    """

    def __init__(self, home: Path, times: int = 0) -> None:
        self._home = home
        self._output = (home / "output").open("w+")
        words = [sys.executable, "-m", "tests.support.crowd", str(times)]
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def admit(self, *people: str) -> None:
        """They come, too."""
        assert self.process.stdin is not None
        for who in people:
            self.process.stdin.write(f"{self._home / who}\n")
        self.process.stdin.flush()

    @property
    def said(self) -> str:
        """What it printed so far."""
        return (self._home / "output").read_text()

    def came(self) -> Counter[str]:
        """Who has signed in, and how often."""
        return Counter(self.said.split())

    def waits(self, people: Iterable[str], times: Counter[str]) -> None:
        """Until each has come more often than that."""
        until(lambda: all(self.came()[who] > times[who] for who in people), lambda: self.said)

    def ends(self) -> int:
        """:return: its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._output.close()
        return self.process.wait(PATIENCE)


class BackupUnderLoadTest(MembersTest):
    """Some are there before the backup, some come while it is made, some after it.

    :cvar password: of the crowd's vaults.
    """

    settings = """
[limits]
handshakes_per_minute = 0
sign_ins_per_minute = 0
pending_per_address = 1000
"""
    password = PASSWORD
    early = [f"early{number}" for number in range(15)]
    middle = [f"middle{number}" for number in range(60)]
    late = [f"late{number}" for number in range(5)]

    def load(self, times: int = 0) -> Load:
        load = Load(self.home, times)
        self.addCleanup(load.process.wait)
        self.addCleanup(load.process.kill)
        return load

    def invite(self) -> None:
        """All of them, each with a vault that is yet to enrol."""
        daemon = Running.find(self.data)
        assert daemon is not None
        self.addCleanup(daemon.close)
        server = Server.of(Link.parse(daemon.ask("link")["links"][0]))
        for who in (*self.early, *self.middle, *self.late):
            enrolment = Enrolment(canonical(daemon.ask("enrol", handle=who)["one_time_id"]))
            root_key = new_root_key()
            identity = Identity(server, new_device_key(), root_key=root_key, enrolment=enrolment)
            Vault.create(self.home / who, PASSWORD, identity, CHEAP).close()

    def backup(self, load: Load) -> None:
        """While somebody new comes at each moment."""
        words = command("chatctl", "--data-dir", str(self.data), "backup", str(self.file))
        making = subprocess.Popen(words, env=environment(self.home), stdout=subprocess.DEVNULL)
        self.addCleanup(making.wait)
        coming = iter(self.middle)

        def is_done() -> bool:
            load.admit(*([who] if (who := next(coming, "")) else []))
            return making.poll() is not None

        until(is_done, lambda: "the backup takes too long")
        self.assertEqual(making.returncode, 0)

    def lines(self, file: Path) -> list[str]:
        """The store in a backup."""
        with opened(file) as backup:
            return list(backup.lines())

    def restored(self, file: Path) -> Path:
        """A backup put back elsewhere, where it is equal."""
        elsewhere = file.with_name(f"{file.name}-restored")
        self.ctl("restore", str(file), "--data-dir", str(elsewhere))
        exported = self.ctl("export", "--data-dir", str(elsewhere))
        self.assertEqual(exported, "".join(self.lines(file)))
        return elsewhere

    def test_nobody_is_locked_out(self) -> None:
        self.file, quiet = self.home / "backup", self.home / "quiet"
        self.invite()
        load = self.load()
        load.admit(*self.early)
        load.waits(self.early, Counter())
        self.backup(load)
        before = load.came()
        load.admit(*self.late)
        load.waits([*self.early, *self.late], before)
        self.assertEqual(load.ends(), 0, load.said)
        self.ctl("backup", str(quiet))
        self.assertEqual(self.ctl("export"), "".join(self.lines(quiet)))
        self.restored(quiet)
        self.daemon.stop()
        self.data = self.restored(self.file)
        self.start()
        self.all_come_back(set(load.came()))
        self.late_ones_enrol_anew()

    def all_come_back(self, people: set[str]) -> None:
        """Twice: once with a token that this store may not know, then by the next one."""
        saved = self.enrolled()
        self.assertLessEqual({*self.early}, saved)
        self.assertFalse(saved & {*self.late})
        self.assertLessEqual(saved, people)
        load = self.load(times=2)
        load.admit(*saved)
        self.assertEqual(load.ends(), 0, load.said)
        self.assertEqual(load.came(), Counter(dict.fromkeys(saved, 2)))
        anew = Counter(line["account"] for line in self.audited("token_regenerated"))
        self.assertLessEqual({*self.early}, anew.keys())
        self.assertEqual({*anew.values()}, {1})
        for refusal in ("vault_copied", "token_refused", "sign_in_refused"):
            self.assertEqual(self.audited(refusal), [])

    def enrolled(self) -> set[str]:
        """Who has a device in the backup."""
        rows = [json.loads(line) for line in self.lines(self.file)]
        able = {row["account"] for row in rows if row.get("table") == "devices"}
        accounts = [row for row in rows if row.get("table") == "accounts"]
        return {row["handle"] for row in accounts if row["id"] in able}

    def late_ones_enrol_anew(self) -> None:
        """Their devices are not in the backup: they are told so, and a new link is enough."""
        who = self.late[0]
        self.assertIn("not enrolled here; ask for a link", self.chatc(who, "rooms", status=1))
        self.enrol(who)
        self.chatc(who, "rooms")
