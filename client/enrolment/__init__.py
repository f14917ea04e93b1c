"""From a link to a device that signs in by itself, and what its account does for others."""
