"""Writes and rules of the edge: `nodes` (who is there), `sync` (what changed), `films` (what was filmed)."""
