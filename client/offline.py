"""What ``chatc`` does without a server: ``trust`` and ``passwd``."""

from __future__ import annotations

import argparse
from typing import Any

from msgspec.structs import replace

from chatd.domain.link import Link

from .enrolment.step import Face
from .enrolment.steps import CHANGED_PASSWORD, OLD_PASSWORD, choose_password
from .profile import Profile
from .thread import in_thread
from .trust import typed
from .unlock import unlock
from .vault.identity import Server
from .vault.keychain import Keychain


async def trust(reactor: Any, profile: Profile, face: Face, options: argparse.Namespace) -> None:
    """Accept a server's key, in the place of the one known so far; for a member's server, a new
    place of it too.

    :raises VaultError, ProfileError: it cannot be kept.
    """
    link = Link.parse(options.link)
    if profile.has_vault:
        vault, _ = await unlock(reactor, profile.home, face)
        try:
            known = vault.identity.server.link
            if link.place.lower() == known.place.lower() or link.fingerprint == known.fingerprint:
                vault.save(replace(vault.identity, server=Server.of(link)))
        finally:
            vault.close()
    profile.accept(link, link.fingerprint)
    print(f"accepted for {link.place}")


async def passwd(reactor: Any, profile: Profile, face: Face, options: argparse.Namespace) -> None:
    """Change the vault's password, or let the system's keychain keep it, or no longer.

    :raises VaultError: that cannot be done; the old password is still in force.
    """
    keychain = Keychain(profile.home)
    if options.forget:
        await in_thread(reactor, keychain.forget)
        print("the keychain keeps no password of this vault")
        return
    vault, old = await unlock(reactor, profile.home, face, OLD_PASSWORD, recall=False)
    try:
        if options.remember:
            await in_thread(reactor, keychain.remember, old)
            print("the keychain opens this vault from now on; this ends that:")
            print(f"  {typed(profile, 'passwd', '--forget')}")
            return
        new = await choose_password(face, CHANGED_PASSWORD)
        await in_thread(reactor, vault.change_password, old, new)
        print("the vault has its new password")
        if await in_thread(reactor, keychain.recall) is not None:
            await in_thread(reactor, keychain.remember, new)
    finally:
        vault.close()
