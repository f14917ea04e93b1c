"""The letter to somebody who was put out: as bytes and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.message import MailKind
from chatd.domain.put_out import PutOut

letters = st.builds(
    PutOut,
    conversation=st.binary(min_size=16, max_size=16),
    room=st.text(max_size=64),
    by=st.text(max_size=64),
    reason=st.text(max_size=255),
    banned=st.booleans(),
)


class Letters(SynchronousTestCase):
    @given(letters)
    def test_there_and_back(self, letter: PutOut) -> None:
        self.assertEqual(PutOut.unpack(letter.pack()), letter)

    @given(st.binary(max_size=80), st.booleans())
    def test_anything_else_is_refused(self, body: bytes, begins_well: bool) -> None:
        """Or is a letter that would be written otherwise, but not cut short."""
        if begins_well:
            body = bytes([MailKind.PUT_OUT]) + body
        try:
            letter = PutOut.unpack(body)
        except ValueError:
            return
        self.assertEqual(PutOut.unpack(letter.pack()), letter)

    def test_cut(self) -> None:
        body = PutOut(bytes(16), "tea", "dave", "", False).pack()
        for length in range(len(body)):
            self.assertRaises(ValueError, PutOut.unpack, body[:length])
