"""What time it is at the server, or anywhere, and for how long the server has run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from zope.interface import implementer

from chatd.errors import Code, Refused
from chatd.interfaces import IAsker, IService
from chatd.services.surroundings import ServiceSurroundings

#: Zones that are named where none is called as asked.
SUGGESTIONS = 3


@dataclass
class TimeRequest:
    """Where."""

    zone: str = field(
        default="UTC", metadata={"meaning": "a time zone such as Europe/Berlin; UTC unless said"}
    )


@dataclass
class TimeReply:
    """Times are ISO 8601."""

    time: str = field(metadata={"meaning": "the time there, with its distance from UTC"})
    zone: str = field(metadata={"meaning": "where"})
    utc: str = field(metadata={"meaning": "the time in UTC"})
    uptime: int = field(metadata={"meaning": "seconds since the server was started"})


@implementer(IService)
class Time:
    """The zones are those of the system's database (IANA); they are listed once, at start."""

    level, blocking = 0, False
    request, reply = TimeRequest, TimeReply

    def __init__(self, around: ServiceSurroundings) -> None:
        self._around = around
        self._started = around.clock.seconds()
        self._zones = {name.lower(): name for name in available_timezones()}

    def answer(self, asker: IAsker, request: TimeRequest) -> TimeReply:
        """Now, there."""
        name, zone = self._zone(request.zone)
        utc = datetime.fromtimestamp(self._around.now() // 1000, UTC)
        uptime = int(self._around.clock.seconds() - self._started)
        return TimeReply(utc.astimezone(zone).isoformat(), name, utc.isoformat(), uptime)

    def _zone(self, wanted: str) -> tuple[str, tzinfo]:
        """Only names that are known ever become a file's path."""
        key = wanted.strip().replace(" ", "_").lower()
        if key == "utc":
            return "UTC", UTC
        if key in self._zones:
            return self._zones[key], ZoneInfo(self._zones[key])
        near = sorted(name for low, name in self._zones.items() if key and key in low)
        ending = f"; is it {' or '.join(near[:SUGGESTIONS])}?" if near else ""
        text = f"there is no time zone of this name{ending}"
        raise Refused(Code.SERVICE_REQUEST_INVALID, text)
