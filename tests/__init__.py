"""The tests, in the same tree as what they test.

Several run at a time, on machines that have other things to do: how long Hypothesis takes for an
example is no failure. What it found wrong it tries first the next time, whichever process it is in.
"""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=DirectoryBasedExampleDatabase(Path(__file__).parents[1] / ".hypothesis/examples"),
)
settings.load_profile("tests")
