"""Delivery under fire: one daemon, people with several devices each, and everything that goes wrong
between them. What each device did is written down outside of what is tried, and compared at the
end: what was accepted is on every device it was for, once, in order, and nothing else is."""
