"""Tells the terminal that somebody wants the user: a bell, and a notification where it can.

OSC 9 (iTerm2, and many since) and OSC 777 (rxvt, foot, VTE) carry text of strangers out of the
screen's own drawing, so nothing but printable characters may go into them. Inside tmux they are
wrapped so that they reach the outer terminal (tmux's ``allow-passthrough``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.conversation import Kind
from ..model.model import Attention
from ..model.visible import visible_line
from . import fit

BEL = "\a"
_TITLE_COLUMNS = 60
_TEXT_COLUMNS = 200
#: Seconds between two notifications: whoever floods a room rings no more often.
_EVERY = 2.0


class Notifier:
    """Rings for what the user wants to be told of, not too often.

    :param reactor: for ``seconds``.
    :param environment: of the process: which terminal this is.
    """

    def __init__(self, reactor: Any, environment: Mapping[str, str]) -> None:
        self._reactor = reactor
        self._environment = environment
        self._told = -_EVERY

    def tell(self, attention: Attention, how: str) -> str:
        """What to write to the terminal; "" so soon after the last time.

        :param how: the setting ``notify``.
        """
        now = self._reactor.seconds()
        if now - self._told < _EVERY:
            return ""
        self._told = now
        return notification(attention, how, self._environment)


def notification(attention: Attention, how: str, environment: Mapping[str, str]) -> str:
    """What to write to the terminal.

    :param how: the setting ``notify``.
    :param environment: of the process: which terminal this is.
    """
    if how == "off":
        return ""
    if how == "bell":
        return BEL
    kinds = _kinds(how, environment.get("TERM", ""))
    sequences = "".join(_sequence(kind, attention) for kind in kinds)
    return through_tmux(sequences, environment) + (BEL if how in ("auto", "all") else "")


def through_tmux(sequences: str, environment: Mapping[str, str]) -> str:
    """Sequences as they reach the outer terminal where tmux is between."""
    if not environment.get("TMUX") or not sequences:
        return sequences
    return "\x1bPtmux;" + sequences.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _kinds(how: str, terminal: str) -> tuple[str, ...]:
    if how == "all":
        return ("osc9", "osc777")
    if how != "auto":
        return (how,)
    if terminal.startswith(("linux", "dumb", "vt")):
        return ()  # they would print it
    return ("osc777",) if terminal.startswith(("rxvt", "foot")) else ("osc9",)


def _sequence(kind: str, attention: Attention) -> str:
    entry, conversation = attention.entry, attention.conversation
    sender = entry.sender
    title = sender if conversation.kind is Kind.PERSON else f"{sender} in {conversation.title}"
    if not sender:
        title = conversation.title
    title = _safe(title, _TITLE_COLUMNS)
    text = _safe(entry.text, _TEXT_COLUMNS)
    if kind == "osc9":
        return f"\x1b]9;{title}: {text}{BEL}"
    return f"\x1b]777;notify;{title.replace(';', ',')};{text.replace(';', ',')}{BEL}"


def _safe(text: str, columns: int) -> str:
    shown = fit.cut(visible_line(text), columns)
    return "".join(character for character in shown if character.isprintable())
