"""The web killed in the middle of a piece of a resumable upload; the phone goes on where the stored bytes end."""

from __future__ import annotations

import base64
import hashlib
import random
import socket
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from apps.accounts.models import Role
from apps.accounts.tokens import create_session_token
from apps.scan.models import ProcessingJob, Video
from tests.chaos import scans
from tests.chaos.parts import Web, wait_for
from tests.factories.accounts import make_member, make_team
from tests.factories.films import calibration
from tests.factories.scans import make_calibration

PIECES = 6
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Phone:
    """Somebody with a film and a line to the web."""

    web: Web
    film: bytes
    token: str
    calibration_id: str

    @classmethod
    def new(cls, web: Web) -> Phone:
        """A coach of a team of their own."""

        def make() -> tuple[str, str]:
            team = make_team(name=f"U15 {uuid.uuid4().hex[:6]}")
            coach = make_member(team, Role.OWNER)
            return create_session_token(str(coach.pk)), str(make_calibration(team, data=calibration()).pk)

        return cls(web, (Path(settings.MEDIA_ROOT) / scans.FILM).read_bytes(), *scans.patiently(make))

    def create(self) -> str:
        """A new upload's path."""
        name = base64.b64encode(b"film.mp4").decode()
        headers = {"Upload-Length": str(len(self.film)), "Upload-Metadata": f"filename {name}"}
        return str(self._call("POST", "/api/scan/uploads", headers=headers).headers["Location"])

    def stored(self, path: str) -> int:
        """How far the server says it is."""
        return int(self._call("HEAD", path).headers["Upload-Offset"])

    def send(self, path: str, offset: int) -> int:
        """The next piece; where the stored bytes end then."""
        piece = self.film[offset : offset + len(self.film) // PIECES + 1]
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return int(self._call("PATCH", path, headers=headers, content=piece).headers["Upload-Offset"])

    def begin_piece(self, path: str, offset: int, part: float) -> None:
        """Send a part of a piece and stop there, as a line does that is about to break."""
        piece = self.film[offset : offset + len(self.film) // PIECES + 1]
        place = urlsplit(self.web.url)
        head = [f"PATCH {urlsplit(path).path} HTTP/1.1", f"Host: {place.netloc}", f"Content-Length: {len(piece)}"]
        head += ["Content-Type: application/offset+octet-stream", f"Upload-Offset: {offset}"]
        head += [f"{name}: {value}" for name, value in self._headers.items()]
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall("\r\n".join([*head, "", ""]).encode() + piece[: int(part * len(piece))])
            time.sleep(0.1)
            self.web.kill()

    def scan(self, path: str) -> str:
        """Ask for a scan of the upload, twice, as a phone does that heard no answer; the job's id."""
        wish = {
            "upload_id": path.rstrip("/").rpartition("/")[2],
            "preset": "full",
            "calibration_id": self.calibration_id,
        }
        headers = {"Idempotency-Key": path}
        answers = [self._call("POST", "/api/scan/quick", headers=headers, json=wish).json() for _ in range(2)]
        first, second = (answer["data"]["job_id"] for answer in answers)
        assert first == second, "the repetition started another scan"
        return str(first)

    @property
    def _headers(self) -> dict[str, str]:
        return {**TUS, "Authorization": f"Bearer {self.token}"}

    def _call(self, method: str, path: str, headers: dict[str, str] | None = None, **options: object) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.web.url}{path}"
        answer = httpx.request(method, url, headers=self._headers | (headers or {}), timeout=60, **options)  # type: ignore[arg-type]
        answer.raise_for_status()
        return answer


def upload(web: Web, dice: random.Random, *, break_it: bool) -> tuple[str, float | None]:
    """Send the film, with the web killed in one of the pieces if so wished; the scan's job and the recovery [s]."""
    phone = Phone.new(web)
    path = phone.create()
    broken_at = dice.randrange(PIECES) if break_it else -1
    offset, number, took_s = 0, 0, None
    while offset < len(phone.film):
        if number == broken_at:
            phone.begin_piece(path, offset, dice.random())
            web.start()
            wait_for(web.answers, "the web answers")
            back = time.monotonic()
            stored = phone.stored(path)
            assert stored >= offset, f"{offset - stored} bytes that were acknowledged are gone"
            offset = phone.send(path, stored)
            took_s = time.monotonic() - back
        else:
            offset = phone.send(path, offset)
        number += 1
    return phone.scan(path), took_s


def wrongs(job_id: str, film: bytes) -> list[str]:
    """What is not as it should be with what arrived."""
    job = scans.patiently(lambda: ProcessingJob.objects.get(pk=job_id))
    videos = scans.patiently(lambda: list(Video.objects.filter(session_id=job.session_id)))
    found = [] if len(videos) == 1 else [f"{len(videos)} films"]
    for video in videos:
        stored = (Path(settings.MEDIA_ROOT) / video.file.name).read_bytes()
        digest = hashlib.sha256(film).hexdigest()
        if stored != film or video.sha256 != digest:
            found.append("the film is not what was sent")
    return found
