"""The time: in UTC, anywhere, and since the start."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chatd.errors import Code
from chatd.services.loading import load_services
from chatd.services.surroundings import ServiceSurroundings
from tests.services.case import ServicesCase

#: 12 July 2026, 10:00 UTC.
NOON = 1783850400


class Times(ServicesCase):
    def setUp(self) -> None:
        super().setUp()
        self.wall = float(NOON)
        self.server.state.wall = lambda: self.wall
        self.server.state.services = load_services(self.around(), lambda: lambda work: Deferred())
        self.alice = self.person("alice")

    def test_utc(self) -> None:
        """The uptime is monotonic, whatever the wall clock does."""
        self.server.clock.advance(90)
        self.wall -= 3600
        time = "2026-07-12T09:00:00+00:00"
        row = {"time": time, "zone": "UTC", "utc": time, "uptime": 90}
        self.assertEqual(self.answered(self.alice, "time"), [row])
        self.assertEqual(self.answered(self.alice, "time", zone="utc"), [row])

    def test_zone(self) -> None:
        """As people type it."""
        for zone in ("Europe/Berlin", "europe/berlin", " EUROPE/BERLIN "):
            (row,) = self.answered(self.alice, "time", zone=zone)
            self.assertEqual(
                (row["time"], row["zone"]), ("2026-07-12T12:00:00+02:00", "Europe/Berlin")
            )
            self.assertEqual(row["utc"], "2026-07-12T10:00:00+00:00")
        (row,) = self.answered(self.alice, "time", zone="america/new york")
        self.assertEqual(
            (row["time"], row["zone"]), ("2026-07-12T06:00:00-04:00", "America/New_York")
        )

    def test_no_such_zone(self) -> None:
        """What is near is told; what is no name never becomes a path."""
        told = self.told(self.call(self.alice, "time", zone="berlin"), Code.SERVICE_REQUEST_INVALID)
        self.assertEqual(told, "there is no time zone of this name; is it Europe/Berlin?")
        for zone in (
            "",
            "nowhere",
            "../../../etc/passwd",
            "/etc/localtime",
            "Europe\0",
            "x" * 4096,
        ):
            told = self.told(self.call(self.alice, "time", zone=zone), Code.SERVICE_REQUEST_INVALID)
            self.assertEqual(told, "there is no time zone of this name")

    def test_started(self) -> None:
        """A clock that has run before counts from here on."""
        clock = Clock()
        clock.advance(1e6)
        around = ServiceSurroundings(clock, self.hub.now, "chat")
        self.server.state.services = load_services(around, lambda: lambda work: Deferred())
        clock.advance(1.9)
        self.assertEqual(self.answered(self.alice, "time")[0]["uptime"], 1)
