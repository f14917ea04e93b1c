"""A member at a screen, with a history, from one run to the next."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.history.recorder import Recorder, open_recorder
from tests.client.history.history_case import KEY, AtOnce

from .scripted import ME, Desk


class HistoryDesk(TestCase):
    """:ivar desk: of the run that is on."""

    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()
        self.begin()

    def begin(self) -> None:
        """A run, as :mod:`client.app` begins one."""
        self.desk = Desk()
        model, reactor = self.desk.model, self.desk.reactor
        recorder, trouble = open_recorder(self.home, KEY, model, AtOnce(), reactor)
        assert isinstance(recorder, Recorder), trouble
        self.recorder = recorder
        recorder.warn = self.desk.listener.warned
        last = recorder.restore()
        self.desk.listener.delivery.keep(recorder)
        if last is not None:
            self.desk.screen.show(last)

    def arrive(self) -> None:
        """Sign in; the server says which room one is in."""
        self.desk.welcome(messages.Joined("lobby", "hello", 2), me=ME)
        self.desk.members("alice", "bob")

    def again(self) -> None:
        """End this run, and begin another."""
        self.end()
        self.begin()

    def end(self) -> None:
        """End as a program does."""
        self.desk.listener.delivery.stop()
        self.recorder.close()

    def tearDown(self) -> None:
        self.end()
