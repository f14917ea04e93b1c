"""Alice's chatc, which is running, and commands of hers that are handed to it; Bob beside them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Coroutine
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.admission import as_member
from client.connection import Connection
from client.handover.host import Host
from client.handover.reach import reach
from client.handover.visit import Visit
from client.history.excerpt import read_page
from client.model.uplink import Listener as Told
from client.script import Script
from client.vault.vault import Vault
from tests.client.enrolment.enrol_case import EnrolTest
from tests.client.listener import Listener
from tests.support.headless import Headless
from tests.support.network import Line
from tests.support.sockets import Sockets

SAID = messages.RoomSaid | messages.DirectSaid | messages.BroadcastSaid


class Running:
    """A chatc that has a vault and is connected.

    :param face: its screen; one that writes down what it is told, :attr:`screen`, when None.
    """

    def __init__(self, case: HandoverTest, vault: Vault, face: Told | None = None) -> None:
        self.screen = Listener()
        admission = as_member(vault, argparse.Namespace())
        link, nick = admission.link, admission.nick

        def connect(listener: Told) -> Connection:
            return case.dialer.connection(link, nick, listener, admission.credentials, tries=0)

        screen, recall = face or self.screen, partial(read_page, case.home, vault.history_key())
        self.host = Host(case.reactor, case.home, link, nick, screen, connect, recall)
        if isinstance(face, Headless):
            face.share(self.host)
        self.host.start()
        case.network.settle()

    def heard(self) -> list[Any]:
        """What the screen heard since last called, but for how the connection is."""
        kinds: Any = SAID | messages.Entered | messages.Left
        return self.screen.take(kinds)


class Hearing(Script):
    """A script that keeps what it hears."""

    def __init__(self, *arguments: Any) -> None:
        self.heard: list[Any] = []
        self.warnings: list[str] = []
        super().__init__(*arguments)

    def received(self, message: messages.ServerMessage) -> None:
        self.heard.append(message)
        super().received(message)

    def texts(self) -> list[str]:
        """What it heard people say."""
        return [one.text for one in self.heard if isinstance(one, SAID)]


class HandoverTest(EnrolTest):
    """:ivar running: Alice's; :ivar bob: a session of Bob's, in #tea."""

    def setUp(self) -> None:
        super().setUp()
        # The folders of tests have long names. No file is made: the sockets are in memory.
        self.patch(os, "environ", {**os.environ, "XDG_RUNTIME_DIR": "/nowhere"})
        bob = self.enrol("bob")
        self.bob = self.chat(bob)
        self.home = self.new_home()
        self.vault = self.enrol("alice")
        self.sockets: Sockets = self.reactor.sockets
        self.running = Running(self, self.vault)
        self.bob_asks(partial(messages.Join, room="tea"))

    # ------------------------------------------------------------ people

    def bob_asks(self, make: Any) -> Any:
        """Bob does something."""
        return self.asked(self.bob.connection, make)

    def alice_asks(self, make: Any) -> Any:
        """Alice does something on her screen."""
        return self.asked(self.running.host, make)

    def asked(self, uplink: Any, make: Any) -> Any:
        answer = uplink.request(make)
        self.network.settle()
        return self.successResultOf(answer)

    def bob_heard(self, kind: type[Any]) -> list[Any]:
        """What Bob heard of one kind since last called."""
        self.network.settle()
        return self.bob.heard.take(kind)

    def further_device(self) -> Vault:
        """Alice enrols another one, in a profile of its own."""
        self.home, home = self.new_home(), self.home
        try:
            return self.enrol("alice")
        finally:
            self.home = home

    # ------------------------------------------------------------ commands

    def begun(self, work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
        """As far as it comes without waiting."""
        begun = Deferred.fromCoroutine(work)
        self.network.settle()
        return begun

    def done(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of it at once."""
        return self.successResultOf(self.begun(work))

    def code(self, failed: Deferred[Any]) -> Code:
        """How it has failed."""
        error = self.failureResultOf(failed, ChatError).value
        assert isinstance(error, ChatError)
        return error.code

    def visit(self) -> Visit:
        """Somebody has found the one that is running."""
        visit = self.done(reach(self.reactor, self.home))
        assert isinstance(visit, Visit)
        return visit

    def arrived(self) -> Hearing:
        """A command that has found it, and no more."""
        return Hearing(self.reactor, self.visit().attend)

    def command(self) -> Hearing:
        """A command that can ask."""
        script = self.arrived()
        self.done(script.online())
        return script

    def end(self, script: Script) -> None:
        """A command ends as it should."""
        self.done(self.gone(script))

    async def gone(self, script: Script) -> None:
        await script.connection.logout()

    @property
    def line(self) -> Line:
        """Of the last command."""
        return self.sockets.lines[-1]
