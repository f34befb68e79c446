"""The demo as a phone would do it: log in, upload over HTTP, follow the job to its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

UPLOAD_TIMEOUT_S = 120.0
ENDED = ("completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Login:
    """One demo account."""

    role: str
    email: str
    password: str


class DemoClient:
    """The API as the coach."""

    def __init__(self, base_url: str, login: Login) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=UPLOAD_TIMEOUT_S)
        self._login = login
        self._expires = 0.0

    def start_scan(self, clip: Path, fields: Mapping[str, str]) -> dict[str, Any]:
        """Upload the clip; answers the ids of job and session."""
        with clip.open("rb") as video:
            answer = self._http.post(
                "/api/scan/quick",
                headers=self._authorised(),
                files={"video": (clip.name, video, "video/mp4")},
                data=dict(fields),
            )
        answer.raise_for_status()
        started: dict[str, Any] = answer.json()
        return started

    def keep_calibration(self, marks: Mapping[str, Any]) -> str:
        """Keep a calibration by marks; answers its id."""
        answer = self._http.post("/api/scan/calibrations", headers=self._authorised(), json=dict(marks))
        answer.raise_for_status()
        return str(answer.json()["data"]["id"])

    def status(self, job_id: str) -> dict[str, Any]:
        """The job as the API tells it."""
        answer = self._http.get(f"/api/scan/{job_id}/status", headers=self._authorised())
        answer.raise_for_status()
        state: dict[str, Any] = answer.json()["data"]
        return state

    def _authorised(self) -> dict[str, str]:
        if time.monotonic() > self._expires:
            answer = self._http.post(
                "/api/auth/token", json={"email": self._login.email, "password": self._login.password}
            )
            answer.raise_for_status()
            token = answer.json()["data"]
            self._access = token["access"]
            self._expires = time.monotonic() + token["expires_in"] / 2
        return {"Authorization": f"Bearer {self._access}"}
