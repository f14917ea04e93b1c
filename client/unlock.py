"""Opening the vault: with a password that was given, the keychain's, or one that is typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet.task import deferLater

from .enrolment.step import Face, Step, Unanswered, ask, sentence
from .enrolment.steps import OPEN
from .profile import Profile
from .thread import in_thread
from .trust import typed
from .vault.attempts import Attempts
from .vault.errors import UnfitPassword, VaultError, WrongPassword
from .vault.keychain import Keychain
from .vault.vault import Vault


async def unlock(
    reactor: Any, home: Path, face: Face, step: Step = OPEN, *, recall: bool = True
) -> tuple[Vault, str]:
    """Open the vault of a profile. A wrong password is told, and asked for again after a pause that
    grows.

    :param recall: try the keychain's password first.
    :return: the vault, and the password it took.
    :raises VaultError: it cannot be opened, or there is nobody to ask.
    """
    Vault.check(home)
    remembered = await in_thread(reactor, Keychain(home).recall) if recall else None
    if remembered is not None:
        try:
            return await in_thread(reactor, Vault.open, home, remembered), remembered
        except (WrongPassword, UnfitPassword):
            mend = typed(Profile(home), "passwd", "--remember")
            face.say(f"The keychain has an older password. After this:\n  {mend}")
    attempts = Attempts()
    wrong: VaultError | None = None
    while True:
        try:
            password = await ask(face, step)
        except Unanswered as error:
            raise wrong or VaultError(f"the vault stays closed: {error}") from None
        try:
            return await in_thread(reactor, Vault.open, home, password), password
        except (WrongPassword, UnfitPassword) as error:
            wrong, step = error, replace(step, text=sentence(str(error)))
            wait = attempts.failed()
            if wait >= 1:  # otherwise nobody notices
                face.say(f"Wrong again: a pause of {wait:.0f} s.")
            await deferLater(reactor, wait, lambda: None)
