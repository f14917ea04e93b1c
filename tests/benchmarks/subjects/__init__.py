"""The servers that are measured: the daemon, the floor, and those it wants to be compared with."""
