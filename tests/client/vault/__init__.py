"""The vault, on real folders, with a cheap Argon2id."""
