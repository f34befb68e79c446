"""Routes of sessions, by subject."""
