"""`manage.py demo`: the platform with a made-up club, a real clip scanned while you wait, then a rendered game."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Player, Team
from apps.calendar.services.demo import load_calendars
from apps.feedback.services.demo import load_feedback
from apps.scan.models import ProcessingJob
from apps.web.demo import sevens
from apps.web.demo.club import load_club, load_fixture
from apps.web.demo.footage import demo_clip
from apps.web.demo.progress import ScanDisplay
from apps.web.demo.season import load_season
from apps.web.demo.watch import ENDED, DemoClient, Login
from apps.web.stack.launch import running_stack
from apps.web.stack.supervisor import StackError, Supervisor

SCAN_TITLE = "Walking in the park (real footage)"
POLL_S = 1.0


class Command(BaseCommand):
    """Loads the demo club, starts everything, scans the demo clip through the real chain, and stays."""

    help = "Load the demo club, start everything, analyse a real clip. DEMO_EXIT=1 ends after the scan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            failed = self._demo(host, port)
        except StackError as error:
            raise CommandError(str(error)) from None
        if failed:
            raise CommandError("the demo scan did not complete; var/log/worker-*.log tell more")

    def _demo(self, host: str, port: int) -> bool:
        clip = demo_clip(settings.VAR / "demo")
        logins: list[Login] = []
        teams: dict[str, Team] = {}

        fixture = load_fixture()

        def load() -> None:
            loaded, found = load_club(fixture)
            teams.update(loaded)
            logins.extend(found)

        self._say("Preparing the demo club …")
        with running_stack(host, port, echo=False, before_start=load) as supervisor:
            if supervisor.stopping:
                return False
            # These tell caches and open calendars, so Redis must be up.
            load_season(fixture, teams, say=self._say)
            load_calendars(teams.values(), say=self._say)
            load_feedback(teams.values(), say=self._say)
            url = f"http://{host}:{port}"
            client = DemoClient(url, logins[0])
            job_id = _earlier_scan() or _scan_walker(client, clip)
            self._say(f"READY {url}")
            for login in logins:
                self._say(f"  {login.role:9} {login.email:27} {login.password}")
            status = self._follow(client, job_id, supervisor)
            if os.environ.get("DEMO_EXIT") != "1" and not supervisor.stopping:
                self._say("Ctrl-C stops everything.")
                self._show_sevens(client, teams["first"], supervisor)
                supervisor.run()
        return status == "failed"

    def _show_sevens(self, client: DemoClient, team: Team, supervisor: Supervisor) -> None:
        """Render and scan a game; a demo without it is still a demo."""
        job_id = sevens.earlier_scan()
        if job_id is None:
            rendering = sevens.Rendering(settings.VAR / "demo")
            try:
                if not rendering.there:
                    self._say("Rendering a synthetic 7v7 film (once, about a minute) …")
                    rendering.start()
                supervisor.run(until=lambda: rendering.ended)
            finally:
                rendering.stop()
            if supervisor.stopping:
                return
            if not rendering.there:
                self._say(f"The film could not be rendered; {rendering.log} tells more.")
                return
            try:
                job_id = sevens.start_scan(client, rendering.film, team)
            except httpx.HTTPError as error:
                self._say(f"The rendered film could not be scanned: {error}")
                return
        self._say(f"{sevens.TITLE}:")
        self._follow(client, job_id, supervisor)

    def _follow(self, client: DemoClient, job_id: str, supervisor: Supervisor) -> str:
        """Show the scan until it ends or we are asked to stop; answers the last status seen."""
        display = ScanDisplay(self.stdout)
        next_poll = 0.0
        status = "queued"

        def poll() -> None:
            nonlocal next_poll, status
            if time.monotonic() < next_poll or status in ENDED:
                return
            next_poll = time.monotonic() + POLL_S
            state = client.status(job_id)
            status = state["status"]
            display.show(state)

        supervisor.run(tick=poll, until=lambda: status in ENDED)
        display.close()
        return status

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _scan_walker(client: DemoClient, clip: Path) -> str:
    wish = {"player_id": _walker_id(), "title": SCAN_TITLE, "preset": "standard"}
    return str(client.start_scan(clip, wish)["job_id"])


def _walker_id() -> str:
    return str(Player.objects.get(external_id="walker", team__club=load_fixture()["club"]).pk)


def _earlier_scan() -> str | None:
    """The demo scan of an earlier start, unless it failed or was cancelled."""
    jobs = ProcessingJob.objects.filter(session__title=SCAN_TITLE, session__synthetic=False)
    job = jobs.exclude(status__in=["failed", "cancelled"]).order_by("-created_at").first()
    return str(job.pk) if job else None
