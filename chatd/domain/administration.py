"""What an admin may order through chatctl, while the daemon runs or on a stopped one: one frozen
value per order, no behaviour. ``hub/administration.py`` does them.

Handles are as typed, in any case. Times are milliseconds since the epoch (UTC). A page has at most
:data:`PAGE` rows, and the next one is asked for after its last name; the last page is an empty one.
"""

from __future__ import annotations

from dataclasses import field

from chatd.domain.account import ENROLMENT_LIFE, Account, Device, Role
from chatd.domain.message import StoredCounts
from chatd.domain.value import value

PAGE = 200

#: A year, in milliseconds.
LONGEST_LIFE = 366 * 24 * 3600 * 1000


@value
class Enrol:
    """A one-time ID for a person; the account is made if there is none. Gives :class:`Enrolled`.

    :ivar level: None leaves it, or is 1 for a new account; ``role`` likewise (member).
    :ivar life: milliseconds until the ID expires, at most :data:`LONGEST_LIFE`.
    """

    handle: str
    level: int | None = None
    role: Role | None = None
    life: int = ENROLMENT_LIFE


@value
class EnrolAdmin:
    """The same for the first admin. Gives None where some admin can sign in already; refused where
    the handle is that of somebody who is no admin, or of one who was disabled."""

    handle: str


@value
class Enrolled:
    """The ID is told here and never again."""

    account: Account
    one_time_id: str = field(repr=False)
    expires: int


@value
class ListAccounts:
    """A page of all accounts after a handle. Gives a tuple of :class:`AccountRow`."""

    after: str = ""


@value
class AccountRow:
    """An account; ``online``: sessions it has now."""

    account: Account
    online: int


@value
class ShowAccount:
    """One account with its devices. Gives :class:`AccountDetails`."""

    handle: str


@value
class AccountDetails:
    """``present``: ids of the devices that are connected now; ``locked``: seconds for which its
    passwords are not taken from some address, 0.0 for none."""

    account: Account
    devices: tuple[Device, ...]
    present: tuple[bytes, ...]
    locked: float


@value
class SetLevel:
    """Gives the :class:`~chatd.domain.account.Account`, as do the next ones."""

    handle: str
    level: int


@value
class SetRole:
    """Another role."""

    handle: str
    role: Role


@value
class Disable:
    """Nobody signs in to it; who is here by it is put out."""

    handle: str


@value
class Enable:
    """The end of :class:`Disable`."""

    handle: str


@value
class Remove:
    """The account and its devices are gone; the handle stays used."""

    handle: str


@value
class SetAccountPassword:
    """Set a password, which devices that are enrolled never need. "" takes it away."""

    handle: str
    password: str = field(repr=False)


@value
class ImportCredential:
    """An account with a password (seed 003). An account that exists gets this password."""

    handle: str
    password: str = field(repr=False)


@value
class RevokeByAdmin:
    """Take a device off its account: its id in hex, or the first part of it that is clear. Gives
    the :class:`~chatd.domain.account.Device`."""

    device: str


@value
class Unlock:
    """Forget the wrong passwords of a handle. Gives how many addresses were locked (int)."""

    handle: str


@value
class ListRoomsByAdmin:
    """A page of all rooms after a name, private ones too. Gives a tuple of
    :class:`RoomDetails`."""

    after: str = ""


@value
class RoomDetails:
    """A room, for an admin; ``owner`` is "" where it has none. ``here``: members who are online;
    ``lasting``: it is stored, with what is said in it until everybody has got that; ``retention``:
    seconds for which that is kept besides, 0 for not at all."""

    name: str
    members: int
    owner: str
    level: int
    private: bool
    password: bool
    topic: str
    bans: int
    here: int
    lasting: bool
    sealed: bool
    retention: int


@value
class ShowStatus:
    """How much there is. Gives :class:`Status`."""


@value
class Status:
    """``online``: accounts that are here; ``lasting``: rooms that are stored; ``stored``: what
    waits for somebody, or is kept by a room."""

    sessions: int
    accounts: int
    online: int
    rooms: int
    lasting: int
    stored: StoredCounts


Order = (
    Enrol
    | EnrolAdmin
    | ListAccounts
    | ShowAccount
    | SetLevel
    | SetRole
    | Disable
    | Enable
    | Remove
    | SetAccountPassword
    | ImportCredential
    | RevokeByAdmin
    | Unlock
    | ListRoomsByAdmin
    | ShowStatus
)
