"""Dice, for those who cannot agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import SystemRandom

from zope.interface import implementer

from chatd.errors import Code, Refused
from chatd.interfaces import IAsker, IService
from chatd.services.surroundings import ServiceSurroundings

MOST = 100


@dataclass
class Throw:
    """What is asked."""

    dice: int = field(default=2, metadata={"meaning": f"how many, up to {MOST}"})
    sides: int = field(default=6, metadata={"meaning": f"of each, up to {MOST}"})


@dataclass
class Thrown:
    """What is answered."""

    by: str = field(metadata={"meaning": "who threw"})
    points: str = field(metadata={"meaning": "those of each"})
    sum: int = field(metadata={"meaning": "all together"})


@implementer(IService)
class Dice:
    level, blocking = 0, False
    request, reply = Throw, Thrown

    def __init__(self, around: ServiceSurroundings) -> None:
        self.random = SystemRandom()

    def answer(self, asker: IAsker, request: Throw) -> Thrown:
        if not (1 <= request.dice <= MOST and 1 <= request.sides <= MOST):
            raise Refused(Code.SERVICE_REQUEST_INVALID, f"1 to {MOST} dice of 1 to {MOST} sides")
        points = [self.random.randint(1, request.sides) for _ in range(request.dice)]
        return Thrown(asker.nick, " ".join(map(str, points)), sum(points))
