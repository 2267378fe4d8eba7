"""Alembic steps of the reporting database; a released step is never edited."""
