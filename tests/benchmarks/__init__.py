"""``make bench``: what the daemon costs, beside what the machine can do at all."""
