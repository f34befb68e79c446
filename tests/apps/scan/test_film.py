"""The film of a session and its pictures: `/video`, `/frame` and signed links."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core import signing
from PIL import Image

from apps.accounts.models import Membership, User
from apps.scan import media
from apps.scan.models import Video
from tests.apps.scan.conftest import results
from tests.factories.videos import read_number

pytestmark = pytest.mark.django_db


# Film ------------------------------------------------------------------------------------------------------------


def test_the_film_in_ranges(api_client: Callable[..., Any], coach: User, stored_film: Video, film: Path) -> None:
    content = film.read_bytes()
    client, url = api_client(coach), f"/api/scan/{stored_film.session_id}/video"
    whole = client.get(url)
    assert (whole.status_code, b"".join(whole), whole["Content-Type"]) == (200, content, "video/mp4")
    assert whole["Content-Disposition"] == 'inline; filename="Training-1.mp4"'
    for header, start, end in (("bytes=5-9", 5, 9), ("bytes=-7", len(content) - 7, len(content) - 1)):
        part = client.get(url, headers={"Range": header})
        assert (part.status_code, b"".join(part)) == (206, content[start : end + 1])
        assert part["Content-Range"] == f"bytes {start}-{end}/{len(content)}"
    several = client.get(url, headers={"Range": "bytes=0-1,4-5"})
    assert several.status_code == 206
    assert several["Content-Type"].startswith("multipart/byteranges")
    assert client.get(url, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert client.get(url, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    assert client.get(url, headers={"Range": "bytes=0-1", "If-Range": '"old"'}).status_code == 200
    head = client.head(url)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(content)))


def test_a_film_that_is_gone_is_said_to_be(
    api_client: Callable[..., Any], coach: User, stored_film: Video, folders: Path
) -> None:
    media.delete_file(stored_film.file.name)
    for route in ("video", "frame"):
        response = api_client(coach).get(f"/api/scan/{stored_film.session_id}/{route}")
        assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")
        assert "no longer" in response.json()["error"]["message"]


def signed(client: Any, video: Video) -> str:
    url: str = results(client, video).json()["data"]["video"]["url"]
    return url


def test_a_signed_link_needs_no_header(
    api_client: Callable[..., Any], coach: User, stored_film: Video, film: Path
) -> None:
    url = signed(api_client(coach), stored_film)
    assert b"".join(api_client().get(url)) == film.read_bytes()
    part = api_client().get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, b"".join(part)) == (206, film.read_bytes()[:4])
    assert api_client().head(url).status_code == 200


def test_a_signed_link_ends(
    api_client: Callable[..., Any], coach: User, stored_film: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = signed(api_client(coach), stored_film)
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 14 * 60)
    assert api_client().get(url).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 15 * 60 + 2)
    response = api_client().get(url)
    assert (response.status_code, response.json()["error"]["code"]) == (410, "GONE")


def test_a_signed_link_dies_with_the_right(api_client: Callable[..., Any], coach: User, stored_film: Video) -> None:
    url = signed(api_client(coach), stored_film)
    Membership.objects.filter(user=coach).delete()
    assert api_client().get(url).status_code == 404


def test_a_link_of_another_make_is_nothing(api_client: Callable[..., Any], coach: User, stored_film: Video) -> None:
    url = signed(api_client(coach), stored_film)
    token = url.split("/")[3]
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x",
        signing.dumps({"v": str(stored_film.pk), "u": str(coach.pk)}, salt="other"),
        signing.dumps({"v": str(uuid.uuid4()), "u": str(coach.pk)}, salt="scan.media"),
    ]
    for bad in forged:
        assert api_client().get(f"/media/signed/{bad}/video").status_code == 404


# Pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("t", "number"), [(0, 0), (0.5, 12), (1.0, 25), (99, 49)])
def test_the_picture_shown_at_a_time(
    api_client: Callable[..., Any], coach: User, stored_film: Video, t: float, number: int
) -> None:
    response = api_client(coach).get(f"/api/scan/{stored_film.session_id}/frame?t={t}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert "private" in response["Cache-Control"]
    image = Image.open(io.BytesIO(response.content))
    assert image.size == (96, 64)
    assert read_number(np.asarray(image)[:, :, ::-1]) == number


def test_a_smaller_picture(api_client: Callable[..., Any], coach: User, stored_film: Video) -> None:
    response = api_client(coach).get(f"/api/scan/{stored_film.session_id}/frame?t=1&max_side=64")
    assert max(Image.open(io.BytesIO(response.content)).size) == 64


@pytest.mark.parametrize("query", ["t=-1", "t=x", "t=inf", "t=99999", "max_side=1"])
def test_no_such_picture(api_client: Callable[..., Any], coach: User, stored_film: Video, query: str) -> None:
    response = api_client(coach).get(f"/api/scan/{stored_film.session_id}/frame?{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
