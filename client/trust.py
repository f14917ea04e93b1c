"""Which key a server must show: from the link, from the pin, or from a person who was asked.

Decided before connecting. A handshake never waits for a person: where the key is unknown, the
connection ends after HELLO, the person decides, and the next connection goes through.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import replace

from chatd.domain.link import Link, show_fingerprint
from chatd.errors import ChatError, Code, Refused

from .model.visible import visible_line
from .profile import Profile
from .refusals import KeyChanged, KeyUnknown

#: What a link with a one-time ID mends.
_ENROL_NEXT = frozenset(
    {
        Code.GUESTS_OFF,
        Code.ID_UNKNOWN,
        Code.ID_EXPIRED,
        Code.ID_USED,
        Code.DEVICE_UNKNOWN,
        Code.DEVICE_SUSPENDED,
        Code.DEVICE_REVOKED,
        Code.VAULT_COPIED,
    }
)


def expected_key(profile: Profile, link: Link) -> str:
    """The fingerprint to hold the server to; "" where a person has to be asked.

    :raises KeyChanged: the link and the pin name different keys.
    """
    pinned = profile.pin(link)
    if link.fingerprint and pinned and link.fingerprint != pinned:
        raise KeyChanged(replace(link, fingerprint=pinned), link.fingerprint)
    return pinned or link.fingerprint


def remember_key(profile: Profile, link: Link, fingerprint: str) -> None:
    """Pin the key that a server has shown and that was right."""
    if profile.pin(link) != fingerprint:
        profile.accept(link, fingerprint)


def introduce(error: KeyUnknown) -> str:
    """A key that nobody knows here, for the person who is to decide."""
    return (
        f"The key of {error.link.place} is not known here yet. Its fingerprint is\n"
        f"  {show_fingerprint(error.found)}\n"
        "Compare it with what the server's admin gives you (chatctl fingerprint)."
    )


def explain(profile: Profile, error: ChatError) -> str:
    """What happened and what to do, for people; about a key with both fingerprints."""
    if isinstance(error, KeyUnknown):
        return f"{introduce(error)} Where it is the same:\n  {_accept(profile, error)}"
    if isinstance(error, KeyChanged):
        return (
            f"STOP: the key of {error.link.place} is not the one expected.\n"
            f"  expected: {show_fingerprint(error.link.fingerprint)}\n"
            f"  now:      {show_fingerprint(error.found)}\n"
            "Somebody may be listening in. Only if the server's admin confirms the new key:\n"
            f"  {_accept(profile, error)}"
        )
    wait = f" ({error.wait:.0f} s)" if error.wait and not isinstance(error, Refused) else ""
    words = visible_line(error.text) + wait  # they may be the server's, or anybody's on the way
    if error.code in _ENROL_NEXT:
        return f"{words}\n  {typed(profile, 'enrol')}"
    return words


def typed(profile: Profile, *words: str) -> str:
    """A command that works as pasted, for this profile."""
    program = "chatc"
    if shutil.which(program) is None and os.path.exists(sys.argv[0]):
        program = os.path.abspath(sys.argv[0])
    return shlex.join([program, *profile.option, *words])


def _accept(profile: Profile, error: KeyUnknown | KeyChanged) -> str:
    link = error.link
    return typed(profile, "trust", str(Link(link.host, link.port, link.tls, error.found)))
