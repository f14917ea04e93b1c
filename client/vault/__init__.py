"""What a device keeps to itself, sealed under a password: keys, token, settings."""
