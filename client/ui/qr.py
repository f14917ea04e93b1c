"""A QR code as rows of text: two rows of its squares in one of the terminal, by half blocks."""

from __future__ import annotations

import segno

#: Light squares around it: half of what ISO/IEC 18004 asks for, which cameras do with.
_BORDER = 2
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr_rows(text: str) -> list[str]:
    """Rows of one length, to be drawn dark on light."""
    code = segno.make(text, error="l", micro=False)
    squares = [list(row) for row in code.matrix_iter(border=_BORDER)]
    if len(squares) % 2:
        squares.append([0] * len(squares[0]))
    pairs = zip(squares[::2], squares[1::2], strict=True)
    return ["".join(_HALVES[pair] for pair in zip(*rows, strict=True)) for rows in pairs]
