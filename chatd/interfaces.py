"""The stable faces: what the hub is to a door, and what doors, services, a store must offer.

A door or a service of somebody else's distribution needs this module, ``domain`` and ``errors``,
and the surroundings that it is handed. ``docs/architecture.rst`` shows how to write one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twisted.internet.defer import Deferred

    from chatd.domain.account import Account, Device, NewDevice, Role
    from chatd.domain.administration import Order
    from chatd.domain.blocks import Party
    from chatd.domain.commands import Command, Standing
    from chatd.domain.conversation import QueueLimits
    from chatd.domain.credentials import Credentials
    from chatd.domain.events import Event
    from chatd.domain.message import (
        Delivered,
        Followed,
        NewMessage,
        Page,
        PersonProgress,
        Posted,
        StoredCounts,
    )
    from chatd.domain.results import Result, ServiceRow
    from chatd.domain.room_record import BanRecord, NewRoom, RoomChanges, RoomRecord
    from chatd.domain.sign_in import Redeemed, Registered, TokenSignIn
    from chatd.errors import ChatError


class IDoor(Interface):
    """A kind of door: how events become its bytes. One object serves all its sessions."""

    name = Attribute("the protocol's name (str)")
    capabilities = Attribute("a chatd.domain.capabilities.Capabilities")

    def encode(event: Event) -> bytes:
        """Encode an event once for every session of this kind.

        :return: b"" where this protocol has no words for the event.
        """

    def join(messages: list[bytes]) -> list[bytes]:
        """Join encoded messages into as few pieces as the protocol can send at once.

        A piece is whole messages, never part of one.
        """


class IPeer(Interface):
    """One connection, as the hub sees it."""

    door = Attribute("the IDoor whose words it speaks")
    address = Attribute("where it comes from, for limits and the audit log (str)")

    def deliver(pieces: list[bytes]) -> None:
        """Queue encoded pieces; they are sent at the end of the turn, in order."""

    def close(error: ChatError) -> None:
        """Say why, then end the connection. ``sign_out`` or ``suspend`` need not be called then."""


class ISession(Interface):
    """Somebody who is signed in, whether their connection is up or lost for the moment."""

    id = Attribute("16 random bytes that name the session")
    secret = Attribute("32 random bytes that take it back")
    nick = Attribute("the nick, as shown (str)")
    room_names = Attribute("the names of the rooms it is in, in the order of joining (list of str)")
    peer = Attribute("the IPeer that speaks for it")
    account = Attribute("the chatd.domain.account.Account; None for a guest")
    device = Attribute("the chatd.domain.account.Device; None for a guest")


class IHub(Interface):
    """The hub, as a door sees it. All calls come from the reactor's thread."""

    limits = Attribute("a chatd.domain.limits.Limits")
    liveness = Attribute("a chatd.domain.limits.Liveness")
    turn = Attribute("the chatd.domain.turn.Turn to flush peers in")
    guests = Attribute("whether guests are let in (bool)")
    methods = Attribute("the ways in that are open: of guest, password, enrol, device (list)")

    def advise(nick: str) -> str:
        """The nick that would be granted now to one who wants ``nick``; nothing is reserved."""

    def sign_in_guest(peer: IPeer, nick: str, key: bytes) -> ISession:
        """Let a guest in under ``nick``, or under the lowest free ``randN`` where that is "".

        :param key: the connection's public key, b"" where the door has none.
        :raises EntryError: guests are off, or the server is full.
        :raises Refused: the nick is taken or not usable.
        """

    def sign_in(
        peer: IPeer, credentials: Credentials, key: bytes, began: float
    ) -> Deferred[tuple[ISession, bytes]]:
        """Let somebody in by what they show. The peer is told nothing before the Deferred fires.

        A door whose connection is lost meanwhile cancels the Deferred, and nobody enters; or it
        calls ``suspend`` with the session that it gets.

        :param key: the connection's public key: a device is known by it.
        :param began: monotonic seconds at which the connection's handshake began.
        :return: the session, and the token that its device has to store for the next time (b"" for
            a guest).
        :raises EntryError: nobody was let in, and why.
        :raises Refused: the nick is taken or not usable, or too many passwords wait (BUSY).
        """

    def administer(order: Order) -> Deferred[Any]:
        """Do what the admin orders through chatctl; :mod:`chatd.domain.administration` says what
        each order gives.

        :raises Refused: it cannot be done.
        """

    def now() -> int:
        """The server's time, milliseconds since the epoch."""

    def resume(
        peer: IPeer, session_id: bytes, secret: bytes, key: bytes
    ) -> tuple[ISession, list[bytes], bool]:
        """Give a session to a new connection; an old one still open is closed.

        :return: the session, the encoded pieces kept for it (the peer delivers them after its
            greeting), and whether more may have happened than was kept.
        :raises EntryError: no such session, another secret or another key (RESUME_FAILED).
        """

    def execute(session: ISession, command: Command) -> Result | Deferred[Result]:
        """Do what a session asks.

        :return: the result, or a Deferred where it takes work off the reactor's thread. The door
            hands the next command of the same session in only when the last one has its result;
            but for CallService, which others need not wait for.
        :raises Refused: at once, or through the Deferred.
        """

    def suspend(session: ISession) -> None:
        """The connection was lost: where the door resumes, keep the place for the grace time."""

    def sign_out(session: ISession) -> None:
        """The person left, or cannot come back: they are gone at once. Harmless when repeated."""


class IProtocolPlugin(Interface):
    """What ``twisted/plugins/*.py`` of any distribution offers: names and strings only."""

    name = Attribute("what ``--listen NAME=…`` calls it (str)")
    description = Attribute("one line for ``--help`` (str)")
    factory = Attribute(
        "dotted name of a callable (Surroundings) -> IProtocolFactory, imported when used (str)"
    )


class IPasswords(Interface):
    """Salted, memory-hard hashes, made off the reactor's thread."""

    def hash(password: str) -> Deferred[str]:
        """:raises Refused: too many are waiting (BUSY)."""

    def verify(password: str, phc: str) -> Deferred[bool]:
        """:raises Refused: too many are waiting (BUSY)."""


class IAudit(Interface):
    """The audit log."""

    def record(event: str, **fields: object) -> None:
        """Write one line; fields outside the allow-list raise ValueError."""


class IStore(Interface):
    """What must survive. Every method is one transaction: all of it is done, on the disk, or none.

    All return Deferreds that fire on the reactor's thread and fail with
    :class:`~chatd.errors.Refused` (STORE_FAILED) where the disk or the database gave up: then
    nothing was changed. Those named so far belong to accounts; ``now`` is milliseconds since the
    epoch, tokens and one-time IDs come as their SHA-256.
    """

    def handles() -> Deferred[frozenset[str]]:
        """Every handle that was ever used, folded, those of removed accounts too."""

    def account(handle: str) -> Deferred[Account | None]:
        """The account of a handle, whatever case it is written in; None for none or a removed."""

    def accounts(after: str, count: int) -> Deferred[list[Account]]:
        """Up to ``count`` accounts by folded handle, after ``after`` ("" for the first)."""

    def invite(
        handle: str, level: int | None, role: Role | None, id_hash: bytes, expires: int, now: int
    ) -> Deferred[Account]:
        """A one-time ID for an account, which is made if there is none of that handle; an earlier
        unused ID from an admin is void. For an account that exists, a level or role that is not
        None takes effect.

        :raises Refused: HANDLE_USED, the handle was that of a removed account.
        """

    def add_account(account: Account) -> Deferred[Account]:
        """:raises Refused: HANDLE_TAKEN or HANDLE_USED."""

    def set_level(account: bytes, level: int) -> Deferred[Account]:
        """Here and below: the account as it is then; :raises Refused: NO_SUCH_ACCOUNT."""

    def set_role(account: bytes, role: Role) -> Deferred[Account]:
        """Another role."""

    def set_disabled(account: bytes, disabled: bool) -> Deferred[Account]:
        """Nobody signs in to a disabled account."""

    def set_display(account: bytes, display: str) -> Deferred[Account]:
        """Another display name."""

    def set_password(account: bytes, phc: str, by: bytes = b"") -> Deferred[Account]:
        """Another password, or none ("").

        :param by: the id of the device that wants it, which must be in use then; b"" for an admin.
        :raises Refused: NO_SUCH_DEVICE, it was suspended or revoked meanwhile.
        """

    def remove(account: bytes, now: int) -> Deferred[tuple[Account, list[Delivered]]]:
        """The account with its devices, tokens, IDs is gone; its handle stays used, unless nobody
        ever signed in to it.

        :return: with it the letters by which senders' devices are told what it never got.
        """

    def devices(account: bytes) -> Deferred[list[Device]]:
        """All devices of an account, the oldest first, revoked ones too."""

    def device(key: bytes) -> Deferred[tuple[Account, Device] | None]:
        """Whose static key this is."""

    def device_of_id(device: bytes) -> Deferred[tuple[Account, Device] | None]:
        """The same, by the device's id."""

    def devices_of_prefix(prefix: str, count: int) -> Deferred[list[tuple[Account, Device]]]:
        """Up to ``count`` devices whose id in hex begins so: 1 to 32 of 0-9 and a-f."""

    def add_enrolment(account: bytes, id_hash: bytes, expires: int, now: int) -> Deferred[None]:
        """A one-time ID made by one of the person's devices; others stay good. It is void when one
        of their devices is suspended or revoked: which of them made it is nowhere kept."""

    def redeem(id_hash: bytes, new: NewDevice, token_hash: bytes, now: int) -> Deferred[Redeemed]:
        """Use up a one-time ID: bind it to the device's key, make the device and its first token,
        set the account's root where it has none. The same key may repeat it until one of the tokens
        is confirmed, and gets one more token. An active device of the account may use another ID;
        then this token is its only one. A suspended one needs a new key: whoever has its copied
        vault has the old key too.

        :raises Refused: ID_UNKNOWN, ID_EXPIRED, ID_USED, ACCOUNT_DISABLED, DEVICE_TAKEN (the key
            belongs to a device of another account), DEVICE_SUSPENDED, DEVICE_REVOKED,
            TOO_MANY_DEVICES; then the ID is as good as before.
        """

    def register(
        account: bytes, phc: str, new: NewDevice, token_hash: bytes, now: int
    ) -> Deferred[Registered]:
        """After a password: the device of this key, made (unsigned) if there is none, with one more
        token that is good at once.

        :param phc: the hash that the password was checked against; it must still be the account's.
        :raises Refused: NO_SUCH_ACCOUNT, CREDENTIALS_WRONG, ACCOUNT_DISABLED, DEVICE_TAKEN,
            DEVICE_SUSPENDED, DEVICE_REVOKED, TOO_MANY_DEVICES.
        """

    def sign_in(
        key: bytes, token_hash: bytes, successor_hash: bytes, late: bool, now: int
    ) -> Deferred[TokenSignIn]:
        """A device signs in with its token and gets a successor; see ``docs/security.rst``, Tokens.

        :param late: the connection began before the device last confirmed a token: a dead token is
            then no alarm.
        """

    def confirm(device: bytes, token_hash: bytes, now: int) -> Deferred[bool]:
        """The device has stored a token: from now on it is the only one.

        :return: whether it is one of the device's tokens; nothing is changed where it is not.
        """

    def suspend(device: bytes) -> Deferred[Device]:
        """Until it is enrolled anew; :raises Refused: NO_SUCH_DEVICE."""

    def revoke(device: bytes) -> Deferred[Device]:
        """For good, with its tokens; :raises Refused: NO_SUCH_DEVICE."""

    def sign_device(device: bytes, record: bytes, signature: bytes) -> Deferred[Device]:
        """Keep a device's record and the root's signature, which the caller has checked; a record
        with a version below the kept one is refused.

        :raises Refused: NO_SUCH_DEVICE, RECORD_OLD.
        """

    def blocks() -> Deferred[list[tuple[Party, Party]]]:
        """Every block between accounts: who has blocked whom."""

    def block(account: bytes, blocked: bytes) -> Deferred[None]:
        """An account has blocked another one, for as long as there are both. Harmless when
        repeated.

        :raises Refused: NO_SUCH_ACCOUNT, one of the two.
        """

    def unblock(account: bytes, blocked: bytes) -> Deferred[None]:
        """The end of that. Harmless when repeated."""

    def rooms() -> Deferred[list[RoomRecord]]:
        """Every room that lasts, with its members, bans and invitations."""

    def add_room(room: NewRoom, now: int) -> Deferred[int]:
        """A room with its first member; all of that account's devices follow it.

        :return: the number after which its messages are counted.
        :raises Refused: ALREADY_IN_ROOM, there is a room of that name; NO_SUCH_ACCOUNT.
        """

    def enter_room(room: bytes, account: bytes, standing: Standing) -> Deferred[int]:
        """One more member: an invitation is used up, and all of the account's devices follow the
        room from now on, or from the oldest message that the room keeps.

        :return: the number after which they get its messages.
        :raises Refused: NO_SUCH_ROOM, ALREADY_IN_ROOM, NO_SUCH_ACCOUNT.
        """

    def leave_room(room: bytes, account: bytes) -> Deferred[None]:
        """One member less; what was said up to now is still delivered. After an owner, the
        longest-standing moderator, else member, who is not disabled owns the room; with the last
        member it ends. Accounts that are removed, or whose level is lowered below a room's, leave
        in the same way. Harmless when repeated."""

    def set_room(room: bytes, changes: RoomChanges) -> Deferred[None]:
        """Other settings; :raises Refused: NO_SUCH_ROOM."""

    def set_standings(room: bytes, standings: Mapping[bytes, Standing]) -> Deferred[None]:
        """Other standings of some of the members, by account."""

    def put_out(room: bytes, account: bytes, letter: bytes, now: int) -> Deferred[list[Delivered]]:
        """A member leaves against their will: ``letter`` is put into the mailboxes of their
        devices.

        :return: the letters; none where they were no member.
        """

    def ban(room: bytes, ban: BanRecord, letter: bytes) -> Deferred[list[Delivered]]:
        """A later one of the same target takes the earlier one's place. An account is put out of
        the room by it, with such a letter, and an invitation of it is void.

        :return: the letters.
        :raises Refused: NO_SUCH_ROOM.
        """

    def unban(room: bytes, target: str) -> Deferred[None]:
        """The end of a ban; harmless when there is none."""

    def invite_to_room(room: bytes, account: bytes) -> Deferred[None]:
        """Somebody may enter a private room; harmless when repeated.

        :raises Refused: NO_SUCH_ROOM, NO_SUCH_ACCOUNT.
        """

    def post(message: NewMessage) -> Deferred[Posted]:
        """Take a message: it gets its number in the commit, and so do its letters. The devices that
        follow the conversation then are the ones that are to get it.

        :raises Refused: CONFLICT, OUT_OF_ORDER, EPOCH_OLD, REPEATED (it was taken, too long ago to
            say when), NOT_IN_ROOM (the sender is in it no more, or it has ended),
            NO_SUCH_CONVERSATION (an account of a pair is gone), DEVICES_CHANGED (a part or a letter
            is for a device that does not follow it), DEVICE_REVOKED (the sender's is in use no
            more), TOO_MANY_MESSAGES (too many letters of the sender wait in a mailbox).
        """

    def first_answer(message: NewMessage) -> Deferred[Posted | None]:
        """What was answered to a message when it was taken, whatever has become of its conversation
        and of its sender's place there; None where it was not, or too long ago."""

    def follow(device: bytes, after: bytes, count: int) -> Deferred[tuple[list[Followed], int]]:
        """Up to ``count`` conversations that a device is to get something of, or may be told of
        later, after the id ``after``; and the highest epoch of the device's outbox."""

    def fetch(
        device: bytes, conversation: bytes, after: int, count: int, size: int
    ) -> Deferred[Page]:
        """What a device is to get of a conversation after a number: up to ``count`` messages whose
        bodies have up to ``size`` bytes, but one at least.

        :raises Refused: NO_SUCH_CONVERSATION, the device does not follow it.
        """

    def acknowledge(acknowledged: list[tuple[bytes, bytes, int]]) -> Deferred[None]:
        """Devices have stored what they got: device, conversation, up to which number. What all
        have is deleted, unless its room keeps it. Beyond the last number, it is that. What makes no
        sense is passed over."""

    def mark_read(account: bytes, conversation: bytes, number: int, quiet: bool) -> Deferred[int]:
        """Somebody has read a conversation up to a number; it never goes back, nor beyond the last.

        :return: what they have read up to now; 0 where neither that nor what others know has moved.
        :raises Refused: NO_SUCH_CONVERSATION, none of the account's devices follows it.
        """

    def progress(conversation: bytes) -> Deferred[list[PersonProgress]]:
        """How far each person in a conversation is, by handle, then those who have left and have
        not got all that they are to get. Who came into a room has read what was said before what
        they get."""

    def pairs(account: bytes) -> Deferred[list[bytes]]:
        """The accounts with which somebody has talked."""

    def sweep(limits: QueueLimits, now: int) -> Deferred[list[Delivered]]:
        """Drop what has waited too long or is too much, and what no room keeps any longer; devices
        that have not come for as long, while their person came by another one, follow nothing any
        more until they do.

        :return: the letters by which senders' devices are told that somebody never gets a message.
        """

    def counts() -> Deferred[StoredCounts]:
        """How much is stored."""

    def seen(account: bytes, now: int) -> Deferred[None]:
        """Somebody was here until now."""

    def hide_seen(account: bytes, hidden: bool) -> Deferred[Account]:
        """Nobody is told when somebody was here last, or people are."""

    def export() -> Deferred[Iterator[str]]:
        """Everything, as JSON lines without line ends, in an order that equal stores share; from
        one consistent moment. The iterator is read on any thread but the reactor's."""


class IServicePlugin(Interface):
    """What ``twisted/plugins/*.py`` of any distribution offers: names and strings only."""

    name = Attribute(
        "what people call it: at most 32 of a-z, 0-9 and -, the first of them a letter (str)"
    )
    description = Attribute("one line for lists, at most 200 characters (str)")
    service = Attribute(
        "dotted name of a callable (ServiceSurroundings) -> IService, imported at start (str)"
    )


class IAsker(Interface):
    """Who asks a service something, for as long as the service has not answered."""

    nick = Attribute("an account's handle, or a guest's nick, as shown (str)")
    account = Attribute('the account\'s id; b"" for a guest')
    level = Attribute("0 to 9; 0 for a guest (int)")
    role = Attribute("a chatd.domain.account.Role")

    def ask(question: Command) -> Deferred[Any]:
        """Ask the hub in the asker's name: the result is what the asker may see.

        :param question: a command that changes nothing: Whois, ListUsers, ListRooms, ListMine,
            ListBans, ListDevices, ListDirectory.
        :raises Refused: through the Deferred: as the asker would be, or since the asker has left
            (LOGGED_OUT) or is not waiting any more (SERVICE_TIMEOUT).
        :raises TypeError: through the Deferred: any other command.
        :raises RuntimeError: on a thread, where a blocking service runs.
        """


class IService(Interface):
    """A named service: a typed request in, a typed reply out.

    Both types are dataclasses whose fields are ``str``, ``int`` or ``bool``, each with
    ``field(metadata={"meaning": …})``, one line for people. A request has been checked against its
    type: texts have at most 4096 characters, numbers 64 bits.
    """

    level = Attribute("the lowest level that may use it, 0 to 9; guests have 0 (int)")
    blocking = Attribute(
        "whether ``answer`` waits for disks, networks, locks: it is then called on a thread, and "
        "cannot ask the hub (bool)"
    )
    request = Attribute("the dataclass that it takes (type)")
    reply = Attribute("the dataclass that it gives (type)")

    def answer(asker: IAsker, request: Any) -> Any:
        """Answer, within 5 seconds.

        :return: a reply, or a list of them; unless the service is blocking, also a coroutine or a
            Deferred of one of these. All of it together fits one message: 60 000 bytes.
        :raises Refused: the answer is no, and why. Anything else is a failure: it is logged, and
            the asker is told no more than that.
        """


class IServices(Interface):
    """The services of a daemon, as its hub sees them."""

    def rows(level: int) -> tuple[ServiceRow, ...]:
        """Those that somebody of this level may use, by name."""

    def call(
        session: ISession,
        name: str,
        request: Mapping[str, str | int | bool],
        ask: Callable[[Command], Deferred[Any]],
    ) -> Deferred[tuple[Mapping[str, str | int | bool], ...]]:
        """Let a service answer.

        :param ask: does a question in the name of the session.
        :return: rows of values by field name.
        :raises Refused: through the Deferred: NO_SUCH_SERVICE, LEVEL_TOO_LOW,
            SERVICE_REQUEST_INVALID, SERVICE_FAILED, SERVICE_TIMEOUT, BUSY, or what the service
            itself says.
        """
