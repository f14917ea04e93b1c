"""The last word to the shell."""

from __future__ import annotations

import io
import sys

from twisted.trial.unittest import SynchronousTestCase

from client.report import still_waiting


class WaitingTests(SynchronousTestCase):
    def test_what_was_not_sent(self) -> None:
        for count, words in ((0, ""), (1, "1 message waits"), (3, "3 messages wait")):
            errors = io.StringIO()
            patched = self.patch(sys, "stderr", errors)
            still_waiting(count)
            patched.restore()
            told = f"chatc: {words}, and will be sent the next time\n" if words else ""
            self.assertEqual(errors.getvalue(), told)
