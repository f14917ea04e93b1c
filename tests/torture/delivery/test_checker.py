"""The judge finds each fault that can be planted, and finds none where there is none."""

from __future__ import annotations

import msgspec

from tests.torture.delivery import journal
from tests.torture.delivery.case import FIRST, JudgedTest, Run, plan, text
from tests.torture.delivery.plan import Device, Room


class Messages(JudgedTest):
    """Accepted ones: once, everywhere, in order."""

    def test_nothing_is_wrong(self) -> None:
        self.assertEqual(self.run_.faults, [])

    def test_lost(self) -> None:
        self.run_.forget("ann2", text("bob1", 1))
        self.found("lost", "ann2: lost: 1 bob1 #tea 1, number 101")

    def test_lost_on_the_senders_other_device(self) -> None:
        self.run_.forget("ann2", text("ann1", 2))
        self.found("lost", "ann2")

    def test_lost_though_it_was_shown(self) -> None:
        witness = self.run_.witnesses["bob1"]
        witness.history = [row for row in witness.history if row.text != text("ann1", 1)]
        self.found("lost", "bob1")

    def test_accepted_and_gone_everywhere_else(self) -> None:
        for device in ("ann2", "bob1"):
            self.run_.forget(device, text("ann1", 1))
        self.assertEqual(len(self.run_.faults), 2)
        self.found("lost", "bob1")

    def test_doubled_in_the_history(self) -> None:
        history = self.run_.witnesses["bob1"].history
        history.append(history[-1])
        self.found("2 times in the history", "bob1")

    def test_doubled_on_the_screen(self) -> None:
        self.run_.tell(
            "bob1",
            journal.Shown(
                at=5.0, place="#tea", text=text("ann1", 2), sender="ann", number=FIRST + 2
            ),
        )
        self.found("shown again", "bob1")

    def test_shown_in_a_later_life_after_it_was_kept(self) -> None:
        again = journal.Shown(
            at=6.0, place="#tea", text=text("ann1", 2), sender="ann", number=FIRST + 2
        )
        self.run_.tell("bob1", journal.Began(at=5.0), again)
        self.found("shown again", "bob1")

    def test_shown_in_a_later_life_since_it_was_not_kept(self) -> None:
        witness = self.run_.witnesses["ann2"]
        last = text("bob1", 2)
        kept = journal.Kept(at=6.1, texts=[last])
        again = journal.Shown(at=6.0, place="#tea", text=last, sender="bob", number=FIRST + 3)
        witness.lines = [*witness.lines[:-1], journal.Began(at=5.0), again, kept]
        self.assertEqual(self.run_.faults, [])

    def test_swapped(self) -> None:
        history = self.run_.witnesses["ann2"].history
        history[1], history[2] = history[2], history[1]
        self.found("kept out of order", "ann2")

    def test_swapped_on_the_screen(self) -> None:
        lines = self.run_.witnesses["ann2"].lines
        shown = [index for index, one in enumerate(lines) if isinstance(one, journal.Shown)]
        lines[shown[1]], lines[shown[2]] = lines[shown[2]], lines[shown[1]]
        self.found("shown out of order", "ann2")

    def test_swapped_by_the_server(self) -> None:
        """Everybody has the same order, but it is not the one in which they were typed."""
        for device in self.run_.witnesses.values():
            for row in list(device.history):
                if row.text in _OTHER:
                    self.run_.change(device.device.name, row.text, number=_OTHER[row.text])
            device.history.sort(key=lambda row: row.number or 0)
            device.lines = [_renumbered(line) for line in device.lines if _is_plain(line)]
        self.assertIn("#tea: swapped: 1 bob1 #tea 1 comes after 1 bob1 #tea 2", self.run_.faults)

    def test_invented(self) -> None:
        self.run_.bring("bob1", text("ann1", 7), "ann", FIRST + 9, 6.0)
        self.found("invented", "bob1")

    def test_under_a_false_name(self) -> None:
        self.run_.change("ann2", text("bob1", 1), sender="dan")
        self.found("has as dan's", "ann2")

    def test_in_another_place(self) -> None:
        self.run_.change("ann2", text("bob1", 1), place="ann=bob")
        self.assertTrue(any("has as bob's in ann=bob" in one for one in self.run_.faults))

    def test_with_two_numbers(self) -> None:
        self.run_.change("ann2", text("bob1", 2), number=FIRST + 30)
        self.found("#tea: has several numbers")

    def test_two_with_one_number(self) -> None:
        self.run_.say("ann1", 3, FIRST + 3)
        self.assertTrue(any("the same number" in fault for fault in self.run_.faults))

    def test_to_somebody_whom_it_is_not_for(self) -> None:
        self.run_.bring("dan1", text("ann1", 1), "ann", FIRST, 6.0)
        self.found("not for this device", "dan1")

    def test_to_somebody_who_has_blocked_the_sender(self) -> None:
        self.run_ = Run(plan(blocks=frozenset({("bob", "ann")})))
        self.found("not for this device", "bob1")

    def test_what_a_room_keeps_for_a_device_that_comes_later(self) -> None:
        """Where few may wait, it may have been dropped before."""
        for few in (False, True):
            devices = [
                msgspec.structs.replace(one, appears=3.0 if one.name == "ann2" else 0.0)
                for one in plan().devices
            ]
            self.run_ = Run(plan(devices=tuple(devices), few=few))
            self.run_.tell("bob1", journal.Keeping(at=0.4, place="#tea", seconds=900))
            self.run_.witnesses["ann2"].lines[:2] = [
                journal.Began(at=1.8),
                journal.Welcomed(at=1.9),
            ]
            self.run_.forget("ann2", text("ann1", 1))
            if few:
                self.assertEqual([one for one in self.run_.faults if "lost" in one], [])
            else:
                self.found("lost", "ann2: lost: 1 ann1 #tea 1")

    def test_a_warning(self) -> None:
        self.run_.tell("ann1", journal.Troubled(at=7.0, text="the vault was copied"))
        self.found("the vault was copied", "ann1")


#: Bob's two messages change their numbers.
_OTHER = {text("bob1", 1): FIRST + 3, text("bob1", 2): FIRST + 1}


def _is_plain(line: journal.Any) -> bool:
    return not isinstance(line, journal.Shown) or line.number is None


def _renumbered(line: journal.Any) -> journal.Any:
    if isinstance(line, journal.Taken) and line.text in _OTHER:
        return msgspec.structs.replace(line, number=_OTHER[line.text])
    return line


class Reactions(JudgedTest):
    """What has no line of its own."""

    def setUp(self) -> None:
        """Bob changes his mind about what ann has said first."""
        super().setUp()
        for at, number, emoji in ((6.0, FIRST + 4, "+"), (7.0, FIRST + 5, "-")):
            line = journal.Reacted(at=at, place="#tea", ref=FIRST, emoji=emoji, number=number)
            self.run_.tell("bob1", line)
        for device in ("ann1", "ann2", "bob1"):
            self.run_.change(device, text("ann1", 1), reactions={"bob": "-"})

    def test_the_last_one(self) -> None:
        self.assertEqual(self.run_.faults, [])

    def test_lost(self) -> None:
        self.run_.change("ann2", text("ann1", 1), reactions={})
        self.found("has reactions", "ann2")

    def test_swapped(self) -> None:
        self.run_.change("bob1", text("ann1", 1), reactions={"bob": "+"})
        self.found("has reactions", "bob1")

    def test_invented(self) -> None:
        self.run_.change("ann2", text("ann1", 2), reactions={"bob": "+"})
        self.found("has reactions", "ann2")


class Comings(JudgedTest):
    """Rooms that people leave and enter, devices that come and go, and gaps."""

    def setUp(self) -> None:
        """Bob goes out before the last two messages."""
        self.run_ = Run(plan(rooms=(Room("#tea", ("ann", "bob"), restless=frozenset({"bob"})),)))
        self.run_.say("ann1", 3, FIRST + 4)
        self.run_.say("ann1", 4, FIRST + 5)
        self.run_.tell("bob1", journal.Leaving(at=4.7, place="#tea"))
        self.run_.tell("bob1", journal.Left(at=4.9, place="#tea"))

    def test_heard_outside(self) -> None:
        self.found("not for this device", "bob1")

    def test_not_heard_outside(self) -> None:
        self._forget(3, 4)
        self.assertEqual(self.run_.faults, [])

    def test_told_to_miss_what_was_said_outside(self) -> None:
        self._forget(3, 4)
        self._miss(FIRST + 4, 1)
        self.assertEqual(self.run_.faults, [])

    def test_told_to_miss_for_another_reason(self) -> None:
        self._forget(3, 4)
        self._miss(FIRST + 4, 2)
        self.found("told to miss without cause", "bob1")

    def test_told_to_miss_what_it_has(self) -> None:
        self._forget(3, 4)
        self._miss(FIRST + 2, 1)
        self.found("told to miss what it has", "bob1")

    def test_lost_after_coming_again(self) -> None:
        self._forget(3, 4)
        self.run_.tell("bob1", journal.Entering(at=5.2, place="#tea"))
        self.run_.tell("bob1", journal.Entered(at=5.3, place="#tea", last=FIRST + 4))
        self.found("lost", "bob1: lost: 1 ann1 #tea 4")

    def test_a_new_device_gets_what_is_said_from_then_on(self) -> None:
        late = Device("bob9", "bob", appears=3.0)
        self.run_ = Run(plan(devices=(*plan().devices, late)))
        witness = self.run_.witnesses["bob9"]
        witness.lines = [journal.Began(at=2.9), journal.Welcomed(at=3.2)]
        said = text("bob1", 2)
        self.found("lost", "bob9: lost: 1 bob1 #tea 2")
        self.run_.bring("bob9", said, "bob", FIRST + 3, 4.5)
        self.assertEqual(self.run_.faults, [])

    def test_a_device_that_goes_has_no_holes(self) -> None:
        gone = Device("ann2", "ann", revoked=True)
        devices = (plan().devices[0], gone, *plan().devices[2:])
        self.run_ = Run(plan(devices=devices))
        self.run_.forget("ann2", text("bob1", 2))
        self.assertEqual(self.run_.faults, [])
        self.run_.forget("ann2", text("bob1", 1))
        self.found("lost", "ann2: lost: 1 bob1 #tea 1")

    def _forget(self, *counts: int) -> None:
        for count in counts:
            self.run_.forget("bob1", text("ann1", count))

    def _miss(self, first: int, reason: int) -> None:
        gap = journal.Missed(at=8.0, place="#tea", first=first, last=first, reason=reason)
        self.run_.tell("bob1", gap)
