"""Steps of the application database, never edited once released."""
