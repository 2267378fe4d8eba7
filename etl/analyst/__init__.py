"""Tools for people who follow a row: where it came from, and what it may have meant."""
