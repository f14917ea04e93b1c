"""Times as people read them: the server's milliseconds in the user's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime

#: The end of the year 9998: what a server says of later than that is not worth believing.
_LAST = 253370764799_000


def local(time: int) -> datetime:
    """Milliseconds since the epoch as local time, whatever number a server may have sent."""
    return datetime.fromtimestamp(min(max(time, 0), _LAST) / 1000, UTC).astimezone()


def clock(time: int) -> str:
    """Hours and minutes."""
    return f"{local(time):%H:%M}"


def day(time: int) -> str:
    """The day, for the line between two days."""
    moment = local(time)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"


def recent(time: int, now: int) -> str:
    """Hours and minutes; with the day before them, where that is not today."""
    moment = local(time)
    if moment.date() == local(now).date():
        return clock(time)
    year = "" if moment.year == local(now).year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year} {moment:%H:%M}"


def stamp(time: int) -> str:
    """Day, hours and minutes, short enough for a list."""
    return f"{local(time):%Y-%m-%d %H:%M}"


def span(seconds: int) -> str:
    """How long something takes or lasted, roughly: ``45 s``, ``12 min``, ``3 h``, ``5 days``."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
