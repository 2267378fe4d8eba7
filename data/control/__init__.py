"""Control charts: is a change real, and can the target be met? After NHS England's "Making Data Count"."""
