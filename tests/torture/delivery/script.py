"""What a person does at a device: types and looks, and asks the server for one thing or another.

The two are done side by side, each in order: who waits for the server goes on typing. What earlier
lives of the device did, by their journal, is not done again; what they were killed at is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from twisted.internet.task import deferLater

from chatd.domain.commands import Relation
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.conversation import Conversation, Kind
from client.ui.controller import Controller
from tests.torture.delivery import journal
from tests.torture.delivery.evidence import is_marked
from tests.torture.delivery.plan import (
    Action,
    Block,
    Enter,
    Keep,
    Leave,
    Look,
    React,
    Revoke,
    Say,
    Step,
)
from tests.torture.delivery.witness import Tap, Watch

#: Seconds between two attempts at something that the server has to do.
_AGAIN = 0.3
#: Seconds that it takes to type a message, at least.
_PAUSE = 0.01
#: Answers after which it is tried again.
_PASSING = frozenset({Code.CONNECTION_LOST, Code.BUSY, Code.STORE_FAILED})


class Typing:
    """Presses Enter, whether there is a connection or not."""

    def __init__(self, reactor: Any, watch: Watch, controller: Controller) -> None:
        self._reactor = reactor
        self._watch = watch
        self._controller = controller
        self._model = controller.model

    async def follow(
        self, script: Iterable[Action], before: Sequence[journal.Any], start: float
    ) -> None:
        """To the end."""
        typed = {line.text for line in before if isinstance(line, journal.Typed)}
        done = {line.errand for line in before if isinstance(line, journal.Done)}
        last = 0.0
        for action in script:
            if isinstance(action, Say) and action.text not in typed:
                if action.at != last:  # what is said at once is said at once also when it is late
                    await deferLater(self._reactor, _PAUSE, lambda: None)
                last = action.at
                await _until(self._reactor, start + action.at)
                await self._listed(action.place)
                self._say(action)
            elif isinstance(action, Look | React) and str(action) not in done:
                await _until(self._reactor, start + action.at)
                await self._listed(action.place)
                self._gesture(action)

    def _gesture(self, action: Look | React) -> None:
        if isinstance(action, Look):
            self._controller.view.show(self._conversation(action.place))
        else:
            self._react(action)
        self._watch.write(journal.Done(errand=str(action)))

    async def _listed(self, place: str) -> None:
        """Nobody can do anything in a room that is not in the list."""
        name = self._watch.name(place)
        while place.startswith("#") and not self._model.roster.find(Kind.ROOM, name):
            await deferLater(self._reactor, _AGAIN, lambda: None)

    def _say(self, action: Say) -> None:
        conversation = self._conversation(action.place)
        self._watch.write(journal.Typed(place=action.place, text=action.text))
        self._controller.sender.say(conversation, action.text)
        self._watch.pass_by(Step.TYPED)

    def _react(self, action: React) -> None:
        conversation = self._conversation(action.place)
        entries = conversation.timeline.backwards()
        last = next((one.id for _, one in entries if one.id and is_marked(one.text)), None)
        if last is not None:
            self._controller.sender.say(
                conversation, action.emoji, relation=Relation.REACTION, ref=last
            )

    def _conversation(self, place: str) -> Conversation:
        kind = Kind.ROOM if place.startswith("#") else Kind.PERSON
        return self._model.open(kind, self._watch.name(place))


class Errands:
    """Asks until it is done."""

    def __init__(self, reactor: Any, watch: Watch, tap: Tap, controller: Controller) -> None:
        self._reactor = reactor
        self._watch = watch
        self._tap = tap
        self._controller = controller

    async def follow(
        self, script: Iterable[Action], before: Sequence[journal.Any], start: float
    ) -> None:
        """To the end."""
        errands = [action for action in script if not isinstance(action, Say | Look | React)]
        done = {line.errand for line in before if isinstance(line, journal.Done)}
        for errand in errands:
            if str(errand) in done:
                continue
            await _until(self._reactor, start + errand.at)
            while not await self._try(errand):
                await deferLater(self._reactor, _AGAIN, lambda: None)
            self._watch.write(journal.Done(errand=str(errand)))

    async def _try(self, errand: Action) -> bool:
        """:return: whether it is done."""
        try:
            await self._do(errand)
        except ChatError as error:
            if error.code in _PASSING:
                return False
            self._watch.write(journal.Troubled(text=f"{errand}: {error.text}"))
        return True

    async def _do(self, errand: Action) -> None:
        request = self._controller.request
        match errand:
            case Enter(place=place):
                await self._enter(place)
            case Leave(place=place):
                await self._leave(place)
            case Keep(place=place, retention=seconds):
                self._watch.write(journal.Keeping(place=place, seconds=seconds))
                await request(partial(messages.SetRoom, room=place[1:], retention=seconds))
            case Block(person=person):
                await request(partial(messages.Block, nick=person))
            case Revoke(device=name):
                found = await request(messages.Devices)
                (device,) = (one.id for one in found.devices if one.name == name)
                await request(partial(messages.RevokeDevice, device=device))

    async def _enter(self, place: str) -> None:
        self._watch.write(journal.Entering(place=place))
        self._tap.joined.pop(place, None)
        await self._controller.rooms.enter(place[1:])
        self._watch.write(journal.Entered(place=place, last=self._tap.joined.get(place)))

    async def _leave(self, place: str) -> None:
        self._watch.write(journal.Leaving(place=place))
        try:
            await self._controller.request(partial(messages.Leave, room=place[1:]))
        except ChatError as error:
            if error.code != Code.NOT_IN_ROOM:
                raise  # otherwise an earlier life has done it
        self._controller.model.left(self._controller.model.open(Kind.ROOM, place[1:]))
        self._watch.write(journal.Left(place=place))


async def _until(reactor: Any, moment: float) -> None:
    """Wait for a moment, in monotonic seconds."""
    wait = moment - time.monotonic()
    if wait > 0:
        await deferLater(reactor, wait, lambda: None)
