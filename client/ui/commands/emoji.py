"""Emoji that can be typed by name: ``:tada:``, or ``tada`` where nothing else can stand."""

from __future__ import annotations

from .command import UsageError, closest

EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "clap": "👏",
    "coffee": "☕",
    "confused": "😕",
    "cry": "😢",
    "eyes": "👀",
    "fire": "🔥",
    "grin": "😄",
    "heart": "❤",
    "joy": "😂",
    "no": "❌",
    "ok": "👌",
    "party": "🥳",
    "pray": "🙏",
    "question": "❓",
    "rocket": "🚀",
    "sad": "🙁",
    "smile": "🙂",
    "tada": "🎉",
    "tea": "🍵",
    "think": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "wave": "👋",
    "wink": "😉",
    "wow": "😮",
    "yes": "✅",
}


def read_emoji(word: str) -> str:
    """An emoji as it is, or by its name.

    :raises UsageError: it is neither.
    """
    if not word.isascii():
        return word
    name = word.strip(":").lower()
    if name not in EMOJI:
        meant = closest(name, EMOJI)
        hint = f"did you mean :{meant}:?" if meant else "Tab goes through the names"
        raise UsageError(f"{word} is no emoji, nor the name of one; {hint}")
    return EMOJI[name]
