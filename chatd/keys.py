"""The data directory: who may use it, and the secrets that are made in it at first start.

``server.key`` is the static X25519 key of the handshake, whose fingerprint people pin;
``tls.key`` and ``tls.pem`` are a self-signed certificate for listeners with TLS. All are PEM.
Promises: a key file is never readable by others, not even while it is written; it is there whole
or not at all, whenever the machine stops; a key that others could have read is refused.
"""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
import stat
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chatd.domain.link import fingerprint
from chatd.errors import ConfigError
from chatd.whole_file import write_whole

SERVER_KEY = "server.key"
TLS_KEY = "tls.key"
CERTIFICATE = "tls.pem"
LOCK = "lock"

#: Who has it, unless it says otherwise.
DAEMON = "chatd"

# Seconds between two attempts at the lock.
_POLL = 0.05

_VALID = timedelta(days=3650)
# A client whose clock is behind takes the certificate too.
_CLOCK_SKEW = timedelta(days=1)


class DataDirInUse(ConfigError):
    """Another process has the data directory's lock."""


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """What the server proves itself with.

    :ivar static: the handshake's key.
    :ivar certificate: the file of the TLS certificate.
    :ivar certificate_key: the file of its private key.
    :ivar made: the files that :meth:`load` had to make.
    """

    static: X25519PrivateKey = field(repr=False)
    certificate: Path
    certificate_key: Path
    made: tuple[Path, ...] = ()

    @classmethod
    def load(cls, data_dir: Path, host_name: str = "") -> Self:
        """Read the keys, making those that are missing. The caller holds the directory's lock.

        :param host_name: stands in a new certificate; "" takes this machine's.
        :raises ConfigError: a file is damaged, does not fit, or could be read by others.
        """
        server_key, tls_key, certificate = (
            data_dir / name for name in (SERVER_KEY, TLS_KEY, CERTIFICATE)
        )
        made = []
        try:
            if not server_key.exists():
                write_whole(server_key, _pem(X25519PrivateKey.generate()))
                made.append(server_key)
            if not tls_key.exists() and not certificate.exists():
                write_whole(tls_key, _pem(ec.generate_private_key(ec.SECP256R1())))
                made.append(tls_key)
            if not certificate.exists():
                names = _names(host_name or socket.gethostname())
                write_whole(certificate, _self_signed(_read_tls_key(tls_key), names))
                made.append(certificate)
            read_pair(tls_key, certificate)
            return cls(_read_static(server_key), certificate, tls_key, tuple(made))
        except OSError as error:
            raise _unusable(error, data_dir) from None

    @property
    def fingerprint(self) -> str:
        """The fingerprint that people pin."""
        return fingerprint(self.static.public_key().public_bytes_raw())


def server_fingerprint(data_dir: Path) -> str:
    """The fingerprint of a server's key; nothing is made or locked for it.

    :raises ConfigError: there is no such server yet, or its key cannot be used.
    """
    path = data_dir / SERVER_KEY
    if not path.exists():
        raise ConfigError(f"there is no server in {data_dir} yet; start the daemon once")
    try:
        return fingerprint(_read_static(path).public_key().public_bytes_raw())
    except OSError as error:
        raise _unusable(error, data_dir) from None


def read_pair(tls_key: Path, certificate: Path) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    """Read a private key and its certificate.

    :return: the key, and what the certificate's file holds, the server's own first.
    :raises ConfigError: a file is damaged, missing, could be read by others, or does not fit.
    """
    try:
        if not tls_key.exists():
            raise ConfigError(
                f"{certificate}: its key {TLS_KEY} is missing; restore it, or delete the "
                "certificate: a new pair is made"
            )
        key = _read_key(tls_key)
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    except OSError as error:
        raise _unusable(error, certificate) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _damaged(certificate) from None
    if chain[0].public_key() != key.public_key():
        raise ConfigError(
            f"{certificate}: does not belong to {TLS_KEY}; put the matching pair there, or delete "
            "both: a new pair is made"
        )
    return key, chain


def lock_data_dir(data_dir: Path, patience: float = 0.0, program: str = DAEMON) -> int:
    """Keep a second daemon out of a data directory, which is made if there is none.

    :param patience: seconds for which one that ends, or a chatctl, is waited for.
    :param program: who takes it, in one word: told to those who come meanwhile.
    :return: a file descriptor: the lock holds until it is closed or the process ends, however it
        ends. The file stays: removing it would let two daemons in at once.
    :raises DataDirInUse: another process holds it.
    :raises ConfigError: the directory cannot be used.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _lock(data_dir, program)
        except DataDirInUse:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_POLL)


def _lock(data_dir: Path, program: str) -> int:
    try:
        _make_directory(data_dir)
        lock = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(error, data_dir) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(lock, 40).decode("ascii", "replace").strip()
        os.close(lock)
        if not isinstance(error, BlockingIOError):
            raise ConfigError(f"{data_dir}: cannot be locked: {error.strerror}") from None
        raise _in_use(data_dir, holder) from None
    try:
        os.truncate(lock, 0)
        os.write(lock, f"{os.getpid()} {program}\n".encode())
    except OSError as error:
        os.close(lock)
        raise _unusable(error, data_dir / LOCK) from None
    return lock


def _in_use(data_dir: Path, holder: str) -> DataDirInUse:
    process, _, program = holder.partition(" ")
    if program in ("", DAEMON):  # earlier versions named none
        return DataDirInUse(
            f"another chatd is running on {data_dir} (process {process}): stop it first, "
            "or give this one a data directory of its own"
        )
    return DataDirInUse(
        f"{program} is at work on {data_dir} (process {process}): wait until it is done"
    )


def _make_directory(data_dir: Path) -> None:
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(mode=0o700, exist_ok=True)
    if data_dir.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(
            f"{data_dir}: others can write to the data directory; run: chmod go-w '{data_dir}'"
        )


def _read_key(path: Path) -> PrivateKeyTypes:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(
            f"{path}: others can read this key; run: chmod 600 '{path}' "
            "(or, if somebody may have read it, delete it: a new one is made)"
        )
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except TypeError:
        raise ConfigError(
            f"{path}: is locked with a password, which nobody is there to type; take it off with: "
            f"openssl pkey -in '{path}' -out '{path}.open' && mv '{path}.open' '{path}'"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _damaged(path) from None


def _read_static(path: Path) -> X25519PrivateKey:
    key = _read_key(path)
    if not isinstance(key, X25519PrivateKey):
        raise _damaged(path)
    return key


def _read_tls_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = _read_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"{path}: there is no certificate {CERTIFICATE} beside this key")
    return key


def _unusable(error: OSError, path: Path) -> ConfigError:
    """``path`` is named where the error names none: a full disk is noticed while writing."""
    return ConfigError(f"{error.filename or path}: cannot be used: {error.strerror}")


def _damaged(path: Path) -> ConfigError:
    return ConfigError(
        f"{path}: is damaged; restore it from a backup, or delete it: a new one is made, which "
        "everybody who knows this server must accept"
    )


def _pem(key: X25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _names(host_name: str) -> list[x509.GeneralName]:
    """The names a certificate vouches for: this machine, from itself and from outside."""
    hosts = dict.fromkeys(("localhost", host_name if host_name.isascii() else "localhost"))
    addresses = map(ipaddress.ip_address, ("127.0.0.1", "::1"))
    return [*map(x509.DNSName, hosts), *map(x509.IPAddress, addresses)]


def _self_signed(key: ec.EllipticCurvePrivateKey, names: list[x509.GeneralName]) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chatd")])
    now = datetime.now(UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)
