"""What every store does, whatever database it is on: :class:`chatd.interfaces.IStore`, tested.

A store is tested by a subclass of :class:`Contract` that opens one.
"""

from __future__ import annotations

from tests.store.contract.accounts import Accounts
from tests.store.contract.admission import Admission
from tests.store.contract.blocks import Blocks
from tests.store.contract.devices import Devices
from tests.store.contract.enrolments import Enrolments
from tests.store.contract.everything import Everything
from tests.store.contract.rooms import Rooms
from tests.store.contract.tokens import Tokens


class Contract(Accounts, Enrolments, Admission, Devices, Tokens, Blocks, Rooms, Everything):
    """All of it."""
