"""What a stranger on the way sees: HELLO, and nothing else that could be read."""

from __future__ import annotations

from chatd.wire.hello import decode_hello
from tests.support.sniffer import Sniffer

from .people import PeopleTest

NICK, OTHER, ROOM, TEXT, PASSWORD = (
    f"marker{word}" for word in ("nick", "other", "room", "text", "password")
)
SERVER = "markerserver"


class SniffedTest(PeopleTest):
    options = ("--name", SERVER)

    def test_nothing_but_hello_is_in_clear(self) -> None:
        sniffer = Sniffer(self.port)
        self.addCleanup(sniffer.close)
        self.link = self.link.replace(f":{self.port}/", f":{sniffer.port}/")
        one, other = self.people(NICK, OTHER)
        for person in (one, other):
            person.line(f"/join #{ROOM} -p")
            person.sees("password: ")
            person.line(PASSWORD)
            person.sees(f"2:#{ROOM}")
        one.line(f"{TEXT} in the room")
        other.sees(f"{TEXT} in the room")
        other.line(f"/msg {NICK} {TEXT} in private")
        one.sees(f"3:{OTHER} @1")
        one.keys("\x1b3")
        one.sees(f"{TEXT} in private")
        for person in (one, other):
            person.line("/quit")
            self.assertEqual(person.ends(), 0)
        self.assertEqual((len(sniffer.sent), len(sniffer.told)), (2, 2))
        for told in sniffer.told:
            size = int.from_bytes(told[:4], "big")
            self.assertEqual(decode_hello(bytes(told[4 : 4 + size])).name, SERVER)
            self.assertNotIn(SERVER.encode(), told[4 + size :])
        seen = b" ".join(map(bytes, sniffer.sent + sniffer.told)).lower()
        self.assertEqual(seen.count(SERVER.encode()), 2)
        for marker in (NICK, OTHER, ROOM, TEXT, PASSWORD):
            self.assertNotIn(marker.encode(), seen)
            self.assertNotIn(marker.encode("utf-16-le"), seen)
