"""Limits on handshakes, and what is told of those refused."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.domain.entry import Entry, EntryLimits, network_of
from chatd.errors import Code, EntryError


class Networks(TestCase):
    """What counts as one address."""

    def test_kinds(self) -> None:
        """IPv4 as it is, IPv6 by /64, mapped IPv4 as IPv4, a Unix peer as its name."""
        self.assertEqual(network_of("192.0.2.7"), "192.0.2.7")
        self.assertEqual(network_of("::ffff:192.0.2.7"), "192.0.2.7")
        self.assertEqual(network_of("2001:db8::1"), network_of("2001:db8::ffff:2"))
        self.assertNotEqual(network_of("2001:db8::1"), network_of("2001:db8:0:1::1"))
        self.assertEqual(network_of("fe80::1%eth0"), "fe80::/64")
        self.assertEqual(network_of("local"), "local")


class Limits(TestCase):
    """Refused beyond them, let in again when there is room."""

    def code(self, entry: Entry, address: str, now: float) -> Code | None:
        try:
            entry.begin(address, now)
        except EntryError as error:
            return error.code
        return None

    def test_per_minute(self) -> None:
        """As many as allowed, then none with the wait, then again after the minute."""
        entry = Entry(EntryLimits(per_minute=2))
        for _ in range(2):
            entry.begin("192.0.2.1", 100.0)
            entry.end("192.0.2.1")
        refused = self.assertRaises(EntryError, entry.begin, "192.0.2.1", 130.0)
        self.assertEqual((refused.code, refused.wait), (Code.TOO_MANY_HANDSHAKES, 30.0))
        self.assertIsNone(self.code(entry, "192.0.2.2", 130.0))
        self.assertIsNone(self.code(entry, "192.0.2.1", 160.0))

    def test_pending(self) -> None:
        """Unfinished ones, by address and in total; a refused one was not counted."""
        entry = Entry(EntryLimits(per_address=2, total=3))
        for address in ("a", "a", "b"):
            entry.begin(address, 0.0)
        self.assertEqual(self.code(entry, "a", 0.0), Code.TOO_MANY_PENDING)
        self.assertEqual(self.code(entry, "c", 0.0), Code.TOO_MANY_PENDING)
        entry.end("a")
        self.assertIsNone(self.code(entry, "c", 0.0))

    def test_off(self) -> None:
        """0 a minute is no limit."""
        entry = Entry(EntryLimits(per_minute=0))
        for _ in range(1000):
            entry.begin("a", 0.0)
            entry.end("a")

    def test_nothing_piles_up(self) -> None:
        """Addresses of minutes past are forgotten."""
        entry = Entry(EntryLimits())
        for number in range(1000):
            address = f"10.0.{number // 250}.{number % 250}"
            entry.begin(address, 0.0)
            entry.end(address)
            entry.sign_in(address, 0.0)
            entry.refusals_to_tell(address, 0.0)
        entry.begin("192.0.2.1", 61.0)
        kept = entry._begun, entry._sign_ins, entry._refused
        self.assertEqual([len(counts) for counts in kept], [1, 0, 0])


class Refusals(TestCase):
    """The audit log cannot be flooded by strangers."""

    def test_one_line_a_minute(self) -> None:
        """The first is told at once, those of the minute after it together."""
        entry = Entry(EntryLimits())
        told = [entry.refusals_to_tell("a", float(second)) for second in range(0, 130, 10)]
        self.assertEqual(told, [1, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 6])
        self.assertEqual(entry.refusals_to_tell("b", 5.0), 1)


class SignIns(TestCase):
    """Attempts to sign in have a limit of their own."""

    def test_per_minute(self) -> None:
        entry = Entry(EntryLimits(sign_ins_per_minute=2))
        for _ in range(2):
            entry.sign_in("2001:db8::1", 100.0)
        refused = self.assertRaises(EntryError, entry.sign_in, "2001:db8::2", 130.0)
        self.assertEqual((refused.code, refused.wait), (Code.TOO_MANY_SIGN_INS, 30.0))
        entry.begin("2001:db8::1", 130.0)
        entry.sign_in("192.0.2.1", 130.0)
        entry.sign_in("2001:db8::1", 160.0)

    def test_off(self) -> None:
        entry = Entry(EntryLimits(sign_ins_per_minute=0))
        for _ in range(1000):
            entry.sign_in("192.0.2.1", 0.0)
