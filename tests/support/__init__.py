"""What several tests need: real daemons and their surroundings."""
