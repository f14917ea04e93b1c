"""What the screen and the connection are to each other: two small faces, no behaviour.

The screen asks through an :class:`Uplink`; the connection tells a :class:`Listener`. Neither
knows more of the other, so each can be tried without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from chatd.errors import ChatError
from chatd.wire import messages

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

#: Why nothing can be asked now.
NOT_CONNECTED = "not connected; try again when the connection is back"
#: Seconds that this says to wait: what was never sent is told by them from what lost its answer.
NOT_SENT = 0.1


@dataclass(frozen=True, slots=True)
class Connecting:
    """A connection is being made, or its handshake is under way."""


@dataclass(frozen=True, slots=True)
class Online:
    """Signed in."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The connection was lost or refused; the next attempt is in ``seconds``, ``reason`` is for
    people."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """No further attempt is made; ``error`` says why."""

    error: ChatError


ConnectionState = Connecting | Online | Waiting | Stopped


class Uplink(Protocol):
    """The connection, as the screen sees it."""

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """Send the request that ``make`` builds for the id it is given.

        :return: fires with the typed result of the request, None where it has none; fails with
            :class:`chatd.errors.Refused`, or with :class:`chatd.errors.ChatError`
            (CONNECTION_LOST) when the connection goes before the answer comes; where it was not
            sent, that says to wait.
        """

    def send(self, message: messages.Acknowledge) -> None:
        """Send something that is never answered; nothing happens without a connection."""

    def logout(self) -> Deferred[None]:
        """Leave for good; no further attempt to connect is made."""

    def reconnect_now(self) -> None:
        """Do not wait for the next attempt."""


class Listener(Protocol):
    """The screen, as the connection sees it. Called from the reactor's thread."""

    def connection_changed(self, state: ConnectionState) -> None:
        """The connection is in another state."""

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in, for the first time or again; comes before any event of that session."""

    def received(self, message: messages.ServerMessage) -> None:
        """The server told something that nobody asked for."""

    def lag_changed(self, seconds: float) -> None:
        """The lag was measured."""

    def warned(self, text: str) -> None:
        """Something of one's own failed, the session goes on; ``text`` is for people."""


class Devices(Protocol):
    """One's own devices, as far as this one answers for others.

    :ivar vouches: this device has the account's root key: what comes by its links gets signed.
    """

    @property
    def vouches(self) -> bool: ...

    def add_device(self) -> Deferred[str]:
        """A link for one more device of one's own.

        :return: the link, a secret; with :attr:`vouches` it holds what the new device proves its
            keys with. Fails with :class:`chatd.errors.ChatError`.
        """
