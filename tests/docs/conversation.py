"""The worked example of ``docs/protocol.rst``, held with the real server and nothing random in it.

The server is the native door with the real hub and store behind it; the client is the real
initiator. Keys, random bytes and the time are given, so that every byte is the same each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct
from msgspec.structs import replace
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from chatd.domain.account import digest
from chatd.domain.commands import Join, Say
from chatd.domain.entry import EntryLimits
from chatd.domain.one_time_id import canonical
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages, noise
from chatd.wire.codec import encode, encode_struct
from chatd.wire.framing import FrameParser
from chatd.wire.hello import Ack, Channel, Hello, Syn, prologue
from chatd.wire.initiator import Initiator
from chatd.wire.messages import Ready
from chatd.wire.noise import public_bytes
from tests.protocols.native.device import Device, People
from tests.support.server import Guest, Server
from tests.support.store import memory_store

#: Friday, 14 November 2025, 12:00:00 UTC; the server's clock stands still.
NOW = 1_763_121_600

ADDRESS = IPv4Address("TCP", "192.0.2.7", 50000)

Patch = Callable[[object, str, object], object]


def _counting(first: int, size: int) -> bytes:
    return bytes(range(first, first + size))


SERVER_STATIC = X25519PrivateKey.from_private_bytes(_counting(0x00, 32))
CLIENT_STATIC = X25519PrivateKey.from_private_bytes(_counting(0x20, 32))
CLIENT_EPHEMERAL = X25519PrivateKey.from_private_bytes(_counting(0x40, 32))
SERVER_EPHEMERAL = X25519PrivateKey.from_private_bytes(_counting(0x60, 32))
ROOT = Ed25519PrivateKey.from_private_bytes(_counting(0x10, 32))
ONE_TIME_ID = "7K3M-9XQ2-HT5D-4WVB-0C8R"

#: Each connection: HELLO's random and ACK's connection; WELCOME's session and resume secret.
_START = (_counting(0xA0, 32), _counting(0xF0, 16))
_SESSION = (_counting(0xC0, 16), _counting(0x80, 32))
_ACCOUNT, _DEVICE = _counting(0xB0, 16), _counting(0xE0, 16)
_TOKENS = _counting(0x50, 32), _counting(0x70, 32)
_LATER = (_counting(0xD0, 16), _counting(0x80, 32))
_ROOM = _counting(0x90, 16)
#: In the order in which the server takes them.
RANDOM = (
    *(*_START, *_SESSION),
    _ACCOUNT,
    *(*_START, _TOKENS[0], _DEVICE, *_SESSION),
    *(*_START, _TOKENS[1], *_LATER),
    _ROOM,
)


class Conversation:
    """Everything that is said, by the names of the document's examples.

    :param patch: ``TestCase.patch``, for the two sources of what would be random.
    """

    def __init__(self, patch: Patch) -> None:
        self.said: dict[str, bytes] = {}
        store = memory_store()
        self._server = Server(store=store, wall=lambda: float(NOW))
        self._server.around.static = SERVER_STATIC
        self._server.around.name = "example"
        self._factory = NativeFactory(self._server.around)
        self._bob = self._enter_bob()
        self._erin = People(self._server, self._factory).member("erin")
        given = chain((CLIENT_EPHEMERAL, SERVER_EPHEMERAL), repeat(CLIENT_EPHEMERAL))
        random = iter(RANDOM)
        patch(noise, "X25519PrivateKey", SimpleNamespace(generate=lambda: next(given)))
        patch(secrets, "token_bytes", lambda size: _checked(random, size))
        self._client = Initiator(CLIENT_STATIC)
        self._frames = FrameParser()
        self._transport = StringTransport()
        self._protocol: Any = self._factory.buildProtocol(ADDRESS)
        self._keys()
        self._shake_hands()
        self._talk()
        self._leave()
        store.invite("dana", None, None, digest(canonical(ONE_TIME_ID)), NOW * 1001, NOW * 1000)
        self._enrol()
        self._sign_in()
        self._talk_for_good()
        self._come_back()

    def _enter_bob(self) -> Any:
        """Somebody to talk with; how he came in is not part of the example."""
        bob = self._server.hub.sign_in_guest(Guest(self._factory.door), "bob", b"")
        self._server.hub.execute(bob, Join("tea"))
        self._server.turn()
        return bob

    def _keys(self) -> None:
        for name, key in (
            ("server-static", SERVER_STATIC),
            ("client-static", CLIENT_STATIC),
            ("client-ephemeral", CLIENT_EPHEMERAL),
            ("server-ephemeral", SERVER_EPHEMERAL),
        ):
            self.said[f"{name}-private"] = key.private_bytes_raw()
            self.said[f"{name}-public"] = public_bytes(key)
        self.said["root-private"] = ROOT.private_bytes_raw()
        self.said["root-public"] = ROOT.public_key().public_bytes_raw()

    def _shake_hands(self) -> None:
        self._protocol.makeConnection(self._transport)
        frame = self._heard("hello-frame")
        hello = self._client.receive(frame)
        assert isinstance(hello, Hello)
        self.said["prologue-bytes"] = prologue(frame, Channel.PLAIN, b"")

        self.said["syn-payload"] = encode_struct(Syn(1, "alice", "example 1.0"))
        self._tell("syn-frame", self._client.proceed("alice", "example 1.0"))
        ack = self._client.receive(self._heard("ack-frame"))
        assert isinstance(ack, Ack)
        self.said["ack-payload"] = encode_struct(ack)

        ready = Ready("guest", ack.nick)
        self.said["ready-plaintext"] = encode(ready)
        self._tell("ready-frame", self._client.ready(ready))
        self._open("welcome")

    def _talk(self) -> None:
        self._ask("join", messages.Join(1, "tea"))
        self._open("joined")
        self._ask("say", messages.Say(2, "tea", "Hello, Bob!"))
        self._open("accepted")
        self._server.hub.execute(self._bob, Say("tea", "Hi Alice ☕"))
        self._open("room-said")
        self._ask("direct", messages.Direct(3, "carol", "Are you there?"))
        self._open("refused")
        self._ask("heartbeat", messages.Heartbeat())

    def _leave(self) -> None:
        self._ask("logout", messages.Logout(4))
        self._open("closing")
        assert self._transport.disconnecting

    def _enrol(self) -> None:
        """Another connection, with only what is in its records: dana's first device."""
        device = self._device = Device(self._server, self._factory)
        device.key, device.root = CLIENT_STATIC, ROOT
        self._keep("enrol", Ready("enrol", "", canonical(ONE_TIME_ID), None, device.new()))
        self._keep("enrolled", *device.enrol(ONE_TIME_ID))
        device.keep()
        self._keep("confirm", confirm := messages.ConfirmToken(1, device.token))
        self._keep("confirmed", device.ask(confirm))
        sign = replace(device.signing(device), id=2)
        self.said |= {"device-record": sign.record, "device-signature": sign.signature}
        self._keep("sign", sign)
        self._keep("signed", device.ask(sign))
        device.caller.lose()

    def _sign_in(self) -> None:
        """The same device, once more."""
        self._keep("token", Ready("device", "", self._device.token))
        self._keep("let-in", *self._device.by_token())

    def _talk_for_good(self) -> None:
        """In a room that lasts: dana makes it, erin enters, both say something."""
        dana, erin = self._device, self._erin.caller
        self._exchange("lasting-join", messages.Join(1, "club"), "lasting-joined")
        said = messages.Say(2, "club", "Anybody here?", 0, _ROOM, 1, 1)
        self._exchange("lasting-say", said, "lasting-accepted")
        self._exchange("follow", messages.Follow(3), "followed")
        erin.send(messages.Join(1, "club"), messages.Say(2, "club", "Me.", 0, _ROOM, 1, 1))
        (told,) = (one for one in dana.caller.received() if isinstance(one, messages.RoomSaid))
        self._keep("lasting-said", told)
        fetch = messages.Fetch(4, _ROOM, told.id - 1)
        self._exchange("fetch", fetch, "fetched")
        self._keep("acknowledge", messages.Acknowledge(_ROOM, told.id))

    def _exchange(self, name: str, request: messages.Request, answer: str) -> None:
        """What dana asks, and what she is answered."""
        self._keep(name, request)
        self._keep(answer, self._device.ask(request))

    def _come_back(self) -> None:
        """The first address again within a minute, where that is too soon."""
        self._server.around.entry.limits = EntryLimits(per_minute=1)
        self._transport.clear()
        self._factory.buildProtocol(ADDRESS).makeConnection(self._transport)
        self._heard("refusal-frame")

    def _keep(self, name: str, message: Struct) -> None:
        self.said[f"{name}-plaintext"] = encode(message)

    def _ask(self, name: str, message: Struct) -> None:
        assert self._client.records is not None
        self.said[f"{name}-plaintext"] = encode(message)
        self._tell(f"{name}-frame", self._client.records.sealer.seal(encode(message)))

    def _tell(self, name: str, frame: bytes) -> None:
        self.said[name] = frame
        self._protocol.dataReceived(frame)

    def _heard(self, name: str) -> bytes:
        """The body of the one frame that the server has sent."""
        self._server.turn()
        self.said[name] = self._transport.value()
        self._transport.clear()
        (body,) = self._frames.feed(self.said[name])
        return body

    def _open(self, name: str) -> None:
        """One record of the server, opened."""
        assert self._client.records is not None
        opened = self._client.records.opener.open(self._heard(f"{name}-frame"))
        packed = (len(message).to_bytes(2, "big") + message for message in opened)
        self.said[f"{name}-plaintext"] = b"".join(packed)


def _checked(random: Iterator[bytes], size: int) -> bytes:
    given = next(random)
    assert len(given) == size
    return given
