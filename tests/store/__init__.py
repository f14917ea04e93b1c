"""The store: one contract over every database, and how SQLite and PostgreSQL are opened."""
