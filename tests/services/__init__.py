"""Services: what is installed, what is asked of them, and what becomes of those that fail."""
