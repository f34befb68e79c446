"""Computers at the pitch that work offline and sync."""
