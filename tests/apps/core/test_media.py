"""Private files: how old one is that goes while somebody looks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.core import media


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """The storage is not on this machine."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(media, "local_path", lambda key: None)


def test_a_file_is_as_old_as_its_place_in_the_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    key = default_storage.save("videos/film.mp4", ContentFile(b"film"))
    assert media.is_older(key, timezone.now() + timedelta(minutes=1))
    assert not media.is_older(key, timezone.now() - timedelta(minutes=1))


def test_a_file_that_went_meanwhile_is_of_no_age() -> None:
    assert not media.is_older("videos/gone.mp4", timezone.now())


@pytest.mark.usefixtures("elsewhere")
def test_so_is_one_that_went_elsewhere() -> None:
    assert not media.is_older("videos/gone.mp4", timezone.now())


@pytest.mark.usefixtures("elsewhere")
def test_a_storage_that_does_not_answer_is_no_file_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    key = default_storage.save("videos/film.mp4", ContentFile(b"film"))

    def away(key: str) -> None:
        raise OSError("the storage is away")

    monkeypatch.setattr(default_storage, "get_modified_time", away)
    with pytest.raises(OSError, match="away"):
        media.is_older(key, timezone.now())
