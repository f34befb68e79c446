"""`manage.py scan`: the whole chain on video files, in this process, without a server."""

from __future__ import annotations

import json
import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from apps.core.errors import DomainError
from apps.scan.services.models import chosen_models
from apps.scan.services.multiview import EVERYBODY, read_rig
from pipeline.api import ScanRequest, ScanResults, scan_here
from pipeline.errors import PipelineError
from pipeline.ports import PlayerRecord

_SHOWN = ("total_distance_m", "max_speed_mps", "mean_speed_mps")

PRESET_HELP = "how much is computed: fast, standard (default) or full"


class Command(BaseCommand):
    """Writes artefacts, `kpis.json` and `overlay.mp4` into a folder for each film; exit code 1 when any film failed."""

    help = "Scan video files: tracks, postures, KPIs and a film with all of it drawn in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO", help="film to scan")
        parser.add_argument("--out", type=Path, default=Path("scans"), metavar="DIR", help="output folder (scans)")
        parser.add_argument("--preset", choices=("fast", "standard", "full"), default="standard", help=PRESET_HELP)
        parser.add_argument("--player", default=None, metavar="NAME", help="who the film is about")
        parser.add_argument("--track", type=int, default=None, help="that player's track, from an earlier scan")
        parser.add_argument("--height", type=float, default=None, metavar="CM", help="that player's height")
        parser.add_argument("--calibration", type=Path, default=None, metavar="FILE", help="pitch calibration as JSON")
        parser.add_argument(
            "--together",
            action="store_true",
            help="the films are cameras of one scene, named as their files; --calibration is their Calib.toml or JSON",
        )
        parser.add_argument(
            "--sync",
            choices=("auto", "timestamps"),
            default="auto",
            help="with --together: match clocks by what moves (auto), or the films began at one instant (timestamps)",
        )
        parser.add_argument("--body", action="store_true", help="also fit 3D bodies and write body-<track>.glb")
        parser.add_argument("--no-overlay", action="store_true", help="leave the film with drawings out")
        parser.add_argument(
            "--blur",
            action="store_true",
            help="hide heads in overlay.mp4, as in the film that players and families see; without, faces are visible",
        )
        parser.add_argument("--device", default="cpu", help="cpu or cuda:0 (cpu)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the results as JSON lines")

    def handle(self, *args: Any, videos: list[Path], **options: Any) -> None:
        # The bar and one sentence are for people; the runner's log, tracebacks included, comes with --verbosity 2.
        logging.getLogger("pipeline").setLevel(logging.INFO if options["verbosity"] > 1 else logging.CRITICAL)
        if options["together"]:
            if not self._scan(videos[0], _rig(options["calibration"]), options, _cameras(videos)):
                raise CommandError("The films could not be scanned together.")
            return
        calibration = _calibration(options["calibration"])
        failed = [video for video in videos if not self._scan(video, calibration, options, {})]
        if failed:
            raise CommandError(f"{len(failed)} of {len(videos)} films could not be scanned.")

    def _scan(
        self, video: Path, calibration: dict[str, Any] | None, options: dict[str, Any], cameras: dict[str, Path]
    ) -> bool:
        request = ScanRequest(
            video=video,
            cameras=cameras,
            overrides=chosen_models() | ({**EVERYBODY, "sync": options["sync"]} if cameras else {}),
            out_dir=options["out"] / video.stem,
            preset=options["preset"],
            calibration=calibration,
            player=_player(options["player"], options["height"]),
            track=options["track"],
            overlay=not options["no_overlay"],
            faces=not options["blur"],
            bodies=options["body"],
            body_dir=Path(settings.SMPL_MODEL_DIR) if settings.SMPL_MODEL_DIR else None,
        )
        try:
            with _bar() as bar:
                task = bar.add_task(video.name, total=100.0, step="")
                results = scan_here(
                    request,
                    settings.MODEL_DIR,
                    options["device"],
                    lambda percent, step: bar.update(task, completed=percent, step=step),
                )
        except PipelineError as error:
            self.stderr.write(self.style.ERROR(f"{video}: {error.message}"))
            return False
        self.stdout.write(json.dumps(results) if options["as_json"] else _summary(request, results))
        return True


def _bar() -> Progress:
    """A progress bar on the error stream, so that standard output holds results only."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[step]}"))
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)


def _player(name: str | None, height_cm: float | None) -> PlayerRecord | None:
    if name is None and height_cm is None:
        return None
    return PlayerRecord(player_id=name or "player", height_m=height_cm / 100 if height_cm else None)


def _calibration(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is not a calibration: {error}") from error
    if not isinstance(data, dict):
        raise CommandError(f"{path} is not a calibration: an object is needed, as the calibration page stores it")
    calibration: dict[str, Any] = data.get("data", data)
    return calibration


def _cameras(videos: list[Path]) -> dict[str, Path]:
    cameras = {video.stem: video for video in videos}
    if len(cameras) < 2 or len(cameras) < len(videos):
        raise CommandError("Two films or more are needed, each with another file name: it names the camera.")
    return cameras


def _rig(path: Path | None) -> dict[str, Any]:
    if path is None:
        raise CommandError("--together needs --calibration: where the cameras stand, as a Calib.toml or JSON.")
    try:
        return read_rig(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is not a calibration: {error}") from error
    except DomainError as error:
        raise CommandError(f"{path}: {error.message}") from error


def _summary(request: ScanRequest, results: ScanResults) -> str:
    lines = [
        f"{request.video.name}: {len(results['tracks'])} people, metres from: {results['scale_source']}",
        *(f"  ! {warning}" for warning in results["warnings"]),
    ]
    for player in results["players"]:
        known = {key: entry for group in player["groups"].values() for key, entry in group.items() if "value" in entry}
        figures = [f"{key} {known[key]['value']:.2f} {known[key]['unit']}" for key in _SHOWN if key in known]
        name = player["player_id"] or f"track {player['track_id']}"
        lines.append(f"  {name}: {', '.join(figures) or 'no figures in metres'} {player['grade']}".rstrip())
    for body in results.get("bodies", []):
        size = f"{body['height_m']:.2f} m{' (estimated)' if body['estimated'] else ''}"
        lines.append(f"  body of track {body['track_id']}: {body['pictures']} pictures, {size}")
    lines.append(f"  in {request.out_dir}: {', '.join(sorted(results['files'].values()))}")
    if request.overlay and request.faces:
        lines.append("  overlay.mp4 shows faces: to hand it on, scan again with --blur (only the film is made anew)")
    return "\n".join(lines)
