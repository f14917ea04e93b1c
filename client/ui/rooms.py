"""Entering rooms and leaving them, with the passwords that takes.

Passwords are kept for this run only, to enter again after a loss, and never shown or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.names import fold
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from ..model import room_events
from ..model.conversation import Conversation, Kind
from ..model.uplink import Online

if TYPE_CHECKING:
    from .controller import Controller


class Rooms:
    """Asks through a controller."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._passwords: dict[str, str] = {}

    async def enter(
        self, name: str, password: str = "", *, level: int = 0, private: bool = False
    ) -> None:
        """Join a room and look at it; where it wants a password, ask the user and try again.

        ``level`` and ``private`` are for a room that is made by it.
        """
        controller = self._controller
        try:
            room = await self._join(name, password, level, private)
        except Refused as refused:
            if refused.code != Code.WRONG_PASSWORD:
                raise
            self.ask_password(name, refused.text, level=level, private=private)
            return
        controller.view.arrive(room)
        await self.fetch_members(room)

    async def enter_again(self, room: Conversation) -> None:
        """Join a room one was in before the connection was lost; nothing is asked.

        Where it is gone, it is made anew with the rules it had.
        """
        password = self._passwords.get(fold(room.name), "")
        try:
            try:
                await self._join(room.name, password, room.level, room.private)
            except Refused as refused:
                if refused.code != Code.SETTING_INVALID:
                    raise
                await self._join(room.name, password, 0, False)  # its rules are others by now
        except ChatError as error:
            if error.code != Code.CONNECTION_LOST:
                self._controller.model.left(room)
            raise
        await self.fetch_members(room)

    def ask_password(self, name: str, text: str, *, level: int = 0, private: bool = False) -> None:
        """Ask for a room's password, then join with it; an empty one joins without."""

        def go_on(answers: Sequence[str]) -> None:
            entering = self.enter(name, answers[0], level=level, private=private)
            self._controller.run(entering)

        self._controller.view.ask(f"#{name}", text, ["password"], go_on)

    async def leave(self, room: Conversation) -> None:
        """Leave a room; what was said stays to be read."""
        self._passwords.pop(fold(room.name), None)
        if room.present:
            if isinstance(self._controller.model.state, Online):
                self._controller.model.left(room)
            await self._controller.request(partial(messages.Leave, room=room.name))

    async def fetch_members(self, room: Conversation) -> None:
        """Ask who is in a room."""
        self._controller.model.set_members(room, await self._controller.users(room.name))

    async def fetch_mine(self) -> None:
        """Ask which rooms one is in, and who is in those that were entered elsewhere."""
        controller = self._controller
        mine: list[messages.Joined] = await controller.pages(
            messages.Mine, lambda page: page.rooms, lambda joined: joined.room
        )
        names = [joined.room for joined in mine]
        room_events.only_in(controller.model, names, controller.now())
        for joined in mine:
            room = controller.model.joined(joined)
            if len(room.members) < 2 <= joined.members:
                await self.fetch_members(room)

    async def _join(self, name: str, password: str, level: int, private: bool) -> Conversation:
        controller = self._controller
        make = partial(messages.Join, room=name, password=password, level=level, private=private)
        try:
            joined = await controller.request(make)
        except Refused as refused:
            if refused.code != Code.ALREADY_IN_ROOM:
                raise
            room = controller.model.open(Kind.ROOM, name)
            room.present = True
            return room
        if password:
            self._passwords[fold(joined.room)] = password
        room = controller.model.joined(joined)
        if joined.created:
            gone = joined.room in controller.model.invitations
            gone_too = "; the one that you were invited to is gone" if gone else ""
            controller.note(f"you made this room, {_described(room, password)}{gone_too}", room)
        elif room.retention:
            controller.note(f"here {room_events.kept(room.retention)}", room)
        return room


def _described(room: Conversation, password: str) -> str:
    words = room.rules + (["with a password"] if password else [])
    return ", ".join(words) or "open to everyone"
