"""What a database URL becomes."""

from __future__ import annotations

import pytest

from axolotl_project.settings import base

POSTGRES = "postgres://user:pw@db:5432/axolotl"


def test_requests_share_connections_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "DATABASE_POOL", 7)
    shared = base.database(POSTGRES)
    assert shared["OPTIONS"] == {"pool": {"min_size": 1, "max_size": 7, "timeout": 10}}
    assert shared["CONN_HEALTH_CHECKS"] is True
    assert "pool" not in str(base.database("sqlite:///x.sqlite3"))


def test_workers_have_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "DATABASE_POOL", 0)
    assert "pool" not in str(base.database(POSTGRES))
