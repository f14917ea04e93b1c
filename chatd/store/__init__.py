"""What must survive: accounts, devices, tokens and one-time IDs, in SQLite or PostgreSQL.

Each operation is a plain function of a database connection, in a module of its family; ``Store``
maps them to Deferreds. One thread writes, and commits what waits in groups; a few threads read.
"""
