"""One thing to ask a person, and what asks it: lines, a full screen, or nobody.

Nothing is asked while a connection is open: a handshake never waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """
    :ivar name: by which an answer given beforehand is known: ``--NAME-fd``.
    :ivar text: what it is about, for somebody who has never seen this.
    :ivar reason: why it is asked, where something went wrong. Nobody who cannot answer is told: the
        program ends with it then.
    :ivar hidden: the answer is not shown while it is typed.
    :ivar check: what is wrong with an answer; "" for nothing.
    """

    name: str
    title: str
    text: str
    prompt: str
    hidden: bool = False
    check: Callable[[str], str] = lambda answer: ""
    reason: str = ""


class Face(Protocol):
    """Where a person is asked."""

    async def ask(self, step: Step) -> str:
        """What they answer, checked or not.

        :raises CancelledError: they do not go on.
        :raises Unanswered: nobody is there.
        """

    def say(self, text: str) -> None:
        """Something to know, before the next question."""

    def stop(self) -> None:
        """Leave the terminal as it was; harmless when repeated."""


class Unanswered(Exception):
    """There is nobody to ask; the text says how to answer beforehand."""


def nobody(step: Step) -> Unanswered:
    """The error where no person is there for a step."""
    what = step.prompt.rstrip(": ")
    return Unanswered(
        f"nobody is here to be asked for the {what}: run it at a terminal, or give it with "
        f"--{step.name}-fd N"
    )


def sentence(reason: str) -> str:
    """A reason, as errors have them, as something to say."""
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."


async def ask(face: Face, step: Step) -> str:
    """Ask until the answer is one that will do."""
    while True:
        answer = await face.ask(step)
        wrong = step.check(answer)
        if not wrong:
            return answer
        face.say(wrong)
