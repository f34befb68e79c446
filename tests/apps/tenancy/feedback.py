"""The feedback app in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import Row

ROWS: list[Row] = []

SOCKETS: list[Row] = []

OPEN_TO_ALL: dict[str, str] = {}

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {}
