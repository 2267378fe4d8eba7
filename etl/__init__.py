"""The jobs that bring tickets, contracts, training and budget into the reporting database."""
