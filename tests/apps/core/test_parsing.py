"""Bodies that no JSON reader can take are refused, not crashed on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User

DEEP = "[" * 200_000


@pytest.mark.parametrize("path", ["/api/auth/token", "/api/teams", "/api/scan/quick"])
def test_json_nested_beyond_reason_is_a_bad_request(
    path: str, api_client: Callable[..., APIClient], coach: User
) -> None:
    answer = api_client(coach).post(path, DEEP, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "The JSON is nested too deeply to be read."
