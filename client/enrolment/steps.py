"""Everything that is asked on the way in, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chatd.domain.link import Link, LinkError

from ..vault.errors import UnfitPassword
from ..vault.password import check_new
from .step import Face, Step, ask, sentence

_ENROL = "Enrol this device"
_YES, _NO = ("y", "yes"), ("n", "no")


def _wrong_link(answer: str) -> str:
    try:
        Link.parse(answer)
    except LinkError as error:
        return f"This is no link: {error}."
    return ""


def _unfit(answer: str) -> str:
    try:
        check_new(answer)
    except UnfitPassword as error:
        return sentence(str(error))
    return ""


def _missing(answer: str) -> str:
    return "" if answer.strip() else "Nothing was typed."


def _fits(most: int) -> Callable[[str], str]:
    """:param most: bytes that the protocol takes."""

    def check(answer: str) -> str:
        try:
            size = len(answer.encode())
        except UnicodeEncodeError:
            return "This is not UTF-8."
        return _missing(answer) or ("" if size <= most else "This is too long.")

    return check


def _undecided(answer: str) -> str:
    return "" if answer.strip().lower() in (*_YES, *_NO) else "Type yes or no."


def is_yes(answer: str) -> bool:
    """Whether a question was answered by yes."""
    return answer.strip().lower() in _YES


LINK = Step(
    "link",
    _ENROL,
    "Paste the link that you were given. It looks like chatd://HOST/#KEY/ID: where the server is, "
    "the key that it must show, and an ID that is good once.",
    "link: ",
    check=_wrong_link,
)

HANDLE = Step(
    "account",
    _ENROL,
    "Without a one-time ID it takes the account's name and password.",
    "account's name: ",
    check=_fits(255),
)

ACCOUNT_PASSWORD = Step(
    "account-password",
    _ENROL,
    "The password of the account on the server.",
    "account's password: ",
    hidden=True,
    check=_fits(1024),
)

NEW_PASSWORD = Step(
    "password",
    _ENROL,
    "Choose a password for this device. It locks the file that holds your keys here, the vault, "
    "and you type it when chatc starts. It never leaves this computer, and nobody can look it up: "
    "who forgets it needs a new link. At least 8 characters; a few words are easy to remember.",
    "new vault password: ",
    hidden=True,
    check=_unfit,
)

OPEN = Step(
    "password",
    "Vault",
    "The password of the vault on this device.",
    "vault password: ",
    hidden=True,
    check=_missing,
)

OLD_PASSWORD = replace(OPEN, text="The vault's password as it is now.", prompt="old password: ")

CHANGED_PASSWORD = replace(
    NEW_PASSWORD,
    name="new-password",
    title="Vault",
    text="The vault's password from now on: at least 8 characters.",
)

KEY = Step(
    "key",
    "Is this the server?",
    "",
    "Is this the server's key? yes or no: ",
    check=_undecided,
)

RETRY = Step(
    "retry",
    _ENROL,
    "What was typed is kept: Enter tries again, another link may be pasted, Ctrl+c leaves, and the "
    "next chatc goes on from here.",
    "link: ",
    check=lambda answer: _wrong_link(answer) if answer.strip() else "",
)


async def choose_password(face: Face, step: Step) -> str:
    """Ask for a new password twice: a slip of the finger would lock its owner out."""
    repeated = replace(
        step,
        name=f"{step.name}-again",
        text="The same once more.",
        prompt="once more: ",
        check=lambda answer: "",
    )
    while True:
        password = await ask(face, step)
        if await ask(face, repeated) == password:
            return password
        face.say("The two were not the same. Begin anew.")
