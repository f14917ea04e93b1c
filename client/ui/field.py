"""A field of one line in a dialog, edited with the same keys as the input."""

from __future__ import annotations

from .input_box import InputBox
from .keymap import KeyMap, is_text


class Field(InputBox):
    """A flow widget of one row that takes keys."""

    def __init__(self, keymap: KeyMap, prompt: str, *, mask: str | None = None) -> None:
        super().__init__(mask=mask, tone="dialog-strong")
        self._keymap = keymap
        self.most_rows = 1
        self.set_prompt([("dialog-dim", prompt)])

    def press_key(self, key: str) -> bool:
        """Edit.

        :return: whether the key was for editing.
        """
        if self._keymap.edit(key, self.editor):
            self.editor.set(self.editor.text.replace("\n", " "), self.editor.position)
            return True
        if is_text(key):
            self.editor.insert(key)
            return True
        return False

    def paste(self, text: str) -> None:
        """Take the first line of what was pasted."""
        self.editor.insert(text.partition("\n")[0])
