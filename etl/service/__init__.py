"""Everything around a run: when it is due, what it leaves behind for people, what is worth an alert."""
