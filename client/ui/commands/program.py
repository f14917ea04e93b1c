"""Commands about the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..face import Face


def search(screen: Face, words: str) -> None:
    """Look for words here, or where they say."""
    places = any(word.lower().startswith("in:") for word in words.split())
    screen.search(words, everywhere=places)


def clear(screen: Face, words: str) -> None:
    """Forget what was said here."""
    screen.model.roster.current.clear()
    screen.follow()
    screen.changed()


def show_help(screen: Face, words: str) -> None:
    """Show keys and commands."""
    screen.show_help(words.removeprefix("/"))


def reconnect(screen: Face, words: str) -> None:
    """Do not wait for the next attempt to connect."""
    if screen.controller.uplink is not None:
        screen.controller.uplink.reconnect_now()


def leave_server(screen: Face, words: str) -> None:
    """Say goodbye to the server and end; where that loses something, when the user is sure."""
    loss = what_is_lost(screen)
    if loss and screen.asks:
        screen.confirm("Quit", loss, "quit", screen.quit)
    else:
        screen.quit()


def what_is_lost(screen: Face) -> str:
    """What is neither sent nor kept for the next run, in words; "" for nothing."""
    count = screen.controller.sender.count(kept=False)
    if not count:
        return ""
    if count == 1:
        return "A message is neither sent nor on the disk yet; it is lost when you quit."
    return f"{count} messages are neither sent nor on the disk yet; they are lost when you quit."
