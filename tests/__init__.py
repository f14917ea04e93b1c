"""The tests, in the same tree as what they test.

Several run at a time, on machines that have other things to do: how long Hypothesis takes for an
example is no failure. What it found is told so that it can be tried again anywhere, and kept in no
folder.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    print_blob=True,
)
settings.load_profile("tests")
