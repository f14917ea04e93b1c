"""What is said of a database that gives up: in the log, and to the admin."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

from sqlalchemy.exc import DBAPIError, InvalidRequestError, SQLAlchemyError
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import Refused, StoreFailed
from chatd.store.engine import cause
from chatd.store.runner import Complaints, verdict


def broken(name: str = "") -> DBAPIError:
    """What SQLAlchemy makes of a driver's error of this name."""
    original = sqlite3.OperationalError("INSERT 'secret'")
    if name:
        original.sqlite_errorname = name
    return DBAPIError(None, None, original)


class Causes(SynchronousTestCase):
    def test_what_to_do(self) -> None:
        """Never the driver's own words, which may quote values."""
        for error, told in (
            (broken("SQLITE_FULL"), "no room left on its disk; make some"),
            (broken("SQLITE_IOERR_WRITE"), "see whether that is full"),
            (broken(), "does not answer; see that the database runs"),
            (broken("SQLITE_MISUSE"), "the store fails (OperationalError SQLITE_MISUSE)"),
            (InvalidRequestError("secret"), "the store fails (InvalidRequestError)"),
        ):
            self.assertIn(told, cause(error))
            self.assertNotIn("secret", cause(error))

    def test_only_the_admin_is_told(self) -> None:
        failed = verdict(Failure(broken("SQLITE_FULL"))).value
        assert isinstance(failed, StoreFailed)
        self.assertIn("(OperationalError SQLITE_FULL)", failed.cause)
        self.assertNotIn("disk", failed.text)
        refused = Failure(Refused(failed.code))
        self.assertIs(verdict(refused), refused)


class Logged(SynchronousTestCase):
    def setUp(self) -> None:
        self.logged: list[str] = []
        observer = cast(ILogObserver, self.observe)
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)
        self.complaints = Complaints()

    def observe(self, entry: LogEvent) -> None:
        self.logged.append(entry["log_level"].name)

    def heard(self, who: str, error: SQLAlchemyError | None = None) -> list[str]:
        """What the log says when an operation of somebody's has ended."""
        self.logged.clear()
        self.complaints.hear(cast(Any, who), Failure(error) if error is not None else None)
        return list(self.logged)

    def test_once_for_all(self) -> None:
        self.assertEqual(self.heard("writer", broken()), ["error"])
        for who in ("writer", "readers"):
            self.assertEqual(self.heard(who, broken()), [])
        self.assertEqual(self.heard("writer"), [])
        self.assertEqual(self.heard("readers"), ["info"])

    def test_those_for_whom_it_works_say_nothing(self) -> None:
        """On a full disk one can read."""
        self.assertEqual(self.heard("writer", broken()), ["error"])
        self.assertEqual(self.heard("readers"), [])
        self.assertEqual(self.heard("writer", broken()), [])
        self.assertEqual(self.heard("writer"), ["info"])
