"""Makes the pictures of the documents: ``make screenshots``.

They are what real clients of a real daemon show; only clock, day, port and lag are set to ever the
same.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pyte

from docs.svg import DARK, LIGHT, Colours, picture
from tests.support.daemon import Daemon, free_port
from tests.support.program import command, environment, run
from tests.support.terminal import Terminal

FOLDER = Path(__file__).parent / "images"
WIDE, NARROW = (110, 30), (80, 24)

#: When the pictures are taken, in minutes since midnight, and the day.
_END = 10 * 60 + 24
_DAY = "Thursday, 21 November 2024"

_PASSWORD = "correct horse battery"
_TOPIC = "Release 2.4 on Thursday · https://wiki.example.org/release"

#: What is another at each run: times, the port, the lag, the line between two days.
_VOLATILE = re.compile(
    r"(?P<clock>\b\d\d:\d\d\b)|(?P<port>(?<=127\.0\.0\.1:)\d+)|(?P<lag>(?<=lag )\d+(?= ms))"
    r"|(?P<day>─+ [A-Z][a-z]+, \d[^│]*─)"
)

#: Who says what in the room; Lena is the one who looks.
_TALK = (
    ("marco", "morning! the 2.4 build is green ✅"),
    ("yuki", "おはよう ☕ the release notes are nearly done"),
    ("lena", "nice. who watches the staging box?"),
    ("sam", "I do. disk at 61 %, load is fine"),
    ("marco", "lena: can you look at https://git.example.org/ops/pulls/418 before noon?"),
    ("lena", "on it"),
    ("yuki", "/me pours tea for everyone 🍵"),
    ("sam", "the mirrors need 20 minutes after the tag: let us tag early, then tell #support"),
    ("yuki", "I will tell them"),
    ("lena", "merged. marco, the tag is yours"),
    ("yuki", "/react rocket"),
    ("sam", "/react rocket"),
    ("marco", "/reply thanks! tagging now"),
)

#: What is said there while she looks elsewhere, and between her and Marco.
_MEANWHILE = (("marco", "v2.4.0 is out 🎉"), ("sam", "mirrors are pulling, 3 of 8 are done"))
_PRIVATE = (
    ("marco", "thanks for the quick review!"),
    ("lena", "any time. the new tests made it easy"),
    ("marco", "one thing: should the old flag still work for a while?"),
    ("lena", "yes, until 2.6, with a warning in the log that says what to use instead"),
    ("marco", "good. lunch at one? ラーメン 🍜 at the corner"),
    ("lena", "see you there"),
)


class Office:
    """A daemon and everybody who talks on it, with an account each."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.home = Path(tempfile.mkdtemp(prefix="chatc-pictures-"))
        stack.callback(shutil.rmtree, self.home, ignore_errors=True)
        config = self.home / "chatd.toml"
        config.write_text('[limits]\nrate = "off"\n')
        listen = f"native=tcp:{free_port()}:interface=127.0.0.1"
        data = self.home / "server"
        daemon = Daemon("--config", str(config), "--listen", listen, "--admin", "ada", data=data)
        stack.callback(daemon.stop)
        daemon.says("Enrol others with: ")
        self._pipes: dict[str, subprocess.Popen[str]] = {}

    def enrol(self, nick: str) -> None:
        """Somebody gets an account, and a vault."""
        words = ("--data-dir", str(self.home / "server"), "enrol", nick, "--json")
        link: str = json.loads(run(self.home, "chatctl", *words).stdout)["link"]
        self._begin(nick, "enrol", "--no-chat", link=link, password=_PASSWORD).communicate()

    def screen(self, nick: str, size: tuple[int, int]) -> Terminal:
        """Somebody's full screen, in the room."""
        words = command("chatc", "--home", str(self.home / nick))
        terminal = Terminal(words, environment(self.home), size)
        self._stack.callback(terminal.close)
        terminal.sees("vault password:")
        terminal.line(_PASSWORD)
        terminal.sees("connected as")
        terminal.line("/join #ops")
        terminal.sees("2:#ops")
        return terminal

    def enter(self, nick: str) -> None:
        """Somebody signs in, to talk line by line, and enters the room."""
        pipe = self._pipes[nick] = self._begin(nick, "--plain", password=_PASSWORD)
        self._stack.callback(pipe.wait)
        self.say(nick, "/join #ops")

    def say(self, nick: str, line: str) -> None:
        """Somebody types a line."""
        print(line, file=self._input(nick), flush=True)

    def go(self, nick: str) -> None:
        """Somebody goes home."""
        self._input(nick).close()

    def close(self) -> None:
        """Everybody does."""
        for nick in self._pipes:
            self.go(nick)

    def _input(self, nick: str) -> IO[str]:
        stream = self._pipes[nick].stdin
        assert stream
        return stream

    def _begin(self, nick: str, *words: str, **secrets: str) -> subprocess.Popen[str]:
        """``chatc``, with secrets through pipes."""
        pipes = []
        for name, secret in secrets.items():
            reading, writing = os.pipe()
            with os.fdopen(writing, "w") as pipe:
                pipe.write(f"{secret}\n")
            words += (f"--{name}-fd", str(reading))
            pipes.append(reading)
        process = subprocess.Popen(
            command("chatc", "--home", str(self.home / nick), *words),
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=pipes,
            text=True,
        )
        for reading in pipes:
            os.close(reading)
        return process


def talk(office: Office, lena: Terminal) -> None:
    """Everybody comes, and the talk goes its way."""
    for nick in ("omar", "marco", "yuki", "sam"):
        office.enter(nick)
        lena.sees(f"{nick} entered")
    lena.line("/clear")
    lena.loses("entered")
    lena.line(f"/topic {_TOPIC}")
    lena.sees("^ #ops +Release")
    for nick, line in _TALK:
        _say(office, lena, nick, line)
    lena.sees("✓✓ read")
    office.go("omar")
    lena.sees("omar went offline")
    office.say("sam", "/away back at two")
    lena.sees("sam +away")


def elsewhere(office: Office, lena: Terminal) -> None:
    """Things go on in other conversations, and in the first one while she looks at those."""
    for room in ("#support", "#tea"):
        lena.line(f"/join {room}")
        lena.sees(rf"\d:{room} ·")
        office.say("yuki", f"/join {room}")
        lena.sees("2 members")
    for unread, (nick, line) in enumerate(_MEANWHILE, 1):
        office.say(nick, line)
        lena.sees(f"2:#ops {unread}")
    lena.keys("\x1b2")
    lena.sees("are done")
    for line in ("who is in at lunch?", "there is cake 🍰"):
        office.say("yuki", line)
    lena.sees("4 #tea +2")
    office.say("marco", f"/msg lena {_PRIVATE[0][1]}")
    lena.sees("5 marco +@1")


def private(office: Office, lena: Terminal) -> None:
    """The two talk on, between themselves."""
    lena.keys("\x1b5")
    lena.sees("quick review")
    for nick, line in _PRIVATE[1:]:
        _say(office, lena, nick, line)


def _say(office: Office, lena: Terminal, nick: str, line: str) -> None:
    """Somebody says something, and she sees it, wrapped or not."""
    if nick == "lena":
        lena.line(line)
    else:
        office.say(nick, line)
    if line.startswith("/react"):
        lena.sees("🚀")
        return
    words = line.removeprefix("/me ").removeprefix("/reply ").split() + ["✓"] * (nick == "lena")
    lena.sees(r"[\s│\d:]+".join(map(re.escape, words)))


def steady(screen: pyte.Screen) -> pyte.Screen:
    """Set what is volatile to ever the same, from the last row to the first."""
    minutes = _END
    for y in reversed(range(screen.lines)):
        row = screen.buffer[y]
        # The right half of a wide character is an empty cell.
        text = "".join((row[x].data or " ")[0] for x in range(screen.columns))
        for found in _VOLATILE.finditer(text):
            was = found[0]
            if found["clock"]:
                new = f"{minutes // 60:02}:{minutes % 60:02}"
                minutes -= 1 + y % 2
            elif found["port"]:
                new = "4170".ljust(len(was))[: len(was)]
            elif found["lag"]:
                new = "3".rjust(len(was))
            else:
                new = f" {_DAY} ".center(len(was), "─")
            for x, character in enumerate(new, found.start()):
                row[x] = row[x]._replace(data=character)
    return screen


def keep(terminal: Terminal, name: str, colours: Colours = DARK) -> None:
    """Write a picture of what a terminal shows."""
    terminal.text()
    screen = steady(copy.deepcopy(terminal.screen))
    path = FOLDER / f"{name}.svg"
    path.write_text(picture(screen, "chatc", colours), encoding="utf-8")
    print(path)


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        office = Office(stack)
        stack.callback(office.close)
        for nick in ("lena", "omar", "marco", "yuki", "sam", "priya"):
            office.enrol(nick)
        lena = office.screen("lena", WIDE)
        talk(office, lena)
        elsewhere(office, lena)
        priya = office.screen("priya", NARROW)
        lena.sees("priya entered", "lag")
        priya.keys("good")
        lena.sees("priya is typing")
        lena.keys("hello Pri")
        lena.sees("hello Pri")
        keep(lena, "main")
        lena.keys("\x15\x1bOP")
        lena.sees("Enter use it")
        keep(lena, "help")
        lena.keys("\x1b")
        lena.loses("Enter use it")
        private(office, lena)
        lena.keys("\x1b3")
        lena.line("/theme light")
        lena.sees("theme is light")
        lena.keys("\x1b2")
        priya.keys("\x15")
        lena.sees("6 members")
        lena.loses("is typing")
        keep(lena, "light", LIGHT)
        lena.keys("\x1b3")
        lena.line("/theme dark")
        lena.sees("theme is dark")
        lena.keys("\x1b5")
        lena.resize(*NARROW)
        lena.sees("5:marco")
        keep(lena, "narrow")


if __name__ == "__main__":
    main()
