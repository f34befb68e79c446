"""Faults against real processes; `make chaos` (see README.md)."""
