"""Writes and rules of people, by subject: `login`, `teams`, `members`, `players`."""
