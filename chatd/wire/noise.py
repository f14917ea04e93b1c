"""The Noise Protocol Framework's IK handshake with 25519, AESGCM and SHA256.

Names follow the specification (revision 34): CipherState (5.1), SymmetricState (5.2),
HandshakeState (5.3), the IK pattern (7.5), REKEY (4.2 and 11.3). Checked against published vectors.
The key agreement and the cipher are ``cryptography``'s; this module only puts them in order.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chatd.errors import Code, WireError

PROTOCOL_NAME = b"Noise_IK_25519_AESGCM_SHA256"
KEY_LENGTH = 32
TAG_LENGTH = 16

_NONCE = Struct(">4xQ")  # AESGCM's nonce: 32 zero bits, then the counter, big-endian (12.4)
_REKEY_NONCE = _NONCE.pack(2**64 - 1)

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))

_PATTERN: tuple[tuple[str, ...], ...] = (("e", "es", "s", "ss"), ("e", "ee", "se"))


def public_bytes(private: X25519PrivateKey) -> bytes:
    """The 32 bytes of a private key's public half."""
    return private.public_key().public_bytes_raw()


def _hmac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104) under a key of 32 bytes: a third of what the library's call costs,
    and a handshake has fifteen."""
    block = key.ljust(64, b"\0")
    inner = sha256(block.translate(_INNER) + message).digest()
    return sha256(block.translate(_OUTER) + inner).digest()


def _hkdf(chaining_key: bytes, material: bytes) -> tuple[bytes, bytes]:
    temporary = _hmac(chaining_key, material)
    first = _hmac(temporary, b"\x01")
    return first, _hmac(temporary, first + b"\x02")


class CipherState:
    """A key and its counter, which is the implicit nonce: nothing may be lost or repeated.

    The prepared cipher takes forty times the key's memory and a microsecond to make, so thousands
    of idle connections do without: see :meth:`rest`.
    """

    __slots__ = ("_cipher", "_key", "counter")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher: AESGCM | None = None
        self.counter = 0

    def encrypt(self, plaintext: bytes, associated: bytes | None = None) -> bytes:
        """Seal ``plaintext``; the result is 16 bytes longer."""
        nonce = _NONCE.pack(self.counter)
        self.counter += 1
        return (self._cipher or self._wake()).encrypt(nonce, plaintext, associated)

    def decrypt(self, ciphertext: bytes, associated: bytes | None = None) -> bytes:
        """Open ``ciphertext``.

        :raises InvalidTag: it was not sealed under this key, counter and associated bytes.
        """
        cipher = self._cipher or self._wake()
        plaintext = cipher.decrypt(_NONCE.pack(self.counter), ciphertext, associated)
        self.counter += 1
        return plaintext

    def rekey(self) -> None:
        """Replace the key by a one-way function of itself; the counter goes on."""
        cipher = self._cipher or self._wake()
        self._key = cipher.encrypt(_REKEY_NONCE, bytes(KEY_LENGTH), None)[:KEY_LENGTH]
        self._cipher = None

    def rest(self) -> None:
        """Nothing is expected for a while: let the prepared cipher go."""
        self._cipher = None

    def _wake(self) -> AESGCM:
        self._cipher = AESGCM(self._key)
        return self._cipher


class HandshakeState:
    """One side of an IK handshake: two messages, then two cipher states.

    :param initiator: whether this side writes the first message.
    :param prologue: bytes both sides must agree on.
    :param static: this side's long-term key.
    :param remote_static: the responder's public key; b"" on the responder's side.
    :param ephemeral: a fixed one-time key, for test vectors only.
    :raises WireError: a key cannot be used (KEY_REJECTED).
    """

    def __init__(
        self,
        initiator: bool,
        prologue: bytes,
        static: X25519PrivateKey,
        remote_static: bytes = b"",
        ephemeral: X25519PrivateKey | None = None,
    ) -> None:
        self.initiator = initiator
        self.static = static
        self.remote_static = remote_static
        self._ephemeral = ephemeral
        self._remote_ephemeral = b""
        self._step = 0
        self._cipher: CipherState | None = None
        self._chaining_key = self._hash = PROTOCOL_NAME.ljust(32, b"\0")
        self._mix_hash(prologue)
        self._mix_hash(remote_static if initiator else public_bytes(static))

    @property
    def handshake_hash(self) -> bytes:
        """32 bytes that name this very handshake (11.2)."""
        return self._hash

    def write(self, payload: bytes) -> bytes:
        """The next message, with ``payload`` sealed as far as the pattern allows."""
        message = b""
        for token in self._next_tokens():
            if token == "e":
                self._ephemeral = self._ephemeral or X25519PrivateKey.generate()
                public = public_bytes(self._ephemeral)
                message += public
                self._mix_hash(public)
            elif token == "s":
                message += self._encrypt_and_hash(public_bytes(self.static))
            else:
                self._mix_key(self._agree(token))
        return message + self._encrypt_and_hash(payload)

    def read(self, message: bytes) -> bytes:
        """Take in the other side's message and give its payload.

        :raises WireError: too short or not sealed for this handshake (HANDSHAKE_FORGED), or a key
            in it cannot be used (KEY_REJECTED).
        """
        for token in self._next_tokens():
            if token == "e":
                self._remote_ephemeral, message = self._take(message, KEY_LENGTH)
                self._mix_hash(self._remote_ephemeral)
            elif token == "s":
                sealed, message = self._take(message, KEY_LENGTH + TAG_LENGTH)
                self.remote_static = self._decrypt_and_hash(sealed)
            else:
                self._mix_key(self._agree(token))
        return self._decrypt_and_hash(message)

    def split(self) -> tuple[CipherState, CipherState]:
        """After both messages: the states to send and to receive with."""
        first, second = _hkdf(self._chaining_key, b"")
        if not self.initiator:
            first, second = second, first
        return CipherState(first), CipherState(second)

    def _next_tokens(self) -> tuple[str, ...]:
        tokens = _PATTERN[self._step]
        self._step += 1
        return tokens

    @staticmethod
    def _take(message: bytes, size: int) -> tuple[bytes, bytes]:
        if len(message) < size:
            raise WireError(Code.HANDSHAKE_FORGED, "a handshake message was cut short")
        return message[:size], message[size:]

    def _agree(self, token: str) -> bytes:
        """Diffie-Hellman between the initiator's and the responder's key that the token names."""
        own, theirs = (token[0], token[1]) if self.initiator else (token[1], token[0])
        private = self.static if own == "s" else self._ephemeral
        assert private is not None
        public = self.remote_static if theirs == "s" else self._remote_ephemeral
        try:
            return private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            # An all-zero result: a point of small order, which would fix the key (12.1).
            raise WireError(Code.KEY_REJECTED) from None

    def _mix_hash(self, data: bytes) -> None:
        self._hash = sha256(self._hash + data).digest()

    def _mix_key(self, material: bytes) -> None:
        self._chaining_key, key = _hkdf(self._chaining_key, material)
        self._cipher = CipherState(key)

    def _encrypt_and_hash(self, plaintext: bytes) -> bytes:
        assert self._cipher is not None  # IK has a key before anything is sealed
        sealed = self._cipher.encrypt(plaintext, self._hash)
        self._mix_hash(sealed)
        return sealed

    def _decrypt_and_hash(self, sealed: bytes) -> bytes:
        assert self._cipher is not None
        try:
            plaintext = self._cipher.decrypt(sealed, self._hash)
        except InvalidTag:
            raise WireError(Code.HANDSHAKE_FORGED) from None
        self._mix_hash(sealed)
        return plaintext
