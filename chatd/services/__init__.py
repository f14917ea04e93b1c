"""Named services: a typed request in, a typed reply out. Three of ours, and anybody's."""
