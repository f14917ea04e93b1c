"""Runs that kill: seeded, bounded, with real processes. ``make torture-identity`` has the hundreds;
a few seeds are part of ``make test``. They print one summary line last, and on failure the seed
that does it again."""
