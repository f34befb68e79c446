"""Overhead of the chain: the steps' compute time over the wall time of a one-minute scan on the running stack."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import httpx

from apps.web.demo.footage import demo_clip
from tests.bench.row import Bar, Row, measure
from tests.e2e.stack import ROOT, Stack
from tests.factories.clips import looped

MIN_SHARE = 0.9
CLIP_S = 60
TIMEOUT_S = 1800.0
MAX_REPEATS = 3  # a scan takes minutes; the share hardly moves


def run(repeats: int) -> list[Row]:
    """Scan the minute `repeats` times (at most three), one after the other."""
    with tempfile.TemporaryDirectory(prefix="axolotl-bench-") as folder:
        clip = looped(demo_clip(ROOT / "var" / "demo"), Path(folder) / "minute.mp4", CLIP_S)
        stack = Stack(Path(folder) / "var")
        stack.manage("migrate", "--verbosity", "0")
        stack.start()
        try:
            shares = [_share(stack, clip) for _ in range(min(repeats, MAX_REPEATS))]
        finally:
            stack.stop()
            shutil.rmtree(stack.var, ignore_errors=True)
    return [measure("chain: compute over wall, one minute", "share", shares, Bar("at_least", MIN_SHARE))]


def _share(stack: Stack, clip: Path) -> float:
    stack.manage("create_team", "Bench", "bench@example.org", "--password", "bench password 1")
    with httpx.Client(base_url=stack.url, timeout=300) as client:
        login = {"email": "bench@example.org", "password": "bench password 1"}
        token = client.post("/api/auth/token", json=login).raise_for_status().json()["data"]["access"]
        client.headers["Authorization"] = f"Bearer {token}"
        team = client.get("/api/teams").json()["data"][0]["id"]
        player = client.post("/api/players", json={"team_id": team, "first_name": "Minute"}).json()["data"]["id"]
        with clip.open("rb") as video:
            fields = {"player_id": player, "preset": "fast"}
            answer = client.post("/api/scan/quick", files={"video": (clip.name, video)}, data=fields)
        job = answer.raise_for_status().json()["job_id"]
        _await_end(client, job)
    code = (
        "from apps.scan.models import ProcessingJob as J, JobStep as S\n"
        "from django.db.models import Sum\n"
        f"job = J.objects.get(pk='{job}')\n"
        "wall = (job.ended_at - job.created_at).total_seconds()\n"
        "print(S.objects.filter(job=job).aggregate(total=Sum('compute_s'))['total'] / wall)"
    )
    return float(stack.python(code).strip().splitlines()[-1])


def _await_end(client: httpx.Client, job: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        state = client.get(f"/api/scan/{job}/status").json()["data"]
        if state["status"] == "completed":
            return
        if state["status"] in ("failed", "cancelled"):
            raise RuntimeError(f"the scan {state['status']}: {state['error']}")
        time.sleep(1)
    raise RuntimeError(f"the scan did not end within {TIMEOUT_S:g} s")
