"""What a vault holds: there and back, nothing lost, nothing shown."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link
from client.vault.identity import Identity, Server

from .vault_case import IDENTITY, SECRETS

FEWEST = Identity(Server("h", 1, False, ""), bytes(32))


class There(SynchronousTestCase):
    def test_and_back(self) -> None:
        for identity in (IDENTITY, FEWEST):
            self.assertEqual(Identity.decode(identity.encode()), identity)

    def test_by_name(self) -> None:
        """A map, so that a field can be added, and left out by who has none of it."""
        told = msgspec.msgpack.decode(IDENTITY.encode())
        self.assertEqual(told["server"]["fingerprint"], "a" * 52)
        self.assertEqual(told["enrolment"]["one_time_id"], SECRETS["one_time_id"])
        least = {key: told[key] for key in ("server", "device_key")}
        self.assertEqual(
            Identity.decode(msgspec.msgpack.encode(least)),
            Identity(IDENTITY.server, IDENTITY.device_key),
        )

    def test_a_server_is_its_link(self) -> None:
        link = Link.parse(f"chatds://chat.example.org:99/#{'a' * 52}/7K3M")
        server = Server.of(link)
        self.assertEqual(str(server.link), f"chatds://chat.example.org:99/#{'a' * 52}")

    def test_nothing_that_cannot_be_read_again(self) -> None:
        """Better no vault than one that nobody opens."""
        for wrong in (
            {"device_key": b"short"},
            {"root_key": bytes(33)},
            {"account": bytes(17)},
            {"handle": 7},
            {"handle": "\udcff"},
            {"settings": {"theme": 7}},
        ):
            self.assertRaises(ValueError, replace(IDENTITY, **wrong).encode)

    def test_unknown_fields(self) -> None:
        """They come with a higher version of the file; here nobody wrote them."""
        told = msgspec.msgpack.decode(IDENTITY.encode())
        for place in (told, told["server"], told["enrolment"]):
            place["later"] = 1
            self.assertRaises(ValueError, Identity.decode, msgspec.msgpack.encode(told))
            del place["later"]


class Shown(SynchronousTestCase):
    def test_repr_is_silent(self) -> None:
        self.assertEqual(repr(IDENTITY), "<Identity alice at chat.example.org:4170>")
        for shown in (
            repr(IDENTITY),
            repr(IDENTITY.enrolment),
            f"{[IDENTITY, IDENTITY.enrolment]}",
        ):
            for secret in SECRETS.values():
                self.assertNotIn(secret.decode(), shown)


class Hostile(SynchronousTestCase):
    @given(st.one_of(st.binary(), st.binary().map(lambda rest: IDENTITY.encode()[:60] + rest)))
    def test_any_bytes(self, contents: bytes) -> None:
        try:
            identity = Identity.decode(contents)
        except ValueError:
            return
        self.assertEqual(Identity.decode(identity.encode()), identity)
