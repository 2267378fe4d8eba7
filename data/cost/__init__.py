"""Cost per actor, to the forint: the ledger shared out to applications and municipalities, and what follows from it."""
