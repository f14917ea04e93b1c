"""What keys do to the screen: one function for each row of the key table that is not editing."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from ..model.conversation import Conversation
from . import editing, search
from .commands import messages, program
from .commands.chosen import is_message
from .commands.command import UsageError
from .dialog import Question
from .submit import submit

if TYPE_CHECKING:
    from .screen import FullScreen


# ---------------------------------------------------------------- conversations


def go_to(screen: FullScreen, index: int) -> None:
    """Look at the conversation of this number, from 0."""
    if index < len(screen.model.roster):
        screen.show(screen.model.roster[index])


def next_conversation(screen: FullScreen) -> None:
    """Look at the next one."""
    screen.show(screen.model.roster.step(1))


def previous_conversation(screen: FullScreen) -> None:
    """Look at the one before."""
    screen.show(screen.model.roster.step(-1))


def next_active(screen: FullScreen) -> None:
    """Look at the next with something unread, mentions first."""
    active = screen.model.roster.active()
    if active:
        screen.show(active[0])


def last_conversation(screen: FullScreen) -> None:
    """Look at the one looked at before."""
    if screen.model.roster.previous is not None:
        screen.show(screen.model.roster.previous)


def jump(screen: FullScreen) -> None:
    """Choose a conversation by part of its name."""
    screen.pick(
        "Go to", lambda text: search.conversations(screen.model, text, screen.show), "look at it"
    )


# ---------------------------------------------------------------- timeline


def page_up(screen: FullScreen) -> None:
    """A page towards the past."""
    screen.view.timeline.scroll_page(-1)


def page_down(screen: FullScreen) -> None:
    """A page towards the present."""
    screen.view.timeline.scroll_page(1)


def to_oldest(screen: FullScreen) -> None:
    """The first entry there is."""
    screen.view.timeline.to_top()


def leave(screen: FullScreen) -> None:
    """Leave what is being changed as it was; else go to the end."""
    if screen.model.roster.current.editing is None:
        to_newest(screen)
    else:
        editing.leave(screen)


def mark_older(screen: FullScreen) -> None:
    """Mark the message before the marked one, at first the last one."""
    current = screen.model.roster.current
    serial = current.timeline.end if screen.marked is None else screen.marked
    while serial > current.timeline.first or current.load_older():
        serial -= 1
        if is_message(current.timeline[serial]):
            screen.view.timeline.mark(serial)
            return


def mark_newer(screen: FullScreen) -> None:
    """Mark the message after the marked one; after the last, none."""
    timeline = screen.model.roster.current.timeline
    serial = timeline.end if screen.marked is None else screen.marked + 1
    while serial < timeline.end and not is_message(timeline[serial]):
        serial += 1
    if serial < timeline.end:
        screen.view.timeline.mark(serial)
    else:
        screen.view.timeline.follow()


def edit(screen: FullScreen) -> None:
    """Change the marked message, or the last of one's own."""
    try:
        messages.edit(screen, "")
    except UsageError as error:
        screen.note(str(error), error=True)


def to_newest(screen: FullScreen) -> None:
    """The end, and stay there."""
    screen.view.timeline.follow()


def first_unread(screen: FullScreen) -> None:
    """Where unread began."""
    current = screen.model.roster.current
    if current.unread_row is not None:
        current.load_older(current.unread_row)
    serial = current.first_unread
    if serial is None:
        screen.view.timeline.follow()
    else:
        screen.view.timeline.show_entry(serial, mark=False)


def next_mention(screen: FullScreen) -> None:
    """The next entry that names the user."""
    _mention(screen, 1)


def previous_mention(screen: FullScreen) -> None:
    """The one before."""
    _mention(screen, -1)


def _mention(screen: FullScreen, step: int) -> None:
    timeline = screen.model.roster.current.timeline
    start = screen.view.timeline.marked
    if start is None:
        start = timeline.end if step < 0 else timeline.first - 1
    serial = start + step
    while serial in timeline and not timeline[serial].mention:
        serial += step
    if serial in timeline:
        screen.view.timeline.show_entry(serial)
    elif step > 0:
        screen.view.timeline.follow()


def search_here(screen: FullScreen) -> None:
    """Look for a text in this conversation."""
    screen.search("", everywhere=False)


def search_everywhere(screen: FullScreen) -> None:
    """Look for a text in all conversations."""
    screen.search("", everywhere=True)


# ---------------------------------------------------------------- input


def send(screen: FullScreen) -> None:
    """Send the line, or do the command; what is told of it is at the end."""
    line = screen.input.editor.text
    screen.input.editor.set("")
    submit(screen, line)
    editing_now = screen.model.roster.current.editing is not None
    if line.strip() and not editing_now and screen.stage.dialog is None:
        screen.follow()


def older_line(screen: FullScreen) -> None:
    """The row above, else the line typed before."""
    moved = screen.input.move_row(screen.view.columns, -1)
    if not moved and screen.model.roster.current.editing is None:
        older = screen.history.older(screen.input.editor.text)
        if older is not None:
            screen.input.editor.set(older)


def newer_line(screen: FullScreen) -> None:
    """The row below, else the line typed after."""
    moved = screen.input.move_row(screen.view.columns, 1)
    if not moved and screen.model.roster.current.editing is None:
        newer = screen.history.newer()
        if newer is not None:
            screen.input.editor.set(newer)


def complete(screen: FullScreen) -> None:
    """Complete the word, or go to the next completion."""
    screen.completer.complete(screen.input.editor, 1)


def complete_back(screen: FullScreen) -> None:
    """The completion before."""
    screen.completer.complete(screen.input.editor, -1)


def interrupt(screen: FullScreen) -> None:
    """Clear the input; when it is empty, ask whether to quit."""
    if screen.model.roster.current.editing is not None:
        editing.leave(screen)
    elif screen.input.editor.text:
        screen.input.editor.cut_all()
    else:
        loss = program.what_is_lost(screen)
        text = f"{loss} End the program? /quit also says goodbye to the server.".strip()
        screen.stage.open(Question("Quit", text, "quit", screen.leave, also_yes="ctrl c"))


# ---------------------------------------------------------------- screen


def show_help(screen: FullScreen) -> None:
    """Keys and commands."""
    screen.show_help("")


def toggle_roster(screen: FullScreen) -> None:
    """Show the conversations, or hide them."""
    screen.view.toggle_roster()


def toggle_members(screen: FullScreen) -> None:
    """Show the members, or hide them."""
    screen.view.toggle_members()


def toggle_copy(screen: FullScreen) -> None:
    """Nothing but text, for selecting with the terminal's mouse; and back."""
    screen.view.copy = not screen.view.copy
    screen.apply_settings()


def toggle_mouse(screen: FullScreen) -> None:
    """Give the mouse to the terminal, or take it back."""
    state = "off" if screen.settings.is_on("mouse") else "on"
    screen.settings.set("mouse", state)
    screen.apply_settings()
    whose = "here" if state == "on" else "the terminal's: select text with it"
    screen.note(f"the mouse is {whose}")


def redraw(screen: FullScreen) -> None:
    """Draw everything anew."""
    screen.clear()


def suspend(screen: FullScreen) -> None:
    """Back to the shell; ``fg`` returns."""
    os.kill(os.getpid(), signal.SIGTSTP)


def find_conversation(screen: FullScreen, place: tuple[Conversation, int]) -> None:
    """Look at an entry that was found."""
    conversation, serial = place
    screen.show(conversation)
    screen.view.timeline.show_entry(serial)
