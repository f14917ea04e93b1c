"""A program that has vaults killed with -9 while they are written, and looks at what is left.

``python -m tests.client.vault.killed FOLDER``. Each victim is a fork. At first each act is killed
at every call into C that it makes (each system call is one), then one that saves without a pause is
killed at any moment. What cannot be tried here is a machine that loses its power.

Prints a line a series: its name, the kills, and how many of them left the new state.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from client.vault.errors import NoVault, WrongPassword
from client.vault.identity import Identity
from client.vault.vault import Vault

from .vault_case import CHEAP, IDENTITY, PASSWORD

OTHER = "another password"
NEXT = replace(IDENTITY, token=bytes(32), enrolment=None)

#: Kills at any moment, and the most seconds to wait for one.
KILLS = 40
LONGEST = 0.02


def victim(act: Callable[[], None]) -> int:
    """Do something in another process.

    :return: its id.
    """
    pid = os.fork()
    if not pid:
        act()
        os._exit(0)
    return pid


def killed(pid: int) -> bool:
    """Wait for its end: was it the kill?

    :raises AssertionError: it was something else.
    """
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def at_call(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """``act``, killed just before it calls into C for the ``number``-th time."""
    calls = count(1)

    def hook(frame: object, event: str, what: object) -> None:
        if event == "c_call" and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        sys.setprofile(hook)
        act()
        sys.setprofile(None)

    return run


def everywhere(
    folder: Path, prepare: Callable[[], None], act: Callable[[], None], look: Callable[[], bool]
) -> str:
    """Kill ``act`` at each of its steps.

    :param look: whether the new state is there, and not the old one; raises where neither is.
    """
    found: list[bool] = []
    for step in count(1):
        (folder / "vault").unlink(missing_ok=True)
        prepare()
        if not killed(victim(at_call(step, act))):
            break
        found.append(look())
    assert look() and found == sorted(found), "new once, and old again later"
    return f"{len(found)} {sum(found)}"


def opened(folder: Path, password: str) -> Identity:
    """What a vault holds; opening it leaves nothing beside it."""
    with closing(Vault.open(folder, password)) as vault:
        assert {path.name for path in folder.iterdir()} == {"vault", "vault.lock"}
        return vault.identity


def creating(folder: Path) -> str:
    def look() -> bool:
        try:
            return opened(folder, PASSWORD) == IDENTITY
        except NoVault:
            return False

    return everywhere(folder, lambda: None, partial(_create, folder), look)


def saving(folder: Path) -> str:
    def act() -> None:
        Vault.open(folder, PASSWORD).save(NEXT)

    def look() -> bool:
        return (IDENTITY, NEXT).index(opened(folder, PASSWORD)) == 1

    return everywhere(folder, partial(_create, folder), act, look)


def changing(folder: Path) -> str:
    def act() -> None:
        Vault.open(folder, PASSWORD).change_password(PASSWORD, OTHER, CHEAP)

    def look() -> bool:
        try:
            return opened(folder, PASSWORD) != IDENTITY
        except WrongPassword:
            return opened(folder, OTHER) == IDENTITY

    return everywhere(folder, partial(_create, folder), act, look)


def _create(folder: Path) -> None:
    Vault.create(folder, PASSWORD, IDENTITY, CHEAP).close()


def serial(number: int) -> Identity:
    """Large enough that many a kill comes in the middle of its bytes."""
    return replace(IDENTITY, handle=str(number), settings={"theme": f"{number:08}" * 2**17})


def without_pause(folder: Path) -> str:
    """Each victim saves one after the other and tells what it has saved."""
    chance = random.Random(4170)
    last = new = 0
    (folder / "vault").unlink()
    Vault.create(folder, PASSWORD, serial(last), CHEAP).close()
    for _ in range(KILLS):
        told, telling = os.pipe()
        pid = victim(partial(_save_from, folder, last + 1, telling))
        os.close(telling)
        with open(told, encoding="ascii") as lines:
            last = int(lines.readline())
            time.sleep(chance.uniform(0, LONGEST))
            os.kill(pid, signal.SIGKILL)
            assert killed(pid)
            last = max([last, *map(int, lines)])
        found = opened(folder, PASSWORD)
        assert found in (serial(last), serial(last + 1)), f"{found.handle} after {last}"
        new += found != serial(last)
        last = int(found.handle)
    return f"{KILLS} {new}"


def _save_from(folder: Path, first: int, pipe: int) -> None:
    vault = Vault.open(folder, PASSWORD)
    for number in count(first):
        vault.save(serial(number))
        os.write(pipe, b"%d\n" % number)


def report(folder: Path) -> Iterator[str]:
    """All series."""
    Identity.decode(IDENTITY.encode())  # msgspec prepares itself once, in hundreds of calls
    for series in (creating, saving, changing, without_pause):
        yield f"{series.__name__} {series(folder)}"


if __name__ == "__main__":
    for line in report(Path(sys.argv[1])):
        print(line, flush=True)
