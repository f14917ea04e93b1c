"""A seed means the same run each time, with enough that goes wrong in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.torture.delivery.plan import Fault, Plan, Say
from tests.torture.delivery.planner import make_plan

_KILLS = {Fault.DAEMON_KILLED, Fault.CLIENT_KILLED}


class Planned(SynchronousTestCase):
    def test_the_same_again(self) -> None:
        self.assertEqual(make_plan(7, 1000), make_plan(7, 1000))
        self.assertNotEqual(make_plan(7, 1000), make_plan(8, 1000))

    def test_read_back(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "plan.json")
            made = make_plan(5, 1000)
            made.save(path)
            self.assertEqual(Plan.load(path), made)

    def test_enough(self) -> None:
        for seed in range(1, 21):
            made = make_plan(seed, 1000)
            kills = [one for one in made.troubles if one.fault in _KILLS]
            self.assertGreaterEqual(len(kills), 12)
            sayings = [one for device in made.devices for one in device.script]
            count = sum(isinstance(one, Say) for one in sayings)
            self.assertTrue(980 <= count <= 1000, f"seed {seed}: {count}")

    def test_all_that_can_be(self) -> None:
        plans = [make_plan(seed, 500) for seed in range(1, 21)]
        self.assertEqual({one.fault for plan in plans for one in plan.troubles}, set(Fault))
        for what in (
            lambda plan: plan.few,
            lambda plan: plan.blocks,
            lambda plan: any(room.retention for room in plan.rooms),
            lambda plan: any(device.revoked for device in plan.devices),
            lambda plan: any(device.appears for device in plan.devices),
        ):
            self.assertTrue(0 < sum(bool(what(plan)) for plan in plans) < len(plans))
