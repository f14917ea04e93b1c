"""Which key a server must show: from the link, from the pin, or from a person who was asked.

Decided before connecting. A handshake never waits for a person: where the key is unknown, the
connection ends after HELLO, the person decides, and the next connection goes through.
"""

from __future__ import annotations

import shlex

from chatd.domain.link import Link, show_fingerprint
from chatd.errors import ChatError

from .connection import KeyChanged, KeyUnknown
from .profile import Profile


def expected_key(profile: Profile, link: Link) -> str:
    """The fingerprint to hold the server to; "" where a person has to be asked.

    :raises KeyChanged: the link and the pin name different keys.
    """
    pinned = profile.pin(link)
    if link.fingerprint and pinned and link.fingerprint != pinned:
        raise KeyChanged(pinned, link.fingerprint)
    return pinned or link.fingerprint


def remember_key(profile: Profile, link: Link, fingerprint: str) -> None:
    """Pin the key that a server has shown and that was right."""
    if profile.pin(link) != fingerprint:
        profile.accept(link, fingerprint)


def explain(link: Link, error: ChatError) -> str:
    """What happened, for people; where it is about a key, with both fingerprints and the way on."""
    if isinstance(error, KeyUnknown):
        return (
            f"The key of {link.host}:{link.port} is not known here yet. Its fingerprint is\n"
            f"  {show_fingerprint(error.found)}\n"
            "Compare it with what the server's admin gives you (chatctl fingerprint), then\n"
            f"  {_accept(link, error.found)}"
        )
    if isinstance(error, KeyChanged):
        return (
            f"STOP: the key of {link.host}:{link.port} is not the one known here.\n"
            f"  known: {show_fingerprint(error.pinned)}\n"
            f"  now:   {show_fingerprint(error.found)}\n"
            "Somebody may be listening in. Only if the server's admin confirms the new key:\n"
            f"  {_accept(link, error.found)}"
        )
    return error.text


def _accept(link: Link, fingerprint: str) -> str:
    whole = Link(link.host, link.port, link.tls, fingerprint)
    return f"chatc trust {shlex.quote(str(whole))}"
