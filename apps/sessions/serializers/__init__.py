"""Shapes of sessions in the API, by subject."""
