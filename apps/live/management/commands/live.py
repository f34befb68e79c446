"""`manage.py live`: film a live session from this computer, with a camera, a film or a network camera."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from apps.accounts.models import Membership, Right, Role, User
from apps.core.errors import DomainError
from apps.live import broker
from apps.live.frames import Picture, now_us
from apps.live.models import LiveSession, LiveSource
from apps.live.selectors import get_live, status_of
from apps.live.services.sessions import (
    MAIN_CAMERA,
    LiveWish,
    ensure_camera,
    ring,
    start_live,
    stop_live,
    wait_until_stored,
)
from apps.scan.permissions import require_right

RECORD = struct.Struct(">QI")
"""As `pipeline.live_feed` writes it."""
TELL_EVERY_S = 2.0
STORE_S = 60.0
FEED_END_S = 1.0


class Command(BaseCommand):
    """Exit code 0: stored; 1: misused, the source cannot be read, or it was not stored in time."""

    help = (
        "Film a live session: SOURCE is a camera (0, /dev/video0), a film, or rtsp://… The stack must be running "
        "(manage.py up); Ctrl-C, or the end of the film, stops the session and prints what was measured."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="CAMERA|VIDEO|RTSP", help="where the pictures come from")
        parser.add_argument("--email", help="the coach who films; needed where there is more than one team")
        parser.add_argument("--player", default="", help="whom the session is about: id or the club's own name")
        parser.add_argument("--team", default=None, metavar="ID", help="needed where the coach has several teams")
        parser.add_argument("--session", default=None, metavar="ID", help="join this live session as another camera")
        parser.add_argument("--camera", default=MAIN_CAMERA, help="name of this camera (main)")
        parser.add_argument("--calibration", default=None, metavar="ID", help="where the pitch is in the picture")
        parser.add_argument("--title", default="", help="what the session is called")
        parser.add_argument("--fps", type=float, default=10.0, help="pictures a second (10)")
        parser.add_argument("--seconds", type=float, default=0.0, help="stop after so long (0: at the end)")
        parser.add_argument("--record", action="store_true", help="keep the film")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["fps"] <= 30:
            raise CommandError("--fps is between 1 and 30 pictures a second.")
        try:
            user = self._coach(options["email"])
            live = self._session(user, options)
            self.stdout.write(f"Live session {live.pk}, camera “{options['camera']}”. Ctrl-C stops.")
            try:
                self._film(live, options)
            except CommandError:
                if options["session"] is None:
                    stop_live(user=user, live=live)
                raise
            if options["session"] is None:
                self._stop(user, live)
        except DomainError as error:
            raise CommandError(" ".join([error.message, *error.details])) from error
        except RedisError as error:
            raise CommandError("Redis does not answer. Start the stack first: manage.py up") from error

    @staticmethod
    def _coach(email: str | None) -> User:
        filming = (Role.OWNER, Role.COACH)
        rows = User.objects.filter(is_active=True, memberships__role__in=filming)
        if email:
            found = rows.filter(email=email.strip().lower()).first()
            if found is None:
                raise CommandError(f"{email} is no owner or coach of any team.")
            return found
        if Membership.objects.filter(role=Role.OWNER).values("team").distinct().count() != 1:
            raise CommandError("Say who films: --email of an owner or coach.")
        return rows.order_by("memberships__created_at")[0]

    @staticmethod
    def _session(user: User, options: dict[str, Any]) -> LiveSession:
        if options["session"]:
            live = get_live(user, options["session"])
            require_right(user, live.session.team_id, Right.RUN_SCANS)
        else:
            wish = LiveWish(
                source=LiveSource.VIDEO,
                player_id=options["player"],
                team_id=options["team"],
                fps=options["fps"],
                calibration_id=options["calibration"],
                title=options["title"],
                record=options["record"],
            )
            live = start_live(user=user, wish=wish).live
        ensure_camera(live, options["camera"], options["calibration"])
        return live

    def _film(self, live: LiveSession, options: dict[str, Any]) -> None:
        ends = time.monotonic() + (options["seconds"] or float("inf"))
        told = 0.0
        with _feed(options["source"], options["fps"]) as feed:
            try:
                for captured_us, data in _records(feed):
                    done = broker.push(live.pk, options["camera"], Picture(captured_us, now_us(), data))
                    if done.ring:
                        ring(live.pk)
                    if done.outcome == "closed" or time.monotonic() > ends:
                        return
                    if time.monotonic() - told > TELL_EVERY_S:
                        told = time.monotonic()
                        self._tell(live)
            except KeyboardInterrupt:
                self.stdout.write("")

    def _tell(self, live: LiveSession) -> None:
        """One line: what came, what is seen."""
        meta, state = broker.meta_of(live.pk), broker.state_of(live.pk)
        received = sum(camera.received for camera in meta.cameras.values())
        dropped = sum(camera.dropped for camera in meta.cameras.values())
        metrics = (state or {}).get("metrics")
        dropped = max(dropped, sum((metrics or {}).get("dropped", {}).values()))
        seen = "no worker has looked at it yet"
        if metrics:
            seen = f"{len(metrics['players'])} people, {metrics['fps']:.1f} a second, {metrics['latency_ms']:.0f} ms"
        self.stdout.write(f"{received} pictures sent, {dropped} dropped; {seen}")

    def _stop(self, user: User, live: LiveSession) -> None:
        stopped = wait_until_stored(stop_live(user=user, live=live), time.monotonic() + STORE_S)
        status = status_of(stopped)
        if status["error"]:
            raise CommandError(status["error"]["message"])
        if status["summary"] is None:
            raise CommandError("The session is not stored yet: no worker has taken it. Is one on the queue `live`?")
        summary = status["summary"]
        self.stdout.write(
            f"Stored: {summary['duration_s']:.1f} s, {summary['frames']['processed']} pictures, "
            f"{summary['tracks']} people, scale {summary['scale']}."
        )
        for player in summary["players"]:
            known = {name: value for name, value in player.items() if name.endswith(("_mps", "_m"))}
            figures = ", ".join(f"{name} {value:.1f}" for name, value in known.items()) or "not measured"
            self.stdout.write(f"  track {player['track_id']} ({player['grade'] or '-'}): {figures}")
        for warning in summary["warnings"]:
            self.stdout.write(f"  {warning}")


@contextmanager
def _feed(source: str, fps: float) -> Iterator[IO[bytes]]:
    """The pictures of a child process, which loads the video library in the command's place.

    Raises:
        CommandError: the source cannot be read.
    """
    command = [sys.executable, "-m", "pipeline.live_feed", "--fps", str(fps), "--", source]
    child = subprocess.Popen(  # noqa: S603  (our own module; the source is one argument)
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, cwd=settings.ROOT
    )
    assert child.stdout is not None and child.stderr is not None  # noqa: S101  (asked for above)
    try:
        yield child.stdout
        with suppress(subprocess.TimeoutExpired):
            if child.wait(timeout=FEED_END_S) > 0:
                said = child.stderr.read().decode(errors="replace").strip().splitlines()
                raise CommandError(said[-1] if said else f"{source} cannot be read.")
    finally:
        child.kill()
        child.wait()


def _records(feed: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    while len(head := feed.read(RECORD.size)) == RECORD.size:
        captured_us, size = RECORD.unpack(head)
        data = feed.read(size)
        if len(data) < size:
            return
        yield captured_us, data
