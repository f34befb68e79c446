"""The rendered 7v7: made once on this machine, calibrated by its own marks, scanned by the real chain, and labelled."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.accounts.models import Team
from apps.core import versions
from apps.scan.models import ProcessingJob
from apps.sessions.models import Session
from apps.web.demo.watch import DemoClient

TITLE = "7v7, a rendered game (synthetic)"
DESCRIPTION = "Synthetic: a minute of computed players, rendered as a film. Nobody was filmed."
FILM = "rendered_7v7.mp4"
PRESET = "fast"
"""12.5 pictures a second, which is enough for speeds; two minutes on two cores."""
PITCH_FORMAT = "7v7"
STOP_GRACE_S = 5.0


class Rendering:
    """The film in the making, in a process of its own, so that this one stays light.

    States: not begun → running → done; a film that an earlier demo made is done at once.
    """

    def __init__(self, folder: Path) -> None:
        self.film = folder / FILM
        self.log = folder / "rendering.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def there(self) -> bool:
        """Film and truth are whole: the truth is written last."""
        return self.film.exists() and self.film.with_suffix(".truth.json").exists()

    def start(self) -> None:
        """Begin, unless the film is there."""
        if self.there or self._process is not None:
            return
        self.film.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "vision.synthetic.rendered", str(self.film)],
                cwd=settings.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def ended(self) -> bool:
        """Nothing is being made."""
        return self._process is None or self._process.poll() is not None

    def stop(self) -> None:
        """Leave no process and no half film behind."""
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=STOP_GRACE_S)
            process.kill()
            process.wait()
        if not self.there:
            self.film.with_name(self.film.name + ".part").unlink(missing_ok=True)


def earlier_scan() -> str | None:
    """The job of an earlier demo, unless it failed or was cancelled."""
    jobs = ProcessingJob.objects.filter(session__title=TITLE, session__synthetic=True)
    job = jobs.exclude(status__in=["failed", "cancelled"]).order_by("-created_at").first()
    return str(job.pk) if job else None


def start_scan(client: DemoClient, film: Path, team: Team) -> str:
    """Calibrate by the film's known marks, upload it and label its session; answers the job's id."""
    calibration = client.keep_calibration(calibration_of(film, team))
    started = client.start_scan(
        film,
        {
            "team_id": str(team.pk),
            "title": TITLE,
            "description": DESCRIPTION,
            "session_type": "match",
            "preset": PRESET,
            "calibration_id": calibration,
        },
    )
    Session.objects.filter(pk=started["session_id"]).update(synthetic=True)
    versions.bump(versions.TEAM, team.pk)
    return str(started["job_id"])


def calibration_of(film: Path, team: Team) -> dict[str, Any]:
    """What a coach would click in the film's picture: every mark in view, to a tenth of a pixel."""
    truth = json.loads(film.with_suffix(".truth.json").read_text(encoding="utf-8"))
    points = [{"mark": mark["name"], "image": [round(value, 1) for value in mark["image"]]} for mark in truth["marks"]]
    return {
        "name": "Mast behind the halfway line (synthetic)",
        "team_id": str(team.pk),
        "image_size": truth["camera"]["image_size"],
        "pitch": {"format": PITCH_FORMAT},
        "points": points,
        "lens": True,
    }
