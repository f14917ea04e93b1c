"""What ends the program while the screen is up."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.errors import ChatError
from chatd.wire import messages

from .model.uplink import ConnectionState, Listener, Stopped
from .status import Status, status_of


class Watcher:
    """Stands between the connection and the screen: what ends the program is seen here first.

    :param stays: the screen goes on without a connection, to be read.
    :ivar ended: fires with the reason when the program has to end.
    """

    def __init__(self, screen: Listener, stays: bool) -> None:
        self._screen = screen
        self._stays = stays
        self._welcomed = False
        self._given_up: ChatError | None = None
        self.ended: Deferred[ChatError | OSError | None] = Deferred()

    def connection_changed(self, state: ConnectionState) -> None:
        """Before the first welcome, and where a key is in question, giving up ends the program."""
        self._screen.connection_changed(state)
        self._given_up = state.error if isinstance(state, Stopped) else None
        if isinstance(state, Stopped):
            key = status_of(state.error) is Status.KEY
            if key or not self._welcomed or not self._stays:
                self.end(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Signed in."""
        self._welcomed = True
        self._screen.welcomed(welcome)

    def received(self, message: messages.ServerMessage) -> None:
        """Something happened."""
        self._screen.received(message)

    def lag_changed(self, seconds: float) -> None:
        """The lag was measured."""
        self._screen.lag_changed(seconds)

    def warned(self, text: str) -> None:
        """Something failed here."""
        self._screen.warned(text)

    def end(self, error: ChatError | OSError | None = None) -> None:
        """End the program, once. Whoever leaves a screen without a connection hears why again:
        what to do about it is typed in the shell."""
        if not self.ended.called:
            self.ended.callback(error or self._given_up)
