"""Reviewed lists that the figures rest on: register, actors, services, processes, RACI, accounts, calendar, targets."""
