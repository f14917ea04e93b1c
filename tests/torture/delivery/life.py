"""One life of a client: the real thing but for the screen, in a process of its own.

It types what its script says, through restarts of itself: what stands in its journal was done.
``python -m tests.torture.delivery.life FOLDER DEVICE LIFE START``; SIGTERM ends it as a person
would.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import deferLater
from twisted.logger import Logger, globalLogBeginner, textFileLogObserver

from chatd.domain.monotonic import use_monotonic_time
from chatd.errors import ChatError
from client.connection import Connection
from client.credentials import Member
from client.endpoint import endpoint_of
from client.history.recorder import Recorder, open_recorder
from client.history.thread import Beside
from client.model.conversation import Conversation
from client.model.model import Attention, Model
from client.model.uplink import Online
from client.ui.controller import Controller
from client.vault.vault import Vault
from tests.torture.delivery import journal
from tests.torture.delivery.homes import JOURNAL, LOG, PASSWORD, PLAN
from tests.torture.delivery.journal import Journal
from tests.torture.delivery.plan import Device, Plan
from tests.torture.delivery.script import Errands, Typing
from tests.torture.delivery.witness import Tap, Watch

#: The life that only prepares: it does the setup and ends.
SETUP = -1
#: Exit statuses: as asked; the server does not want this device any more.
DONE, OUT = 0, 20

#: Seconds between two looks at whether all is done.
LOOK = 0.1

log = Logger()


class Nobody:
    """Where the screen would be: nobody looks, but at what the script says."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def changed(self) -> None: ...

    def show(self, conversation: Conversation) -> None:
        self._model.roster.switch(conversation)

    def arrive(self, room: Conversation) -> None: ...

    def greet(self, room: Conversation) -> None: ...

    def notify(self, attention: Attention) -> None: ...

    def ask(
        self,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None: ...


class Life:
    """
    :param life: the how-manieth; :data:`SETUP` for the one that only prepares.
    :param start: monotonic seconds, which the script counts from.
    """

    def __init__(self, reactor: Any, folder: Path, device: Device, life: int, start: float) -> None:
        home = folder / device.name
        self._reactor = reactor
        self._only_setup, self._ending = life == SETUP, False
        end = device.ends[life] if 0 <= life < len(device.ends) else None
        lines = list(journal.read(home / JOURNAL))
        self._watch = Watch(Journal(home / JOURNAL), device.person, end)
        self._watch.write(journal.Began())
        self._watch.watch_timelines()
        self._vault = Vault.open(home, PASSWORD)
        link = self._vault.identity.server.link
        self._model = Model(device.person, link.place)
        self._controller = Controller(reactor, self._model, Nobody(self._model), time.time)
        tap = Tap(reactor, self._watch, self._controller, self._stopped)
        self._controller.uplink = tap
        self._recorder = self._open_recorder(home)
        member = Member(self._vault, device.name)
        tap.uplink = self._connection = Connection(
            reactor, endpoint_of(reactor, link), link, "", tap, member
        )
        script = device.setup if self._only_setup else device.script
        self._scripts = [
            Typing(reactor, self._watch, self._controller).follow(script, lines, start),
            Errands(reactor, self._watch, tap, self._controller).follow(script, lines, start),
        ]

    def _open_recorder(self, home: Path) -> Recorder:
        """As :mod:`client.app` does."""
        key, thread = self._vault.history_key(), Beside(self._reactor)
        recorder, trouble = open_recorder(home, key, self._model, thread, self._reactor)
        if trouble:
            self._watch.write(journal.Troubled(text=trouble))
        assert recorder is not None
        recorder.warn = self._controller.warned
        self._watch.watch_disk(recorder)
        recorder.restore()
        self._controller.delivery.keep(recorder)
        return recorder

    def begin(self) -> None:
        """Connect, and do what the script says."""
        self._connection.start()
        done = Deferred.fromCoroutine(self._act())
        done.addErrback(lambda failure: log.failure("the script failed", failure))

    async def _act(self) -> None:
        await gatherResults(map(Deferred.fromCoroutine, self._scripts))
        while self._controller.sender.waiting or not isinstance(self._model.state, Online):
            await deferLater(self._reactor, LOOK, lambda: None)
        await self._recorder.writer.all_written()
        self._watch.write(journal.Idle())
        if self._only_setup:
            await self._end()

    def end(self) -> None:
        """As a person ends it."""
        done = Deferred.fromCoroutine(self._end())
        done.addErrback(lambda failure: log.failure("the end failed", failure))

    async def _end(self) -> None:
        self._ending = True
        try:
            await self._connection.logout()
        finally:
            self._recorder.close()
            self._vault.close()
            self._reactor.stop()

    def _stopped(self, error: ChatError) -> None:
        """The server does not want this device any more, unless it is what was asked for."""
        if not self._ending:
            text = f"offline for good: {int(error.code)} {error.text}"
            self._watch.write(journal.Troubled(text=text))
            self._reactor.callLater(0, os._exit, OUT)


def main() -> None:
    """Exit status: :data:`DONE` or :data:`OUT`."""
    from twisted.internet import reactor as running

    reactor: Any = running
    use_monotonic_time(reactor)
    folder, name, number, start = Path(sys.argv[1]), *sys.argv[2:5]
    log_file = (folder / name / LOG).open("a", buffering=1)
    globalLogBeginner.beginLoggingTo([textFileLogObserver(log_file)], redirectStandardIO=False)
    device = Plan.load(folder / PLAN).device(name)
    life = Life(reactor, folder, device, int(number), float(start))
    signal.signal(signal.SIGTERM, lambda *_: reactor.callFromThread(life.end))
    reactor.callWhenRunning(life.begin)
    reactor.run(installSignalHandlers=False)


if __name__ == "__main__":
    main()
