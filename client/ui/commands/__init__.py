"""What can be typed after a slash: one table, and the commands in it."""
