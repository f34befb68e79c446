"""Ours against the peers: `python -m tests.bench [NAME…]` prints a table and writes `var/bench.json`."""
