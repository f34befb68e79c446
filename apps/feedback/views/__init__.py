"""Routes of feedback."""
