"""What was said, kept on this computer: ``history.db`` in the profile, sealed by a key that is in
the vault.

:class:`~client.history.recorder.Recorder` is what the model knows as its keeper; the commands of
scripts read a :class:`~client.history.database.Database` without one.
"""
