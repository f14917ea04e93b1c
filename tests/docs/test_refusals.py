"""Each request is refused with just the codes that ``docs/protocol.rst`` lists for it."""

from __future__ import annotations

import msgspec
from twisted.trial.unittest import TestCase

from chatd.errors import Code
from chatd.services.service import TIMEOUT
from chatd.store import outboxes
from chatd.wire import messages as m
from tests.docs.document import Document
from tests.docs.refusals import Guests, Members


class Unheard(msgspec.Struct, array_like=True, tag=0x77):
    """A request of times to come."""

    id: int
    wish: str


def ask(cast: Guests | Members, *asked: msgspec.Struct) -> list[m.Status]:
    """The statuses that alice gets."""
    cast.alice.send(*asked)
    return [one for one in cast.alice.received() if isinstance(one, m.Status)]


class Refusals(TestCase):
    """Alice asks for what she cannot have."""

    def test_refused(self) -> None:
        """All requests before the last are done, and the last is refused with the code."""
        self.patch(outboxes, "KEPT", 1)
        self.patch(outboxes, "_STRIDE", 1)
        for make in (Guests, Members):
            for index in range(len(make().cases())):
                cast = make()
                code, asked = cast.cases()[index]
                cast.server.passwords.busy = code is Code.BUSY
                cast.server.state.devices_on = code is not Code.LINKS_OFF
                statuses = ask(cast, *asked)
                if code is Code.SERVICE_TIMEOUT:
                    cast.server.clock.advance(TIMEOUT)
                    statuses = ask(cast)
                self.assertEqual([status.id for status in statuses], [one.id for one in asked])
                codes = [status.code for status in statuses]
                self.assertEqual(codes, [0] * (len(asked) - 1) + [code], asked)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_table(self) -> None:
        """What the document lists is what is tried here, no more and no less."""
        told = {
            (request, int(code))
            for _, request, _, codes in Document("protocol.rst").tables["request-table"]
            for code in codes.split(", ")
            if code != "never"
        }
        tried = {
            (type(asked[-1]).__name__, int(code))
            for make in (Guests, Members)
            for code, asked in make().cases()
        }
        self.assertEqual(told, tried)

    def test_waiting(self) -> None:
        """The rate limit says how long to wait."""
        status = ask(Guests(), *[m.Say(number, "tea", "hi") for number in range(5)])[-1]
        self.assertEqual(status.wait, 5.0)

    def test_unheard_of(self) -> None:
        """A request with an unknown op is refused; the connection goes on."""
        first, second = ask(Guests(), Unheard(7, "?"), m.Measure(8))
        self.assertEqual((first.id, first.code), (7, Code.UNKNOWN_COMMAND))
        self.assertEqual((second.id, second.code), (8, 0))
