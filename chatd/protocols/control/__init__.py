"""The admin's door: ``chatctl`` asks a running daemon through a socket in its data directory."""
