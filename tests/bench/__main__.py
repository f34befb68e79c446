"""Run the benchmark rows, print the table, write `var/bench.json`."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import rows as rows_package
from tests.bench.row import OURS, Row

REPOSITORY = Path(__file__).resolve().parents[2]
RESULT = REPOSITORY / "var" / "bench.json"
REPEATS = 5


def available() -> list[str]:
    """Names of the rows modules."""
    return sorted(module.name for module in pkgutil.iter_modules(rows_package.__path__))


def as_text(row: Row) -> str:
    """One row as a line of the table."""
    ours = row.runs[OURS]
    spread = f"[{min(ours):.4g}-{max(ours):.4g}]"
    line = f"{'ok  ' if row.met else 'MISS'} {row.name:<58} {row.ours:>9.4g} {spread:<18}"
    if row.peer is not None:
        peer = row.runs[row.peer_name]
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
        line += f" | {row.peer_name} {row.peer:.4g} [{min(peer):.4g}-{max(peer):.4g}] {ratio}"
    return f"{line} | {row.unit}, bar {row.bar}, {len(ours)} runs"


def merged(old: Sequence[dict[str, object]], new: Sequence[Row]) -> list[dict[str, object]]:
    """Rows of this run, after those of earlier runs that it did not measure again."""
    fresh = {row.name for row in new}
    return [entry for entry in old if entry["name"] not in fresh] + [row.as_dict() for row in new]


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 when every bar is met, 1 when one is missed, 2 when a name is unknown."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(available())}; default: all")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="rounds of each measurement (default %(default)s)")
    options = parser.parse_args(argv)
    unknown = sorted(set(options.names) - set(available()))
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(available())}\n")
        return 2
    result: list[Row] = []
    for name in options.names or available():
        module = importlib.import_module(f"{rows_package.__name__}.{name}")
        for row in module.run(options.repeats):
            result.append(row)
            sys.stdout.write(as_text(row) + "\n")
            sys.stdout.flush()
    old = json.loads(RESULT.read_text()) if options.names and RESULT.exists() else []
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(merged(old, result), indent=1))
    missed = sum(not row.met for row in result)
    sys.stdout.write(f"{len(result)} rows, {missed} missed; written to {RESULT}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
