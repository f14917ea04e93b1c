"""``python -m tests.support.crowd TIMES``: people who sign in and leave again, all at a time.

Standard input names the folder of a profile a line; whoever is named comes so many times, or with 0
until the input ends, and is named on standard output each time. What a vault has pending, such as
an enrolment, is done at the first time. Exit status 1, and why on standard error: somebody was not
let in.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import react

from chatd.domain.monotonic import use_monotonic_time
from client.credentials import Member
from client.dialer import Dialer
from client.script import Script
from client.stdin import standard_input
from client.vault.vault import Vault

#: Of all vaults.
PASSWORD = "one of a crowd"


class _Crowd:
    """:param times: how often each one comes; 0 is no limit."""

    def __init__(self, reactor: Any, times: int) -> None:
        self._dialer = Dialer(reactor, argparse.Namespace())
        self._reactor = reactor
        self._times = times
        self._over = False

    async def run(self) -> None:
        """:raises FirstError: somebody was not let in."""
        people = [
            Deferred.fromCoroutine(self._person(Path(line)))
            async for line in standard_input(self._reactor)
        ]
        self._over = not self._times
        await gatherResults(people, consumeErrors=True)

    async def _person(self, home: Path) -> None:
        vault, times = Vault.open(home, PASSWORD), 0
        try:
            while not self._over and (not self._times or times < self._times):
                times += 1
                await self._come_and_go(vault)
        except Exception as error:
            print(f"{home.name}: {error}", file=sys.stderr, flush=True)
            raise
        finally:
            vault.close()

    async def _come_and_go(self, vault: Vault) -> None:
        link, member = vault.identity.server.link, Member(vault, "crowd")
        script = Script(self._reactor, lambda own: self._dialer.connection(link, "", own, member))
        await script.online()
        await script.connection.logout()
        print(vault.identity.handle, flush=True)


def main(reactor: Any, times: str) -> Deferred[None]:
    """See above."""
    use_monotonic_time(reactor)
    return Deferred.fromCoroutine(_Crowd(reactor, int(times)).run())


if __name__ == "__main__":
    react(main, sys.argv[1:])
