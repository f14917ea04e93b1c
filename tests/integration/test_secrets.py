"""No secret is left where somebody could find it: a whole story is lived through with marked ones,
then every file, all output, and what the system shows of the programs are searched for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import SkipTest

from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from tests.support.processes import Processes
from tests.support.program import until
from tests.support.terminal import Terminal
from tests.support.traces import forms, traces

from .members import WIDE, MembersTest

ACCOUNT, CHANGED, WRONG, MISTYPED = (
    f"marker {word} password" for word in ("account", "changed", "wrong", "mistyped")
)
ROOM, SAID, ALONE, REASON = (f"marker {word}" for word in ("room", "said", "alone", "reason"))
#: A device of Bob's never comes again: for that, these wait in the store and its copies.
WAITING, STORES = (
    {SAID.encode(), ALONE.encode(), REASON.encode()},
    ("store.db", "backup", "exported"),
)
OUTPUT, PROCESSES = "what the daemon printed", "what is seen of processes"


class SecretsTest(MembersTest):
    """:ivar secrets: all that there were so far."""

    password = "marker of every vault"

    def setUp(self) -> None:
        if not Processes.possible:
            raise SkipTest("this system does not show processes as files")
        words = (ACCOUNT, CHANGED, WRONG, MISTYPED, ROOM, SAID, ALONE, REASON, self.password)
        self.secrets = {word.encode() for word in words}
        self.processes = Processes()
        self.addCleanup(self.processes.stop)
        super().setUp()

    # ------------------------------------------------------------ what is secret

    def note_link(self, link: str) -> str:
        """What lets somebody in by a link."""
        parsed = Link.parse(link)
        self.secrets |= {parsed.one_time_id.encode(), canonical(parsed.one_time_id)}
        self.secrets |= {parsed.device_secret, link.encode()} - {b""}
        return link

    def note_keys(self, *people: str) -> None:
        """What is in their vaults now, while nobody has them open."""
        for who in people:
            identity = self.identity(who)
            held = {identity.token, identity.device_key, identity.root_key}
            self.secrets |= (held | set(identity.links.values())) - {b""}

    # ------------------------------------------------------------ the story

    def enrol_all(self) -> None:
        """At a screen, by a script, by a password that was wrong at first, by a used link."""
        alice = self.terminal("alice", "enrol")
        alice.sees("Paste the link")
        alice.paste(self.note_link(self.daemon.admin_link()))
        alice.keys("\r")
        for question in ("new vault password:", "once more:"):
            alice.sees(question)
            alice.line(self.password)
        alice.sees("connected as alice$")
        self.leave(alice)
        link = self.note_link(self.link("bob"))
        self.enrol("bob", link)
        self.chatc("mallory", "enrol", "--no-chat", link=link, status=1)
        self.ctl("passwd", "bob", text=f"{ACCOUNT}\n")
        words = ("enrol", "--no-chat", "--account", "bob")
        place = self.ctl("link").strip()
        for who, password, status in (("eve", WRONG, 1), ("bob-laptop", ACCOUNT, 0)):
            self.chatc(who, *words, link=place, account_password=password, status=status)
        self.note_keys("alice", "bob", "bob-laptop", "eve", "mallory")

    def talk(self, alice: Terminal, bob: Terminal) -> None:
        """In a room with a password, and alone."""
        for person in (bob, alice):
            person.line("/join #vault -p")
            person.sees("password: ")
            person.line(ROOM)
            person.sees("2:#vault")
        alice.line(SAID)
        bob.sees(f"alice │ {SAID}")
        bob.line(f"/msg alice {ALONE}")
        alice.sees("3:bob @1")
        alice.line(f"/kick bob {REASON}")
        bob.keys("\x1b2")
        bob.sees(REASON)

    def change_password(self, bob: Terminal) -> None:
        bob.line("/passwd")
        for answer in (ACCOUNT, CHANGED, CHANGED):
            bob.sees("new password again: ")
            bob.line(answer)
        bob.sees("your account has the new password")

    def add_device(self, bob: Terminal) -> None:
        """By a link with a second secret; the first device signs it."""
        bob.line("/devices add")
        bob.sees("Whoever has this link first gets in as you", "^chatd://")
        link = next(row for row in bob.rows() if row.startswith("chatd://"))
        self.assertTrue(Link.parse(link).device_secret)
        bob.keys("\x1b")
        self.enrol("bob-phone", self.note_link(link))
        bob.sees("is signed now")

    def sit_and_talk(self) -> None:
        alice, bob = self.sit("alice", "bob", size=WIDE)
        self.talk(alice, bob)
        self.change_password(bob)
        self.add_device(bob)
        for screen in (alice, bob):
            self.leave(screen)
        self.note_keys("alice", "bob", "bob-phone")

    def lose_a_copy(self) -> None:
        """A vault that is opened wrongly, then a copied one."""
        self.chatc("bob", "rooms", password=MISTYPED, status=6)
        shutil.copytree(self.home / "bob", self.home / "thief")
        self.chatc("bob", "service", "whois", "nick=alice")
        self.note_keys("bob")
        self.chatc("thief", "rooms", status=1)
        self.chatc("bob", "rooms", status=1)
        self.note_keys("bob")

    # ------------------------------------------------------------ the search

    def places(self) -> dict[str, bytes]:
        """Everything that somebody could look at."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        found = {str(path): path.read_bytes() for path in files}
        found[OUTPUT] = self.daemon.output.encode()
        found[PROCESSES] = b"\n".join(self.processes.seen)
        return found

    def search(self, printed: str = "") -> None:
        """:param printed: what the daemon is to print, once, and nobody else."""
        places = self.places()
        self.assertIn(printed.encode(), places[OUTPUT])
        places[OUTPUT] = places[OUTPUT].replace(printed.encode(), b"", 1)
        for path, content in places.items():
            waiting = WAITING if Path(path).name.startswith(STORES) else set()
            self.assertEqual(traces(self.secrets - waiting, content), [], path)
        names = {Path(path).name for path in places}
        self.assertLessEqual({"store.db", "audit.log", "vault", "chatc.log"}, names)

    def test_nothing_is_left(self) -> None:
        link = self.daemon.admin_link()
        self.enrol_all()
        self.sit_and_talk()
        self.lose_a_copy()
        self.assertTrue((self.data / "store.db-wal").stat().st_size)
        self.search(printed=link)
        self.daemon.stop()
        self.search(printed=link)
        self.start()  # what it recovers, and prints again
        self.chatc("alice", "rooms")
        self.note_keys("alice")
        self.ctl("backup", str(self.home / "backup"))
        (self.home / "exported").write_text(self.ctl("export"))
        self.search()
        self.assertGreater(len(self.secrets), 30)

    def test_what_is_left_is_found(self) -> None:
        """The search finds a secret in every form, in files and in what the system shows."""
        self.enrol("bob")
        secret = b"a marker \xff of this test"
        file = self.data / "left"
        for form in forms(secret):
            for content in (form, form.upper() + b"...", b"\0" * 1000 + form):
                file.write_bytes(content)
                self.assertEqual(traces([secret], self.places()[str(file)]), [secret], form)
        file.unlink()
        shown = self.show(b"an argument to find", b"a variable to find")
        self.addCleanup(shown.communicate)
        self.appears(b"an argument to find")
        self.appears(b"a variable to find")
        for program in (b"twistd", b"chatc\0", b"chatctl\0"):
            self.assertTrue(any(program in seen for seen in self.processes.seen), program)
        self.assertIn(b"PYTHONUNBUFFERED=1", self.places()[PROCESSES])

    def show(self, argument: bytes, variable: bytes) -> subprocess.Popen[bytes]:
        """A program that is careless with both; it ends with its input."""
        words = [sys.executable, "-c", "import sys; sys.stdin.read()", os.fsdecode(argument)]
        return subprocess.Popen(words, env={"SECRET": os.fsdecode(variable)}, stdin=subprocess.PIPE)

    def appears(self, secret: bytes) -> None:
        until(
            lambda: traces([secret], self.places()[PROCESSES]),
            lambda: f"{secret!r} is not seen",
        )
