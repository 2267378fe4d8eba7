"""Comparing municipalities fairly: funnel plots, peers, and what is withheld because too few people stand behind it."""
