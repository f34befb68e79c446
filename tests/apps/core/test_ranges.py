"""Byte ranges of a film (RFC 9110 §14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.core.ranges import MAX_RANGES, PIECE_BYTES, RangeNotSatisfiable, Span, parse_ranges, serve_file

SIZE = 1000
ETAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=0-", [(0, 999)]),
        ("bytes=500-", [(500, 999)]),
        ("bytes=999-5000", [(999, 999)]),
        ("bytes=-1", [(999, 999)]),
        ("bytes=-5000", [(0, 999)]),
        ("BYTES= 1 - 2 , 5-6,", [(1, 2), (5, 6)]),
        ("bytes=5-6,1-2", [(5, 6), (1, 2)]),
        ("bytes=2000-,0-1", [(0, 1)]),
    ],
)
def test_ranges_that_can_be_served(header: str, spans: list[tuple[int, int]]) -> None:
    assert parse_ranges(header, SIZE) == [Span(*span) for span in spans]


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "lines=0-1", "bytes=1-2,x"]
)
def test_what_is_no_byte_range_is_ignored(header: str) -> None:
    assert parse_ranges(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=-0", "bytes=4000-5000,1000-1001"])
def test_ranges_beyond_the_file(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        parse_ranges(header, SIZE)


def test_too_many_ranges() -> None:
    with pytest.raises(RangeNotSatisfiable):
        parse_ranges("bytes=" + ",".join(["0-1"] * (MAX_RANGES + 1)), SIZE)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=40), st.integers(1, 10**6))
def test_a_span_never_leaves_the_file(header: str, size: int) -> None:
    try:
        spans = parse_ranges(header, size)
    except RangeNotSatisfiable:
        return
    assert spans is None or all(0 <= span.start <= span.end < size for span in spans)


@pytest.fixture
def film_file(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 3000)  # more than one piece
    return path


def serve(path: Path, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return serve_file(request, path, content_type="video/mp4", etag=ETAG, disposition='inline; filename="film.mp4"')


def body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_the_whole_file(film_file: Path) -> None:
    response = serve(film_file)
    content = film_file.read_bytes()
    assert len(content) > 2 * PIECE_BYTES
    assert (response.status_code, body(response)) == (200, content)
    assert (response["Content-Length"], response["Accept-Ranges"]) == (str(len(content)), "bytes")
    assert (response["ETag"], response["Content-Type"]) == (ETAG, "video/mp4")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_one_range(film_file: Path) -> None:
    content = film_file.read_bytes()
    response = serve(film_file, Range="bytes=100-299999")
    assert (response.status_code, body(response)) == (206, content[100:300000])
    assert response["Content-Range"] == f"bytes 100-299999/{len(content)}"
    assert response["Content-Length"] == "299900"


def test_several_ranges_are_a_multipart_message(film_file: Path) -> None:
    content = film_file.read_bytes()
    response = serve(film_file, Range="bytes=0-9,-5")
    answer = body(response)
    assert response.status_code == 206
    assert response["Content-Length"] == str(len(answer))
    message: Message = BytesParser().parsebytes(
        b"Content-Type: " + response["Content-Type"].encode() + b"\r\n" + answer
    )
    parts = message.get_payload()
    assert [part["Content-Range"] for part in parts] == [
        f"bytes 0-9/{len(content)}",
        f"bytes {len(content) - 5}-{len(content) - 1}/{len(content)}",
    ]
    assert [part["Content-Type"] for part in parts] == ["video/mp4", "video/mp4"]
    boundary = re.search("boundary=(.+)", response["Content-Type"])[1].encode()
    assert answer.count(b"--" + boundary) == 3
    assert content[:10] in answer


def test_beyond_the_end(film_file: Path) -> None:
    response = serve(film_file, Range="bytes=999999999-")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{film_file.stat().st_size}")


def test_head_says_the_length_and_sends_nothing(film_file: Path) -> None:
    response = serve(film_file, "head", Range="bytes=0-1")
    assert (response.status_code, body(response)) == (200, b"")
    assert response["Content-Length"] == str(film_file.stat().st_size)


@pytest.mark.parametrize("tag", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*"])
def test_a_copy_that_is_still_good_is_not_sent_again(film_file: Path, tag: str) -> None:
    response = serve(film_file, **{"If-None-Match": tag})
    assert (response.status_code, body(response)) == (304, b"")


def test_if_range(film_file: Path) -> None:
    """A range goes on from an old copy only while the file is the same."""
    modified = serve(film_file)["Last-Modified"]
    for value, status in {
        ETAG: 206,
        '"other"': 200,
        f"W/{ETAG}": 200,
        modified: 206,
        "Mon, 01 Jan 2001 00:00:00 GMT": 200,
        "nonsense": 200,
    }.items():
        assert serve(film_file, Range="bytes=0-1", **{"If-Range": value}).status_code == status, value


def test_under_asgi_it_is_read_piece_by_piece(film_file: Path) -> None:
    response = serve(film_file, Range="bytes=1-")

    async def collect(pieces: AsyncIterable[bytes]) -> list[bytes]:
        return [piece async for piece in pieces]

    pieces = asyncio.run(collect(response))
    assert b"".join(pieces) == film_file.read_bytes()[1:]
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_a_viewer_who_leaves_closes_the_file(film_file: Path) -> None:
    import psutil

    async def leave() -> None:
        pieces = serve(film_file).__aiter__()
        await anext(pieces)
        await anext(pieces)
        await pieces.aclose()

    asyncio.run(leave())
    assert str(film_file) not in [file.path for file in psutil.Process().open_files()]
