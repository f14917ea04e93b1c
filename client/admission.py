"""Who one is in this run, and where: a guest of a server, or the member whose vault this is."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced

from msgspec.structs import replace

from chatd.domain.link import Link

from .credentials import Credentials, Guest, Member
from .model.settings import SettingsStore, Unsaved
from .profile import Profile, ProfileError
from .refusals import KeyChanged
from .trust import expected_key, typed
from .vault.errors import VaultError
from .vault.vault import Vault

DEFAULT_LINK = "chatd://127.0.0.1:4170"


@dataclass(frozen=True, slots=True)
class Admission:
    """
    :ivar link: with the fingerprint to hold the server to; without one where nobody knows it yet.
    :ivar nick: the nick wanted, or the account's handle.
    :ivar vault: a member's; None for a guest.
    """

    link: Link
    nick: str
    credentials: Credentials
    settings: SettingsStore
    vault: Vault | None = None


class SealedSettings:
    """The screen's settings, in the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def load(self) -> Mapping[str, object]:
        """What was saved last."""
        return self._vault.identity.settings

    def save(self, values: Mapping[str, object]) -> None:
        """:raises Unsaved: the vault cannot be saved."""
        try:
            self._vault.save(replace(self._vault.identity, settings=dict(values)))
        except VaultError as error:
            raise Unsaved(str(error)) from None


def is_guest(profile: Profile, options: argparse.Namespace) -> bool:
    """Whether this run is a guest's: there is no vault, or it is left aside for once."""
    return hasattr(options, "guest") or not profile.has_vault


def need_server(profile: Profile, options: argparse.Namespace) -> None:
    """:raises ProfileError: there is none to go to; the text says how to begin."""
    if profile.has_vault or hasattr(options, "guest"):
        return
    if not given_link(options) and not profile.last_link():
        raise ProfileError(
            "no server is known here yet. With a link that you were given:\n"
            f"  {typed(profile, 'enrol')}\n"
            "As a guest, where guests are let in:\n"
            f"  {typed(profile, '--guest', 'NAME', 'chatd://HOST')}"
        )


def as_guest(profile: Profile, options: argparse.Namespace, nick: str = "") -> Admission:
    """
    :param nick: wished for where the command line names none.
    :raises LinkError: the server's link is none.
    :raises KeyChanged: it names another key than the one known.
    """
    link = Link.parse(given_link(options) or profile.last_link() or DEFAULT_LINK)
    link = replaced(link, fingerprint=expected_key(profile, link))
    return Admission(link, getattr(options, "guest", nick), Guest(), profile)


def as_member(vault: Vault, options: argparse.Namespace) -> Admission:
    """
    :raises LinkError: the server's link is none.
    :raises KeyChanged: it names another key than the vault.
    :raises ProfileError: it leads somewhere else.
    """
    handle = vault.identity.handle
    link = server_of(handle, vault.identity.server.link, given_link(options))
    return Admission(link, handle, Member(vault), SealedSettings(vault), vault)


def given_link(options: argparse.Namespace) -> str:
    """The server that the command line names; "" for none."""
    given: str = getattr(options, "server", "")
    return given


def server_of(handle: str, known: Link, given: str) -> Link:
    """A member's server, for this run by another way where a link names one to it.

    :raises LinkError: the link is none.
    :raises KeyChanged: it names another key.
    :raises ProfileError: it leads somewhere else.
    """
    link = Link.parse(given) if given else known
    here = link.place.lower() == known.place.lower()
    if here and link.fingerprint not in ("", known.fingerprint):
        raise KeyChanged(known, link.fingerprint)
    if not here and link.fingerprint != known.fingerprint:
        raise ProfileError(
            f"this profile is {handle or 'somebody'}'s on {known.place}; for "
            "another server take another profile (--profile NAME) or be a guest (--guest NAME)"
        )
    return replaced(link, fingerprint=known.fingerprint)
