"""A secret in the forms in which a program might leave it somewhere by mistake."""

from __future__ import annotations

from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator

#: Bits in a character, and how often the bytes before the secret change how it is written.
_ENCODINGS: tuple[tuple[Callable[[bytes], bytes], int, int], ...] = (
    (b64encode, 6, 3),
    (urlsafe_b64encode, 6, 3),
    (b32encode, 5, 5),
)


def forms(secret: bytes) -> Iterator[bytes]:
    """The secret itself, in hex, and as the inner part of a longer text in Base64 and Base32."""
    yield secret
    yield secret.hex().encode()
    for encode, bits, offsets in _ENCODINGS:
        for offset in range(offsets):
            first, end = -(-offset * 8 // bits), (offset + len(secret)) * 8 // bits
            yield encode(bytes(offset) + secret)[first:end]


def traces(secrets: Iterable[bytes], content: bytes) -> list[bytes]:
    """The secrets that are in there, in some form, in large letters or small ones."""
    content = content.lower()
    return [one for one in secrets if any(form.lower() in content for form in forms(one))]
