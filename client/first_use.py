"""A server whose key nobody knows yet: fetched, shown and asked about, with no connection open."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import Deferred

from chatd.domain.link import Link
from chatd.errors import ChatError, Code
from chatd.wire import messages

from .dialer import Dialer
from .enrolment.step import Face, Unanswered, ask
from .enrolment.steps import KEY, is_yes
from .model.uplink import ConnectionState, Stopped
from .profile import Profile
from .refusals import KeyUnknown
from .trust import expected_key, introduce


class _Probe:
    """Listens to a connection that is made only to see the server's key."""

    def __init__(self) -> None:
        self.stopped: Deferred[ChatError] = Deferred()

    def connection_changed(self, state: ConnectionState) -> None:
        if isinstance(state, Stopped):
            self.stopped.callback(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None: ...

    def received(self, message: messages.ServerMessage) -> None: ...

    def lag_changed(self, seconds: float) -> None: ...

    def warned(self, text: str) -> None: ...


async def known(profile: Profile, dialer: Dialer, face: Face, link: Link) -> Link:
    """The link with the fingerprint to hold its server to.

    :raises ChatError: the link and the pin name different keys; nobody knows the key, and nobody
        is there to say; or somebody said no.
    """
    pin = expected_key(profile, link)
    if pin:
        return replace(link, fingerprint=pin)
    probe = _Probe()
    dialer.connection(link, "", probe).start()
    error = await probe.stopped
    if not isinstance(error, KeyUnknown):
        raise error
    try:
        answer = await ask(face, replace(KEY, text=introduce(error)))
    except Unanswered:
        raise error from None
    if not is_yes(answer):
        raise ChatError(Code.SERVER_KEY_UNKNOWN, "not accepted; nothing was sent to that server")
    profile.accept(link, error.found)
    return replace(link, fingerprint=error.found)
