"""The calendar's routes."""
