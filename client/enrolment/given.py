"""Answers that a script gives beforehand; a person may be there for the rest."""

from __future__ import annotations

from collections.abc import Mapping

from .step import Face, Step


class Given:
    """A face that answers a step by itself, once.

    :param answers: by the step's name.
    :param person: who is asked for everything else.
    """

    def __init__(self, answers: Mapping[str, str], person: Face) -> None:
        self._answers = dict(answers) | {f"{name}-again": one for name, one in answers.items()}
        self._person = person

    async def ask(self, step: Step) -> str:
        """What was given; then, or where that will not do, what the person says."""
        if step.name in self._answers:
            return self._answers.pop(step.name)
        return await self._person.ask(step)

    def say(self, text: str) -> None:
        """To the person."""
        self._person.say(text)

    def stop(self) -> None:
        """The person's terminal is as it was."""
        self._person.stop()
