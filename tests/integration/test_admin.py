"""The admin: from the first start on, with the daemon running and stopped, and after a loss."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.archive import opened
from chatd.ctl.running import Running
from tests.support.daemon import Daemon, free_port
from tests.support.program import PATIENCE, command, environment, run, until

VAULT_PASSWORD = "a marker of a vault"


class AdminTest(SynchronousTestCase):
    """A daemon as a new user has it: no guests, no accounts."""

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="chatc-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "server"
        self.settings = self.home / "chatd.toml"
        listen = f"tcp:{free_port()}:interface=127.0.0.1"
        self.settings.write_text(f'admin = "alice"\n[listen]\nnative = "{listen}"\n')
        self.secrets = [VAULT_PASSWORD]
        self.start()

    def start(self) -> None:
        """Again, on the same port and the same data."""
        self.daemon = Daemon("--config", str(self.settings), data=self.data)
        self.addCleanup(self.daemon.stop)
        self.daemon.says(r"Enrol others with:  .* enrol NAME\n")

    # ------------------------------------------------------------ programs

    def ctl(self, *arguments: str, text: str = "", status: int = 0) -> str:
        """What ``chatctl`` prints, or where it fails the one line that it ends with."""
        words = ("--config", str(self.settings), "--data-dir", str(self.data))
        done = run(self.home, "chatctl", *words, *arguments, text=text, status=status)
        return done.stderr if status else done.stdout

    def json(self, *arguments: str, **more: Any) -> Any:
        return json.loads(self.ctl(*arguments, "--json", **more))

    def chatc(self, who: str, *arguments: str, link: str = "", status: int = 0) -> str:
        """What ``chatc`` says; its secrets come through pipes."""
        process = self.begin(who, *arguments, link=link)
        output, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, status, output)
        return output

    def begin(self, who: str, *arguments: str, link: str = "") -> subprocess.Popen[str]:
        passed = {"--password-fd": VAULT_PASSWORD} | ({"--link-fd": link} if link else {})
        words: list[str] = []
        descriptors = []
        for option, secret in passed.items():
            reader, writer = os.pipe()
            os.write(writer, f"{secret}\n".encode())
            os.close(writer)
            words += [option, str(reader)]
            descriptors.append(reader)
        process = subprocess.Popen(
            command("chatc", "--home", str(self.home / who), *arguments, *words),
            env=environment(self.home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=descriptors,
            text=True,
        )
        for reader in descriptors:
            os.close(reader)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def enrol(self, who: str, link: str, status: int = 0) -> str:
        self.secrets.append(link.rpartition("/")[2])
        return self.chatc(who, "enrol", "--no-chat", link=link, status=status)

    def invited(self, who: str, *options: str) -> str:
        """A link for somebody."""
        link: str = self.json("enrol", who, *options)["link"]
        return link

    def accounts(self) -> list[Any]:
        """As ``chatctl list`` has them, for who waits: a program takes longer to start than most of
        what is waited for."""
        daemon = Running.find(self.data)
        assert daemon is not None
        with closing(daemon):
            rows: list[Any] = daemon.ask("list")["accounts"]
            return rows

    def is_online(self, who: str) -> bool:
        return any(row["handle"] == who and row["online"] for row in self.accounts())

    # ------------------------------------------------------------ tests

    def test_first_admin(self) -> None:
        """Printed at each start until one has signed in; only the last link is good."""
        first = self.daemon.admin_link()
        self.assertEqual(self.daemon.stop(), 0)
        self.start()
        second = self.daemon.admin_link()
        self.assertIn("is not known here", self.enrol("alice", first, status=1))
        self.assertIn("enrolled as alice", self.enrol("alice", second))
        account = self.json("show", "alice")["account"]
        self.assertEqual((account["role"], account["enrolled"]), ("admin", True))
        self.assertEqual(self.daemon.stop(), 0)
        self.start()
        self.assertNotIn("Enrol the admin", self.daemon.output)

    def test_a_name_that_is_used_up(self) -> None:
        """The first admin then has another one."""
        self.enrol("alice", self.daemon.admin_link())
        self.ctl("remove", "alice", "--yes")
        self.assertEqual(self.daemon.stop(), 0)
        self.start()
        self.daemon.says("the admin alice cannot be enrolled: this name belonged .*--admin names")

    def test_at_once(self) -> None:
        """What is changed while somebody is here."""
        self.enrol("bob", self.invited("bob", "--level", "2"))
        device = self.json("devices", "bob")["devices"][0]["id"]
        for words, said in (
            (("disable", "bob"), "switched off"),
            (("revoke", device[:8]), "taken off the account"),
        ):
            tail = self.begin("bob", "tail", "#ops")
            until(lambda: self.is_online("bob"), lambda: "bob does not come")
            self.assertIn('"name": "ops"', self.ctl("rooms", "--json"))
            self.ctl(*words)
            output, _ = tail.communicate(timeout=PATIENCE)
            self.assertIn(said, output)
            self.assertFalse(self.is_online("bob"))
            self.ctl("enable", "bob")

    def test_stopped(self) -> None:
        """The same commands on the files; the daemon finds what was done."""
        self.assertEqual(self.daemon.stop(), 0)
        link = self.invited("bob", "--level", "3", "--role", "moderator")
        self.ctl("enrol", "carol")
        self.ctl("remove", "carol", "--yes")
        self.start()
        self.enrol("bob", link)
        account = self.json("show", "bob")["account"]
        self.assertEqual((account["level"], account["role"]), (3, "moderator"))
        self.assertIn("no account called carol", self.ctl("show", "carol", status=1))

    def test_passwords(self) -> None:
        """Typed or imported, they let in; a wrong line is named by its number alone."""
        lines = "bob a-marker-of-bob\nmarker\ncarol a-marker-of-carol\n"
        self.secrets += ["a-marker-of", "marker\n"]
        told = self.ctl("import-credentials", "-", text=lines, status=1)
        self.assertEqual(told, "line 2: a line is a name, a space and a password\n")
        names = [row["handle"] for row in self.json("list")["accounts"]]
        self.assertEqual(names, ["alice", "bob", "carol"])
        self.ctl("passwd", "bob", text="another-marker-of-bob\n")
        self.secrets.append("another-marker")

    def test_backup_while_people_come(self) -> None:
        """It is of one moment, and what is restored elsewhere is equal to it."""
        self.enrol("alice", self.daemon.admin_link())
        file, elsewhere = self.home / "backup", self.home / "elsewhere"
        lines = "".join(f"n{number} p\n" for number in range(150))
        busy = subprocess.Popen(
            command("chatctl", "--data-dir", str(self.data), "import-credentials", "-"),
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(busy.wait)
        assert busy.stdin
        busy.stdin.write(lines)
        busy.stdin.close()
        until(lambda: len(self.accounts()) > 10, lambda: "nobody is imported")
        self.ctl("backup", str(file))
        with opened(file) as backup:
            saved = "".join(backup.lines())
        count = saved.count('"table":"accounts"')
        self.assertIn(count, range(11, 151))
        self.ctl("--data-dir", str(elsewhere), "restore", str(file))
        self.assertEqual(self.ctl("--data-dir", str(elsewhere), "export"), saved)
        self.assertEqual(busy.wait(PATIENCE), 0)
        self.assertEqual(len(self.json("list")["accounts"]), 151)

    def test_after_a_loss(self) -> None:
        """A restored server lets everybody in who was enrolled then, whatever their token."""
        self.enrol("alice", self.daemon.admin_link())
        file = self.home / "backup"
        self.ctl("backup", str(file))
        self.assertIn("active", self.chatc("alice", "devices"))
        said = self.ctl("restore", "--force", str(file), status=1)
        self.assertIn("another chatd is running on", said)
        self.daemon.kill()
        shutil.rmtree(self.data)
        self.ctl("restore", str(file))
        self.start()
        self.assertIn("active", self.chatc("alice", "devices"))
        self.assertIn("active", self.chatc("alice", "devices"))
        events = [json.loads(line)["event"] for line in self.ctl("audit", "--json").splitlines()]
        self.assertEqual(events[0], "restored")
        self.assertEqual(events.count("token_regenerated"), 1)

    def test_a_store_that_gives_up(self) -> None:
        """One is told so, the daemon goes on, and all is well when the store is."""
        with sqlite3.connect(self.data / "store.db", isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            self.assertIn("is held by another program", self.ctl("enrol", "bob", status=1))
            self.assertIn("alice", self.ctl("list"))
            holder.execute("ROLLBACK")
        holder.close()
        self.assertIn("To enrol bob", self.ctl("enrol", "bob"))
        self.assertIn("the store fails", self.daemon.output)

    def tearDown(self) -> None:
        """No secret is in a file of the server's, or in what it printed."""
        self.daemon.stop()
        printed = self.daemon.output
        shown = printed[: printed.find("\nchatd://") + 1] + printed.partition("Enrol others")[2]
        files = [path for path in self.data.rglob("*") if path.is_file()]
        for secret in self.secrets:
            self.assertNotIn(secret, shown)
            for path in files:
                self.assertNotIn(secret.encode(), path.read_bytes(), path)
