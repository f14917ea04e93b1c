"""Pure values and rules. Imports the standard library and ``errors`` only: no I/O, no clock."""
