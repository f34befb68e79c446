"""The seed's two test snippets, ported to Django's and DRF's clients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.accounts.models import Player, User
from vision.kpi import calculate_speed_metrics


def test_calculate_speed_metrics() -> None:
    trajectories = np.array([[0, 0], [1, 0], [2, 0]])
    fps = 30

    metrics = calculate_speed_metrics(trajectories, fps)

    assert "max_speed" in metrics
    assert "avg_speed" in metrics
    assert metrics["max_speed"] > 0
    assert metrics["max_speed"] == pytest.approx(30.0)
    assert metrics["quality"]["plausible"] is False, "nobody runs 30 m/s, and the quality says so"


@pytest.mark.django_db
def test_quick_scan_endpoint(api_client: Callable[..., Any], coach: User, player: Player, film: Path) -> None:
    with film.open("rb") as video:
        response = api_client(coach).post(
            "/api/scan/quick", data={"video": video, "player_id": "player_1"}, format="multipart"
        )

    assert response.status_code == 200
    assert "job_id" in response.json()
