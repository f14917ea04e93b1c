"""What the commands ask of the client's face: the full screen has it, and the line mode too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from ..model.conversation import Conversation
from ..model.entry import Entry
from ..model.input_history import InputHistory
from ..model.model import Model
from ..model.settings import Settings

if TYPE_CHECKING:
    from .commands.command import Command
    from .controller import Controller
    from .keymap import KeyMap
    from .picker import Choice


class Face(Protocol):
    """What the user sees, and what they can do there.

    :ivar commands: what can be typed after a slash.
    :ivar history: the lines typed before.
    :ivar asks: somebody sits here who can be asked, and shown a secret.
    :ivar marked: the serial of the message that is marked in the conversation looked at.
    """

    model: Model
    settings: Settings
    controller: Controller
    commands: Sequence[Command]
    history: InputHistory
    keymap: KeyMap
    asks: bool

    @property
    def marked(self) -> int | None: ...

    def note(self, text: str, *, error: bool = False) -> None:
        """A word to the user, where they look."""

    def changed(self) -> None:
        """Something to show."""

    def show(self, conversation: Conversation) -> None:
        """Look at a conversation."""

    def follow(self) -> None:
        """Look at the last line."""

    def restyle(self) -> None:
        """Lines that are shown already look different now."""

    def close(self, conversation: Conversation) -> None:
        """Forget a conversation."""

    def type(self, text: str) -> None:
        """Put a line into the input, as if it had been typed."""

    def edit(self, entry: Entry) -> None:
        """Let the user change a message of theirs in the conversation looked at."""

    def pick(
        self, title: str, source: Callable[[str], Sequence[Choice]], hint: str, text: str = ""
    ) -> None:
        """Let the user choose among what ``source`` finds for a text, at first ``text``."""

    def ask(
        self,
        title: str,
        text: str,
        prompts: Sequence[str],
        on_done: Callable[[Sequence[str]], None],
        *,
        hidden: bool = True,
    ) -> None:
        """Ask for a line for each prompt; nothing of it is kept."""

    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None:
        """Ask before something that cannot be taken back; ``yes`` says what it is in a word."""

    def show_link(self, title: str, link: str) -> None:
        """Show a link that is a secret: nothing keeps it."""

    def search(self, text: str, *, everywhere: bool) -> None:
        """Look for a text in what was said."""

    def show_help(self, text: str) -> None:
        """Show keys and commands, those that contain ``text``."""

    def apply_settings(self) -> None:
        """Settings that the terminal must be told of changed."""

    def quit(self) -> None:
        """Say goodbye to the server and end."""
