"""`python -m tests.fuzz --minutes 10`: random input for every parser, so long each; `--only NAME` for some of them."""

from __future__ import annotations

import argparse
import sys

import pytest

GRACE_S = 120
"""What a round and the shrinking of a found input may take beyond its time [s]."""


def main() -> int:
    """Without `--minutes` the fixed examples of the ordinary tests are tried."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="of random input for each parser")
    parser.add_argument("--only", default="", help="pytest's -k: names of parsers, with 'or' between")
    options = parser.parse_args()
    seconds = 60.0 * options.minutes
    arguments = ["tests/fuzz", "-q", "-p", "no:cacheprovider", f"--fuzz-seconds={seconds}"]
    if seconds:
        arguments.append(f"--timeout={seconds + GRACE_S:.0f}")
    if options.only:
        arguments += ["-k", options.only]
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
