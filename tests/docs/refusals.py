"""Every refusal that ``docs/protocol.rst`` lists for a request, as something that alice asks in
vain: once as a guest, once as somebody who has an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twisted.internet.defer import Deferred, fail

from chatd.domain.blocks import MAX_BLOCKS, Party
from chatd.domain.limits import Limits
from chatd.domain.results import BanRow, ServiceRow
from chatd.errors import Code, Refused
from chatd.hub.bans import MAX_BANS, Ban
from chatd.hub.moderation import MAX_INVITED
from chatd.protocols.native.factory import NativeFactory
from chatd.services.fields import fields_of
from chatd.services.service import Rows, Service
from chatd.services.services import Services
from chatd.wire import messages as m
from tests.protocols.native.device import Device, People
from tests.protocols.native.signed import Signed
from tests.services.case import Answering, Word
from tests.support.server import Server
from tests.support.store import memory_store

LIMITS = Limits(nick=8, message=16, topic=8, password=8, away=8, rooms=2, rate_count=5)
LONG = "x" * 17
REASON = "x" * 256

Asked = tuple[m.Request, ...]
Case = tuple[Code, Asked]

#: With "tea" as many rooms as may be entered and left in a minute.
MOVES: Asked = (m.Join(1, "new"), m.Leave(2, "new"), m.Join(3, "new"))
#: Ten changes, which is all that may be made in ten seconds.
CHANGES: Asked = tuple(m.Away(number, str(number)) for number in range(10))


class Guests:
    """All are guests. Alice is in "tea" with bob; bob is in "vault" too, which has a password. Dave
    has blocked alice, who has blocked all but one of those that she may."""

    def __init__(self) -> None:
        self.server = Server(LIMITS)
        self.server.clock.advance(60)  # nobody has been typing in the last second
        factory = NativeFactory(self.server.around)
        bob, self.alice, dave = (
            Signed(self.server, factory, nick) for nick in ("bob", "alice", "dave")
        )
        dave.send(m.Block(1, "alice"))
        person = self.server.state.people.get("alice")
        assert person is not None
        alice = Party(person.identity, person.nick)
        for number in range(MAX_BLOCKS - 1):
            self.server.state.blocks.add(alice, Party(b"%d" % number, f"n{number}"))
        bob.send(m.Join(1, "tea"), m.Join(2, "vault", "secret"))
        self.alice.send(m.Join(1, "tea"))
        self.alice.received()

    def cases(self) -> tuple[Case, ...]:
        """The last request of each is refused; those before it are done."""
        return (*_ANYBODY, *_FOR_MEMBERS)


_ANYBODY: tuple[Case, ...] = (
    (Code.ROOM_INVALID, (m.Join(1, "a b"),)),
    (Code.ALREADY_IN_ROOM, (m.Join(1, "TEA"),)),
    (Code.WRONG_PASSWORD, (m.Join(1, "vault", "wrong"),)),
    (Code.TOO_MANY_ROOMS, (m.Join(1, "second"), m.Join(2, "third"))),
    (Code.PASSWORD_TOO_LONG, (m.Join(1, "new", LONG),)),
    (Code.BUSY, (m.Join(1, "vault", "secret"),)),
    (Code.LEVEL_TOO_LOW, (m.Join(1, "new", "", 1),)),
    (Code.NOT_IN_ROOM, (m.Leave(1, "vault"),)),
    (Code.TOO_MANY_MESSAGES, (*MOVES, m.Join(6, "new"))),
    (Code.TOO_MANY_MESSAGES, (*MOVES, m.Leave(6, "vault"))),
    (Code.NO_SUCH_ROOM, (m.Users(1, "nowhere"),)),
    (Code.NOT_IN_ROOM, (m.Users(1, "vault"),)),
    (Code.NICK_TAKEN, (m.Nick(1, "BOB"),)),
    (Code.NICK_INVALID, (m.Nick(1, "a b"),)),
    (Code.NICK_TOO_LONG, (m.Nick(1, LONG),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Nick(number, f"al{number}") for number in range(11))),
    (Code.NO_SUCH_NICK, (m.Direct(1, "carol", "hi"),)),
    (Code.BLOCKED, (m.Direct(1, "dave", "hi"),)),
    (Code.BLOCKED, (m.Invite(1, "tea", "dave"),)),
    (Code.NO_SUCH_NICK, (m.Block(1, "carol"),)),
    (Code.BLOCK_SELF, (m.Block(1, "ALICE"),)),
    (Code.TOO_MANY_BLOCKS, (m.Block(1, "bob"), m.Block(2, "dave"))),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Block(11, "bob"))),
    (Code.NOT_BLOCKED, (m.Unblock(1, "bob"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Unblock(11, "bob"))),
    (Code.MESSAGE_TOO_LONG, (m.Direct(1, "bob", LONG),)),
    (Code.MESSAGE_EMPTY, (m.Direct(1, "bob", ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Direct(number, "bob", "hi") for number in range(5))),
    (Code.CONVERSATION_CHANGED, (m.Direct(1, "bob", "hi", 0, bytes(16)),)),
    (Code.RELATION_INVALID, (m.Direct(1, "bob", "hi", relation=1, ref=1),)),
    (Code.NO_SUCH_NICK, (m.OpenPair(1, "carol"),)),
    (Code.NOT_IN_ROOM, (m.Say(1, "vault", "hi"),)),
    (Code.CONVERSATION_CHANGED, (m.Say(1, "tea", "hi", 0, bytes(16)),)),
    (Code.RELATION_INVALID, (m.Say(1, "tea", "hi", relation=1, ref=1),)),
    (Code.MESSAGE_TOO_LONG, (m.Say(1, "tea", LONG),)),
    (Code.MESSAGE_EMPTY, (m.Say(1, "tea", ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Say(number, "tea", "hi") for number in range(5))),
    (Code.NOT_IN_ROOM, (m.Topic(1, "vault", "hi"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Topic(11, "tea", "hi"))),
    (Code.TOPIC_TOO_LONG, (m.Topic(1, "tea", LONG),)),
    (Code.NO_SUCH_NICK, (m.Whois(1, "carol"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Away(11, "hi"))),
    (Code.AWAY_TOO_LONG, (m.Away(1, LONG),)),
    (Code.NOT_IN_ROOM, (m.Typing(1, True, "vault"),)),
    (Code.NO_SUCH_NICK, (m.Typing(1, True, "", "carol"),)),
    (Code.MESSAGE_TOO_LONG, (m.Broadcast(1, LONG),)),
    (Code.MESSAGE_EMPTY, (m.Broadcast(1, ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Broadcast(number, "hi") for number in range(5))),
)

_FOR_MEMBERS: tuple[Case, ...] = tuple(
    (Code.ACCOUNT_NEEDED, asked)
    for asked in (
        (m.Join(1, "new", "", 0, True),),
        (m.SaySealed(1, b"", 0, 0, b"hi", "", "bob"),),
        (m.Follow(1),),
        (m.Fetch(1, bytes(16), 0),),
        (m.MarkRead(1, bytes(16), 1),),
        (m.GetProgress(1, bytes(16)),),
        (m.Receipts(1, bytes(16)),),
        (m.HideSeen(1, True),),
        (m.ConfirmToken(1, bytes(32)),),
        (m.Devices(1),),
        (m.AddDevice(1),),
        (m.SignDevice(1, bytes(16), b"", b""),),
        (m.RevokeDevice(1, bytes(16)),),
        (m.SetPassword(1, "", "password"),),
        (m.DeleteAccount(1),),
        (m.Directory(1),),
        (m.Join(1, "own"), m.SetRoom(2, "own", None, True)),
    )
)


class Members:
    """Alice has level 1 and owns "den", where she is alone, "safe", which is sealed, and "nook".
    Bob, whose level is 2, owns "tea", where she is too, "club", which is private, "high", whose
    level is 2, and "barred", from which she is banned. The guest carol is in nook, which has all
    the invitations and bans that a room can have, and banned from den. Dave has blocked alice."""

    def __init__(self) -> None:
        self.server = Server(Limits(), store=memory_store())
        self._factory = NativeFactory(self.server.around)
        people = People(self.server, self._factory)
        self._bob, self._device = people.member("bob", 2), people.member("alice")
        people.member("dave").caller.send(m.Block(1, "alice"))
        self.alice = self._device.caller
        self._open_rooms()
        self.server.state.services = Services([self._service(*one) for one in _SERVICES])
        self.server.state.limits = replace(LIMITS, broadcast_level=2)
        self.server.state.configure()
        self.server.clock.advance(60)
        self.alice.received()

    def cases(self) -> tuple[Case, ...]:
        """The last request of each is refused; those before it are done."""
        return (*_IN_ROOMS, *_OF_SERVICES, *_of_devices(self._device), *_DELIVERY)

    def _open_rooms(self) -> None:
        bob, carol = self._bob.caller, Signed(self.server, self._factory, "carol")
        bob.send(m.Join(1, "tea"), m.Join(2, "club", "", 0, True), m.Join(3, "high", "", 2))
        bob.send(m.Join(4, "barred"), m.Ban(5, "barred", "alice"))
        bob.send(m.SetRoom(6, "tea", None, None, True))
        self.alice.send(m.Join(1, "tea"), m.Join(2, "nook"), m.Join(3, "den"))
        self.alice.send(m.Ban(4, "den", "carol"), m.Join(5, "safe", "", 0, False, True))
        carol.send(m.Join(1, "nook"))
        nook = self.server.state.rooms.get("nook")
        assert nook is not None
        nook.invited.update(b"%d" % number for number in range(MAX_INVITED))
        for number in range(MAX_BANS):
            nook.bans.add(Ban(BanRow(f"n{number}", "", "", 0, 0), b"-", frozenset(), 0.0))

    def _service(self, name: str, level: int, answer: Callable[..., object]) -> Service:
        row = ServiceRow(name, "for tests", level, fields_of(Word))
        run = _too_many if name == "full" else None
        return Service(row, fields_of(Word), Answering(answer), self.server.clock, run)


def _too_many(_: object) -> Deferred[Rows]:
    return fail(Refused(Code.BUSY, wait=1.0))


_SERVICES: tuple[tuple[str, int, Callable[..., object]], ...] = (
    ("echo", 0, lambda asker, word: word),
    ("ops", 2, lambda asker, word: word),
    ("broken", 0, lambda asker, word: 1 / 0),
    ("slow", 0, lambda asker, word: Deferred()),
    ("full", 0, lambda asker, word: word),
)

_OF_SERVICES: tuple[Case, ...] = (
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.CallService(11, "echo"))),
    (Code.BUSY, (m.CallService(1, "full"),)),
    (Code.LEVEL_TOO_LOW, (m.CallService(1, "ops"),)),
    (Code.NO_SUCH_SERVICE, (m.CallService(1, "nothing"),)),
    (Code.SERVICE_REQUEST_INVALID, (m.CallService(1, "echo", {"txet": "hi"}),)),
    (Code.SERVICE_FAILED, (m.CallService(1, "broken"),)),
    (Code.SERVICE_TIMEOUT, (m.CallService(1, "slow"),)),
)


def _of_devices(device: Device) -> tuple[Case, ...]:
    first, second = (device.signing(device, version) for version in (1, 2))
    forged = m.SignDevice(1, first.device, first.record, bytes(64))
    stranger = m.SignDevice(1, bytes(16), first.record, first.signature)
    password = m.SetPassword(1, "", "password")
    return (
        (Code.TOKEN_UNKNOWN, (m.ConfirmToken(1, bytes(32)),)),
        (Code.NO_SUCH_ACCOUNT, (m.Devices(1, "nobody"),)),
        (Code.TOO_MANY_MESSAGES, (*CHANGES, m.AddDevice(11))),
        (Code.LINKS_OFF, (m.AddDevice(1),)),
        (Code.TOO_MANY_MESSAGES, (*CHANGES, first)),
        (Code.NO_SUCH_DEVICE, (stranger,)),
        (Code.RECORD_OLD, (second, first)),
        (Code.RECORD_INVALID, (forged,)),
        (Code.TOO_MANY_MESSAGES, (*CHANGES, m.RevokeDevice(11, first.device))),
        (Code.NO_SUCH_DEVICE, (m.RevokeDevice(1, bytes(16)),)),
        (Code.TOO_MANY_MESSAGES, (*CHANGES, password)),
        (Code.PASSWORD_TOO_LONG, (m.SetPassword(1, "", LONG),)),
        (Code.PASSWORD_TOO_SHORT, (m.SetPassword(1, "", "short"),)),
        (Code.BUSY, (password,)),
        (Code.OLD_PASSWORD_WRONG, (password, m.SetPassword(2, "guess", "passw0rd"))),
        (Code.TOO_MANY_MESSAGES, (*CHANGES, m.DeleteAccount(11))),
        (Code.DISPLAY_INVALID, (m.Nick(1, "two\nlines"),)),
    )


_IN_ROOMS: tuple[Case, ...] = (
    (Code.LEVEL_TOO_LOW, (m.Join(1, "high"),)),
    (Code.NOT_INVITED, (m.Join(1, "club"),)),
    (Code.BANNED, (m.Join(1, "barred"),)),
    (Code.SETTING_INVALID, (m.Leave(1, "tea"), m.Join(2, "tea", "", 1))),
    (Code.TOPIC_LOCKED, (m.Topic(1, "tea", "hi"),)),
    (Code.LEVEL_TOO_LOW, (m.Broadcast(1, "hi"),)),
    (Code.NOT_IN_ROOM, (m.Invite(1, "club", "carol"),)),
    (Code.ALREADY_IN_ROOM, (m.Invite(1, "tea", "bob"),)),
    (Code.NO_SUCH_NICK, (m.Invite(1, "tea", "nobody"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Invite(11, "tea", "carol"))),
    (
        Code.LEVEL_TOO_LOW,
        (m.SetRoom(1, "den", 1), m.Unban(2, "den", "~carol"), m.Invite(3, "den", "carol")),
    ),
    (Code.BANNED, (m.Invite(1, "den", "carol"),)),
    (Code.TOO_MANY_INVITED, (m.Invite(1, "nook", "bob"),)),
    (Code.NOT_IN_ROOM, (m.Kick(1, "club", "bob"),)),
    (Code.NO_SUCH_NICK, (m.Kick(1, "den", "carol"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Kick(11, "den", "carol"))),
    (Code.NOT_ALLOWED, (m.Kick(1, "tea", "bob"),)),
    (Code.REASON_TOO_LONG, (m.Kick(1, "den", "carol", REASON),)),
    (Code.NOT_IN_ROOM, (m.Ban(1, "club", "bob"),)),
    (Code.NO_SUCH_NICK, (m.Ban(1, "den", "nobody"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Ban(11, "den", "carol"))),
    (Code.NOT_ALLOWED, (m.Ban(1, "tea", "carol"),)),
    (Code.REASON_TOO_LONG, (m.Ban(1, "den", "carol", REASON),)),
    (Code.TOO_MANY_BANS, (m.Ban(1, "nook", "carol"),)),
    (Code.NOT_IN_ROOM, (m.Unban(1, "club", "bob"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.Unban(11, "den", "~carol"))),
    (Code.NOT_ALLOWED, (m.Unban(1, "tea", "bob"),)),
    (Code.NOT_BANNED, (m.Unban(1, "den", "bob"),)),
    (Code.NOT_IN_ROOM, (m.Bans(1, "club"),)),
    (Code.NOT_ALLOWED, (m.Bans(1, "tea"),)),
    (Code.NOT_IN_ROOM, (m.SetRoom(1, "club"),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.SetRoom(11, "den"))),
    (Code.LEVEL_TOO_LOW, (m.SetRoom(1, "den", 2),)),
    (Code.NOT_ALLOWED, (m.SetRoom(1, "tea", None, None, False),)),
    (Code.SETTING_INVALID, (m.SetRoom(1, "den", 10),)),
    (Code.NOT_IN_ROOM, (m.SetStanding(1, "club", "bob", 0),)),
    (Code.NO_SUCH_NICK, (m.SetStanding(1, "den", "carol", 1),)),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.SetStanding(11, "den", "alice", 2))),
    (Code.NOT_ALLOWED, (m.SetStanding(1, "tea", "bob", 0),)),
    (
        Code.ACCOUNT_NEEDED,
        (m.SetRoom(1, "nook", None, True), m.SetStanding(2, "nook", "carol", 2)),
    ),
    (Code.SETTING_INVALID, (m.SetStanding(1, "den", "alice", 3),)),
)


# ------------------------------------------------------------ delivery

#: What makes a message at a place of the outbox: one for each request that can.
_SAYING: tuple[Callable[..., m.Request], ...] = (
    lambda epoch, seq, text: m.Direct(seq, "bob", text, 0, b"", epoch, seq),
    lambda epoch, seq, text: m.Say(seq, "tea", text, 0, b"", epoch, seq),
    lambda epoch, seq, text: m.SaySealed(seq, b"", epoch, seq, text.encode(), "safe"),
)


def _outbox(say: Callable[..., m.Request]) -> tuple[Case, ...]:
    """What is refused by its place; of the answers that were given, only the last is kept."""
    return (
        (Code.CONFLICT, (say(1, 1, "hi"), say(1, 1, "ho"))),
        (Code.OUT_OF_ORDER, (say(1, 2, "hi"),)),
        (Code.EPOCH_OLD, (say(2, 1, "hi"), say(1, 1, "hi"))),
        (Code.REPEATED, (say(1, 1, "hi"), say(1, 2, "hi"), say(1, 1, "hi"))),
    )


def _sealed(body: bytes = b"hi", room: str = "", to: str = "", **fields: object) -> m.SaySealed:
    return m.SaySealed(1, b"", 0, 0, body, room, to, **fields)  # type: ignore[arg-type]


_DELIVERY: tuple[Case, ...] = (
    *(case for say in _SAYING for case in _outbox(say)),
    (Code.KIND_MISMATCH, (m.Say(1, "safe", "hi"),)),
    (Code.KIND_MISMATCH, (_sealed(room="tea"),)),
    (Code.NOT_IN_ROOM, (_sealed(room="club"),)),
    (Code.NO_SUCH_NICK, (_sealed(to="nobody"),)),
    (Code.BLOCKED, (_sealed(to="dave"),)),
    (Code.MESSAGE_EMPTY, (_sealed(b"", to="bob"),)),
    (Code.MESSAGE_TOO_LONG, (_sealed(LONG.encode(), to="bob"),)),
    (
        Code.TOO_MANY_MESSAGES,
        tuple(m.SaySealed(number, b"", 0, 0, b"hi", "safe") for number in range(5)),
    ),
    (Code.CONVERSATION_CHANGED, (m.SaySealed(1, bytes(16), 0, 0, b"hi", "safe"),)),
    (Code.DEVICES_CHANGED, (_sealed(to="bob", parts={bytes(16): b"hi"}),)),
    *(
        (Code.NO_SUCH_CONVERSATION, (asked,))
        for asked in (
            m.Fetch(1, bytes(16), 0),
            m.MarkRead(1, bytes(16), 1),
            m.GetProgress(1, bytes(16)),
            m.Receipts(1, bytes(16)),
        )
    ),
    (Code.TOO_MANY_MESSAGES, (*CHANGES, m.HideSeen(11, True))),
)
