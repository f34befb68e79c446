"""`manage.py recompute_kpis`: figures by today's definitions, beside the old ones."""

from __future__ import annotations

import time
import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.scan.models import ProcessingJob
from apps.scan.selectors.operators import find_team
from apps.scan.services import recompute
from pipeline.api import JobStatus

OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
POLL_S = 0.5
_SHOWN = 20
"""Differences of a session that are printed; the rest are counted."""


class Command(BaseCommand):
    """Workers make the figures; the tracks and positions of the scan are used as they are."""

    help = "Compute the KPIs of finished scans again by today's definitions; keep the old ones and show what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sessions", nargs="*", type=uuid.UUID, metavar="SESSION", help="id; default: see --all")
        parser.add_argument("--team", default=None, help="every session of this team (id or name)")
        parser.add_argument("--all", action="store_true", dest="everybody", help="every session there is")
        parser.add_argument("--force", action="store_true", help="also those that follow today's definitions already")
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")
        parser.add_argument("--wait", type=float, default=600.0, metavar="S", help="seconds for each; 0: do not wait")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["sessions"] or options["team"] or options["everybody"]):
            raise CommandError("Say which: ids of sessions, --team NAME, or --all.")
        try:
            team = find_team(options["team"]) if options["team"] else None
        except DomainError as error:
            raise CommandError(error.message) from None
        jobs = list(
            recompute.recomputable(session_ids=options["sessions"], team=team, outdated_only=not options["force"])
        )
        if not jobs:
            self.stdout.write("Nothing to do: no finished scan here has figures by older definitions. See --force.")
        if options["dry_run"]:
            self.stdout.write("\n".join(f"would recompute {job.session} ({job.session_id})" for job in jobs))
            return
        failed = [job for job in jobs if not self._recompute(job, options["wait"])]
        if failed:
            raise CommandError(f"{len(failed)} of {len(jobs)} are not done; the old figures still count there.")

    def _recompute(self, job: ProcessingJob, wait_s: float) -> bool:
        old = recompute.current_figures(job.session_id)
        recompute.recompute(job)
        if not wait_s:
            self.stdout.write(f"{job.session}: queued.")
            return True
        end = time.monotonic() + wait_s
        job.refresh_from_db()
        while job.status in OPEN:
            if time.monotonic() > end:
                self.stderr.write(f"{job.session}: still {job.status} after {wait_s:.0f} s; is a worker running?")
                return False
            time.sleep(POLL_S)
            job.refresh_from_db()
        if job.status != JobStatus.COMPLETED.value:
            self.stderr.write(f"{job.session}: {job.status}. {job.error_message}".rstrip())
            return False
        self._show(job, old)
        return True

    def _show(self, job: ProcessingJob, old: recompute.Figures) -> None:
        found = recompute.differences(old, recompute.current_figures(job.session_id))
        self.stdout.write(f"{job.session}: {len(found)} figures changed.")
        for item in found[:_SHOWN]:
            before, after = (_text(value, item.unit) for value in (item.before, item.after))
            self.stdout.write(f"  track {item.track_id} {item.key}: {before} → {after}")
        if len(found) > _SHOWN:
            self.stdout.write(f"  … and {len(found) - _SHOWN} more.")


def _text(value: float | None, unit: str) -> str:
    return "absent" if value is None else f"{value:.3f} {unit}".rstrip()
