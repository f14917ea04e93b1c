"""What both sides of the handshake share: its result, and how an input is fed.

The four steps are seed 000's, carried by Noise IK: HELLO, SYN, ACK, READY. The side that listens
is :mod:`chatd.wire.responder`, the side that calls is :mod:`chatd.wire.initiator`. Rules for both:

1. Bytes in, values out. A machine is fed frame bodies and answers with the frames to write.
2. A wrong order, size, key or version raises :class:`WireError` with a code of its own; after
   that the machine is closed for good.
3. Nobody waits for a person inside a handshake.
4. READY is the first record. It is forward secret, so secrets are in it and nowhere before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from automat import NoTransition

from chatd.errors import Code, WireError
from chatd.wire.records import Opener, Sealer

#: Seconds from READY for the answer to a password, which waits for its turn to be checked.
PASSWORD_TIME = 30.0

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Records:
    """Both directions of an established connection."""

    sealer: Sealer
    opener: Opener


class Failing(Protocol):
    """A machine that can be closed for good."""

    def fail(self) -> None:
        """Close it; every other input is refused from then on."""


def feed(machine: Failing, step: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Feed one input to a machine.

    An output that raises has left the machine in its new state already, so it is closed then.

    :raises WireError: WRONG_ORDER, or what the step itself raises.
    """
    try:
        return step(*args, **kwargs)
    except NoTransition:
        machine.fail()
        raise WireError(Code.WRONG_ORDER) from None
    except WireError:
        machine.fail()
        raise
