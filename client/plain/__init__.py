"""The line mode: ``chatc --plain``, for screen readers, simple terminals and pipes."""
