"""Who never got a message of one's own, and why: as it stands behind the message, and back."""

from __future__ import annotations

_WORDS = " never got it: "
_MOST_SHOWN = 3


def never_got(failure: str) -> dict[str, list[str]]:
    """Reasons, each with the nicks of those who never got the message for it.

    :param failure: what stands behind an expired message.
    """
    found: dict[str, list[str]] = {}
    for part in failure.split("; "):
        nicks, words, why = part.partition(_WORDS)
        if words:
            found[why] = nicks.split(", ")
    return found


def with_another(failure: str, nick: str, why: str) -> str:
    """The same with one more person, who is named once."""
    found = never_got(failure)
    if not any(nick in nicks for nicks in found.values()):
        found.setdefault(why, []).append(nick)
    return _words(found)


def shown(failure: str) -> str:
    """The same, short: of many people only some are named."""
    found = never_got(failure)
    for nicks in found.values():
        if len(nicks) > _MOST_SHOWN + 1:
            nicks[_MOST_SHOWN:] = [f"{len(nicks) - _MOST_SHOWN} more"]
    return _words(found) or failure


def _words(found: dict[str, list[str]]) -> str:
    return "; ".join(f"{', '.join(nicks)}{_WORDS}{why}" for why, nicks in found.items())
