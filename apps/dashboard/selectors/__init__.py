"""Reads of the dashboard: what the database adds up, and what is said of it."""
