"""Fiscal Data Package 1.0: a datapackage.json that says what the columns of the tables beside it mean."""
