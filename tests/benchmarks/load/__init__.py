"""The load generator: it sends what was sealed before, and counts what comes by its length."""
