"""QR codes as text: squares of the terminal's halves, with light around them."""

from __future__ import annotations

import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from client.ui.qr import qr_rows

_LIT = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
_BORDER = 2


def squares(rows: list[str]) -> list[list[int]]:
    """The squares that the halves stand for."""
    return [[_LIT[one][half] for one in row] for row in rows for half in (0, 1)]


class QrTests(SynchronousTestCase):
    @settings(max_examples=20)
    @given(st.text("abcdefgh234567:/#-", min_size=1, max_size=200))
    def test_every_square_is_there_and_light_is_around(self, text: str) -> None:
        drawn = squares(qr_rows(text))
        code = [list(row) for row in segno.make(text, error="l", micro=False).matrix]
        inner = [row[_BORDER:-_BORDER] for row in drawn[_BORDER : _BORDER + len(code)]]
        self.assertEqual(inner, code)
        around = [*drawn[:_BORDER], *drawn[_BORDER + len(code) :]]
        self.assertFalse(any(map(any, around)))
        self.assertGreaterEqual(len(around), 2 * _BORDER)
        self.assertFalse(any(any(row[:_BORDER] + row[-_BORDER:]) for row in drawn))
