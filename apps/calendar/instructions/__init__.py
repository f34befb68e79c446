"""A change of an event said in words, English or Spanish: read, never applied."""
