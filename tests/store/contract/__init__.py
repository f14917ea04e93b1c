"""What every store does, whatever database it is on: :class:`chatd.interfaces.IStore`, tested.

A store is tested by a subclass of :class:`Contract` that opens one.
"""

from __future__ import annotations

from tests.store.contract.accounts import Accounts
from tests.store.contract.acknowledging import Acknowledging
from tests.store.contract.admission import Admission
from tests.store.contract.asleep import Asleep
from tests.store.contract.blocks import Blocks
from tests.store.contract.devices import Devices
from tests.store.contract.enrolments import Enrolments
from tests.store.contract.everything import Everything
from tests.store.contract.fetching import Fetching
from tests.store.contract.outboxes import Outboxes
from tests.store.contract.posting import Posting
from tests.store.contract.reading import Reading
from tests.store.contract.removing import Removing
from tests.store.contract.retention import Retention
from tests.store.contract.rooms import Rooms
from tests.store.contract.sweeping import Sweeping
from tests.store.contract.tokens import Tokens


class Identity(Accounts, Enrolments, Admission, Devices, Tokens, Blocks):
    """Who is who, and lets whom in."""


class Delivery(
    Posting, Outboxes, Fetching, Acknowledging, Reading, Sweeping, Removing, Retention, Asleep
):
    """What is said, and who has it."""


class Contract(Identity, Rooms, Delivery, Everything):
    """All of it."""
