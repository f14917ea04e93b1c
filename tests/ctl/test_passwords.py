"""Passwords: typed twice, piped, or many from a file; never as arguments, never repeated."""

from __future__ import annotations

import json
from typing import Any

from chatd.ctl import passwords
from chatd.ctl.passwords import LONGEST_LINE
from tests.ctl.case import RunningCase


class PasswordCase(RunningCase):
    async def stored(self, handle: str) -> str:
        """The password as the store has it: the hub's test double hashes nothing."""
        store: Any = self.server.state.store
        account = await store.account(handle)
        phc: str = account.password
        return phc.removeprefix("plain ")


class One(PasswordCase):
    async def test_piped(self) -> None:
        """One line, without its end."""
        await self.ctl("enrol", "Alice")
        self.pipe("  pass wörd \r\nnot this\n".encode())
        self.assertEqual(await self.ctl("passwd", "alice"), "Alice has a new password\n")
        self.assertEqual(await self.stored("alice"), "  pass wörd ")

    async def test_typed(self) -> None:
        """Twice, without an echo."""
        await self.ctl("enrol", "alice")
        asked: list[str] = []
        typed = ["correct horse", "correct horse", "one thing", "another"]

        def getpass(prompt: str) -> str:
            asked.append(prompt)
            return typed.pop(0)

        self.patch(passwords, "getpass", getpass)
        self.type("not from here\n")
        await self.ctl("passwd", "ALICE")
        self.assertEqual(asked, ["New password for alice: ", "The same again: "])
        self.assertIn("two different passwords", await self.refused("passwd", "alice"))
        self.assertEqual(await self.stored("alice"), "correct horse")

    async def test_none(self) -> None:
        await self.ctl("enrol", "alice")
        self.pipe(b"correct horse\n")
        await self.ctl("passwd", "alice")
        said = await self.ctl("passwd", "alice", "--none")
        self.assertEqual(said, "alice has no password any more\n")
        self.assertEqual(await self.stored("alice"), "")

    async def test_refused(self) -> None:
        """Before anything is asked where there is nobody."""
        self.assertIn("no account called bob", await self.refused("passwd", "bob"))
        await self.ctl("enrol", "alice")
        for piped, said in (
            (b"", "there was no password"),
            (b"\n", "there was no password"),
            (b"short\n", "at least 8 characters"),
            (b"marker" * 50 + b"\n", "too long"),
            (b"marker \xff\n", "not UTF-8"),
        ):
            self.pipe(piped)
            told = await self.refused("passwd", "alice")
            self.assertIn(said, told)
            self.assertNotIn("marker", told)


class Many(PasswordCase):
    LINES = (
        b"\xef\xbb\xbfalice wonderland\n"
        b"\n"
        b"bob  with  spaces  \r\n"
        b"marker\n"
        b"marker! marker\n"
        b"carol marker\xff\n"
        b"dave " + b"marker" * 60 + b"\n"
        b"erin " + b"marker" * 5000 + b"\n"
        b"gina " + b"\x01" * (LONGEST_LINE - 10) + b"\n"
        b"ALICE again\n"
        b"frank last"
    )

    async def test_wrong_lines(self) -> None:
        """Each is named by its number alone, and the rest goes in."""
        self.pipe(self.LINES)
        self.assertEqual(await self.refused("import-credentials", "-"), "1")
        self.assertEqual(self.printed(), "4 imported, 6 wrong\n")
        told = self.errors.getvalue().splitlines()
        form = "a line is a name, a space and a password"
        self.assertEqual(told[0], f"line 4: {form}")
        self.assertTrue(told[1].startswith("line 5: not a usable nick: letters of"), told)
        self.assertEqual(told[2], f"line 6: {form}")
        too_long = [f"line {number}: the password is too long" for number in (7, 8, 9)]
        self.assertEqual(told[3:], too_long)
        self.assertNotIn("marker", "".join(told))
        for handle, password in (
            ("alice", "again"),
            ("bob", "with  spaces"),
            ("frank", "last"),
        ):
            self.assertEqual(await self.stored(handle), password)

    async def test_json(self) -> None:
        file = self.home / "credentials"
        file.write_bytes(b"alice wonderland\nbob\n")
        self.assertEqual(await self.refused("import-credentials", str(file), "--json"), "1")
        told = json.loads(self.printed())
        self.assertEqual(told["imported"], 1)
        self.assertEqual([wrong["line"] for wrong in told["wrong"]], [2])

    async def test_all_right(self) -> None:
        """The longest line there can be is one."""
        line = "alice " + "é" * 127
        self.assertLess(len(line.encode()), LONGEST_LINE)
        self.pipe(f"{line}\n".encode())
        self.assertEqual(await self.ctl("import-credentials", "-"), "1 imported, 0 wrong\n")
        self.assertEqual(await self.stored("alice"), "é" * 127)

    async def test_a_file_that_is_not_there(self) -> None:
        told = await self.refused("import-credentials", "/nonexistent")
        self.assertEqual(told, "chatctl: /nonexistent: No such file or directory")
