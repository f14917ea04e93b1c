"""What the tests of both sides of the handshake share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Code, WireError
from chatd.wire.initiator import Initiator
from chatd.wire.responder import Responder
from tests.wire.pair import ADVICE, GUEST


class WireCase(SynchronousTestCase):
    def refused(self, code: Code, act: Callable[..., Any], *args: Any) -> None:
        """It raises this code."""
        error = self.assertRaises(WireError, act, *args)
        self.assertEqual(error.code, code)

    def closed(self, side: Initiator | Responder) -> None:
        """Nothing at all can be done with it any more."""
        if isinstance(side, Initiator):
            self.refused(Code.WRONG_ORDER, side.proceed, "", "")
            self.refused(Code.WRONG_ORDER, side.ready, GUEST)
        else:
            self.refused(Code.WRONG_ORDER, side.start)
            self.refused(Code.WRONG_ORDER, side.acknowledge, ADVICE)
        for op in (b"*", b"!", b"#", b"", b"\0"):
            error = self.assertRaises(WireError, side.receive, op + bytes(100))
            self.assertIsInstance(error.code, Code)
