"""All keys: what dispatch, the help and the documents know of them.

``/set key.NAME KEY`` gives an action another key.
"""

from __future__ import annotations

from functools import partial

from . import actions
from .editor import Editor
from .keymap import Binding

TALKING, LOOKING, TYPING, SCREEN = "Conversations", "Timeline", "Typing", "Screen"


def _numbers() -> list[Binding]:
    words = "go to conversation 1 to 10; Alt+1 is the server's own"
    return [
        Binding(
            f"conversation-{index + 1}",
            (f"meta {(index + 1) % 10}",),
            TALKING,
            words,
            partial(actions.go_to, index=index),
            shown="Alt+1 … Alt+0",
            listed=index == 0,
        )
        for index in range(10)
    ]


def _key(
    name: str, keys: str, group: str, description: str, run: object, *, when_empty: bool = False
) -> Binding:
    """A row; ``keys`` are separated by commas."""
    names = tuple(keys.split(", "))
    return Binding(name, names, group, description, run, when_empty=when_empty)  # type: ignore[arg-type]


def _edit(name: str, keys: str, description: str, edit: object) -> Binding:
    names = tuple(keys.split(", "))
    return Binding(name, names, TYPING, description, edit=edit)  # type: ignore[arg-type]


def _new_line(editor: Editor) -> None:
    editor.insert("\n")


# fmt: off
BINDINGS = (
    *_numbers(),
    _key("next", "ctrl n, meta right", TALKING, "next conversation", actions.next_conversation),
    _key("previous", "ctrl p, meta left", TALKING, "previous conversation",
         actions.previous_conversation),
    _key("active", "meta a", TALKING, "next conversation with something unread, mentions first",
         actions.next_active),
    _key("last", "meta /", TALKING, "the conversation looked at before", actions.last_conversation),
    _key("jump", "meta g", TALKING, "choose a conversation by part of its name", actions.jump),

    _key("page-up", "page up", LOOKING, "scroll back", actions.page_up),
    _key("page-down", "page down", LOOKING, "scroll on", actions.page_down),
    _key("oldest", "home", LOOKING, "to the first line, while the input is empty",
         actions.to_oldest, when_empty=True),
    _key("newest", "end", LOOKING, "to the last line, while the input is empty",
         actions.to_newest, when_empty=True),
    _key("follow", "esc", LOOKING, "to the last line; end marking or editing", actions.leave),
    _key("mark", "meta up", LOOKING, "mark a message for /reply, /react, /edit …; again: one older",
         actions.mark_older),
    _key("mark-newer", "meta down", LOOKING, "mark a newer one", actions.mark_newer),
    _key("unread", "meta u", LOOKING, "to the first unread line", actions.first_unread),
    _key("next-mention", "meta n", LOOKING, "next line that names you", actions.next_mention),
    _key("previous-mention", "meta p", LOOKING, "previous line that names you",
         actions.previous_mention),
    _key("search", "ctrl s", LOOKING, "search this conversation", actions.search_here),
    _key("search-all", "ctrl r", LOOKING, "search all conversations", actions.search_everywhere),

    _key("send", "enter", TYPING, "send the line", actions.send),
    _edit("new-line", "meta enter", "new line in the message (Ctrl+j too)", _new_line),
    _key("complete", "tab", TYPING, "complete a command, room or nick; again: the next one",
         actions.complete),
    _key("complete-back", "shift tab", TYPING, "the completion before", actions.complete_back),
    _key("edit", "meta e", TYPING, "change the marked message, or your last one", actions.edit),
    _key("older", "up", TYPING, "the line typed before", actions.older_line),
    _key("newer", "down", TYPING, "the line typed after", actions.newer_line),
    _key("interrupt", "ctrl c", TYPING, "clear the input; when it is empty, quit",
         actions.interrupt),
    _edit("line-start", "ctrl a, home", "start of the line", Editor.line_start),
    _edit("line-end", "ctrl e, end", "end of the line", Editor.line_end),
    _edit("back", "left, ctrl b", "one character back", Editor.back),
    _edit("forward", "right, ctrl f", "one character on", Editor.forward),
    _edit("back-word", "meta b, ctrl left", "one word back", Editor.back_word),
    _edit("forward-word", "meta f, ctrl right", "one word on", Editor.forward_word),
    _edit("delete-back", "backspace", "delete the character before", Editor.delete_back),
    _edit("delete", "delete, ctrl d", "delete the character under the cursor", Editor.delete),
    _edit("cut-to-end", "ctrl k", "cut to the end of the line", Editor.cut_to_end),
    _edit("cut-to-start", "ctrl u", "cut to the start of the line", Editor.cut_to_start),
    _edit("cut-word-back", "ctrl w", "cut back to the last space", Editor.cut_word_back),
    _edit("cut-part-back", "meta backspace", "cut back to the start of the word",
          Editor.cut_part_back),
    _edit("cut-word", "meta d", "cut to the end of the word", Editor.cut_word),
    _edit("yank", "ctrl y", "put in what was cut last", Editor.paste_cut),
    _edit("swap", "ctrl t", "swap two characters", Editor.swap),

    _key("help", "f1", SCREEN, "this help; ? too, while the input is empty", actions.show_help),
    _key("help-empty", "?", SCREEN, "this help", actions.show_help, when_empty=True),
    _key("roster", "f7", SCREEN, "show or hide the conversations", actions.toggle_roster),
    _key("members", "f8", SCREEN, "show or hide the members", actions.toggle_members),
    _key("copy", "f9", SCREEN, "bare text for selecting with the mouse; again: back",
         actions.toggle_copy),
    _key("mouse", "meta m", SCREEN, "mouse for chatc, or for the terminal", actions.toggle_mouse),
    _key("redraw", "ctrl l", SCREEN, "draw everything anew", actions.redraw),
    _key("suspend", "ctrl z", SCREEN, "back to the shell; fg returns", actions.suspend),
)
# fmt: on
