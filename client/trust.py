"""Which key a server must show: from the link, from the pin, or from a person who was asked.

Decided before connecting. A handshake never waits for a person: where the key is unknown, the
connection ends after HELLO, the person decides, and the next connection goes through.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys

from chatd.domain.link import Link, show_fingerprint
from chatd.errors import ChatError

from .connection import KeyChanged, KeyUnknown
from .model.visible import visible_line
from .profile import Profile, default_home


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


def introduce(link: Link, error: KeyUnknown) -> str:
    """A key that nobody knows here, for the person who is to decide."""
    return (
        f"The key of {link.host}:{link.port} is not known here yet. Its fingerprint is\n"
        f"  {show_fingerprint(error.found)}\n"
        "Compare it with what the server's admin gives you (chatctl fingerprint)."
    )


def explain(profile: Profile, link: Link, error: ChatError) -> str:
    """What happened, for people; where it is about a key, with both fingerprints and the way on."""
    if isinstance(error, KeyUnknown):
        accept = _accept(profile, link, error.found)
        return f"{introduce(link, error)} Where it is the same:\n  {accept}"
    if isinstance(error, KeyChanged):
        return (
            f"STOP: the key of {link.host}:{link.port} is not the one expected.\n"
            f"  expected: {show_fingerprint(error.pinned)}\n"
            f"  now:      {show_fingerprint(error.found)}\n"
            "Somebody may be listening in. Only if the server's admin confirms the new key:\n"
            f"  {_accept(profile, link, error.found)}"
        )
    return visible_line(error.text)  # the words may be the server's, or anybody's on the way


def _accept(profile: Profile, link: Link, fingerprint: str) -> str:
    """A command that works as pasted, for this profile."""
    program = "chatc"
    if shutil.which(program) is None and os.path.exists(sys.argv[0]):
        program = os.path.abspath(sys.argv[0])
    home = [] if profile.home == default_home() else ["--home", os.path.abspath(profile.home)]
    whole = Link(link.host, link.port, link.tls, fingerprint)
    return shlex.join([program, *home, "trust", str(whole)])
