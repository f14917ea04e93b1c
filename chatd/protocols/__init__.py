"""The doors: one package per protocol, and the pieces they share."""
