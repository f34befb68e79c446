"""`manage.py bench` passes on to the benchmark and its verdict."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command


def test_an_unknown_subject_is_said() -> None:
    with pytest.raises(CommandError, match="could not run") as refused:
        call_command("bench", "moon")
    assert refused.value.returncode == 2
