"""The reporting database: what we know and what it means. Imports no other room."""
