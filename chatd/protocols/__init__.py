"""The doors, one package each, and the few pieces that doors share: surroundings, outlet, inbox."""
