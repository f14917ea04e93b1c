"""What was missed is shown when it is known whom one has blocked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.history.recorder import open_recorder
from client.model.conversation import Conversation
from client.model.model import Model
from client.model.uplink import Online, Waiting
from client.ui.controller import Controller
from tests.client.delivery.wire_case import joined
from tests.client.history.history_case import KEY, AtOnce

from .scripted import LIMITS, ME, NOON, Wire


class Nobody:
    """Nobody looks."""

    def changed(self) -> None: ...

    def show(self, conversation: Conversation) -> None: ...

    def arrive(self, room: Conversation) -> None: ...

    def greet(self, room: Conversation) -> None: ...

    def notify(self, attention: object) -> None: ...

    def ask(self, title: str, text: str, prompts: Sequence[str], *more: Any, **hidden: Any) -> None:
        """Nothing is answered."""


class CatchingUp(SynchronousTestCase):
    def setUp(self) -> None:
        home = Path(self.mktemp()).absolute()
        home.mkdir()
        clock = Clock()
        model = Model("alice", "chat.example.org")
        self.wire = Wire()
        self.controller = Controller(clock, model, Nobody(), lambda: NOON / 1000)
        self.controller.uplink = self.wire
        recorder, _ = open_recorder(home, KEY, model, AtOnce(), clock)
        assert recorder is not None
        self.addCleanup(recorder.close)
        self.controller.delivery.keep(recorder)

    def welcome(self, **more: Any) -> None:
        """Signed in."""
        session = b"s", b"r", NOON, LIMITS
        self.controller.welcomed(messages.Welcome("alice", *session, [joined()], me=ME, **more))
        self.controller.connection_changed(Online())

    def lose(self) -> None:
        """The connection breaks."""
        self.controller.connection_changed(Waiting(5.0, "gone"))
        asked, self.wire.asked = self.wire.asked, []
        for _, answer in asked:
            answer.errback(ChatError(Code.CONNECTION_LOST))

    @property
    def follows(self) -> bool:
        """Whether it has asked for what was missed."""
        return any(isinstance(one, messages.Follow) for one in self.wire.pending())

    def answer(self) -> None:
        """Bob is blocked."""
        rows = [messages.BlockRow("bob", True)]
        self.wire.answer(messages.Blocks, messages.BlockPage(rows, False))

    def test_blocks_first(self) -> None:
        self.welcome()
        self.assertFalse(self.follows)
        self.answer()
        self.assertTrue(self.follows)
        self.assertTrue(self.controller.model.has_blocked("bob"))

    def test_taken_back_before_it_was_known(self) -> None:
        self.welcome()
        self.lose()
        self.welcome(resumed=True)
        self.assertFalse(self.follows)
        self.answer()
        self.assertTrue(self.follows)

    def test_taken_back(self) -> None:
        self.welcome()
        self.answer()
        self.lose()
        self.welcome(resumed=True)
        self.assertTrue(self.follows)

    def test_not_to_be_known(self) -> None:
        self.welcome()
        self.wire.refuse(messages.Blocks, Code.BUSY)
        self.assertTrue(self.follows)
