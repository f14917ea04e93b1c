"""Entering rooms and leaving them, with the passwords that takes.

Passwords are kept for this run only, to enter again after a loss, and never shown or written.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.names import fold
from chatd.errors import ChatError, Code, Refused
from chatd.wire import messages

from ..model.conversation import Conversation, Kind

if TYPE_CHECKING:
    from .controller import Controller


class Rooms:
    """Asks through a controller."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._passwords: dict[str, str] = {}

    async def enter(self, name: str, password: str = "") -> None:
        """Join a room and look at it; where it wants a password, ask the user and try again."""
        controller = self._controller
        try:
            room = await self._join(name, password)
        except Refused as refused:
            if refused.code != Code.WRONG_PASSWORD:
                raise
            self.ask_password(name, refused.text)
            return
        controller.view.arrive(room)
        await self.fetch_members(room)

    async def enter_again(self, room: Conversation) -> None:
        """Join a room one was in before the connection was lost; nothing is asked."""
        try:
            await self._join(room.name, self._passwords.get(fold(room.name), ""))
        except ChatError as error:
            if error.code != Code.CONNECTION_LOST:
                self._controller.model.left(room)
            raise
        await self.fetch_members(room)

    def ask_password(self, name: str, text: str) -> None:
        """Ask for a room's password, then join with it; an empty one joins without."""

        def go_on(password: str) -> None:
            self._controller.run(self.enter(name, password))

        self._controller.view.ask_password(f"#{name}", text, go_on)

    async def leave(self, room: Conversation) -> None:
        """Leave a room; what was said stays to be read."""
        self._passwords.pop(fold(room.name), None)
        if room.present:
            self._controller.model.left(room)
            await self._controller.request(partial(messages.Leave, room=room.name))

    async def fetch_members(self, room: Conversation) -> None:
        """Ask who is in a room."""
        self._controller.model.set_members(room, await self._controller.users(room.name))

    async def _join(self, name: str, password: str) -> Conversation:
        controller = self._controller
        make = partial(messages.Join, room=name, password=password)
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
        if joined.created:
            kind = "with a password" if password else "open to everyone"
            room = controller.model.joined(joined)
            controller.note(f"you made this room, {kind}", room)
            return room
        return controller.model.joined(joined)
