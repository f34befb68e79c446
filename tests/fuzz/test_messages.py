"""What comes in headers, addresses, short texts and single messages."""

from __future__ import annotations

import gzip
import io
import json
import os
import tempfile
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from hypothesis import strategies as st
from rest_framework.exceptions import APIException

from apps.accounts.clients import Client, client_of
from apps.calendar.instructions.parser import parse
from apps.core import media
from apps.core.errors import DomainError
from apps.core.folding import words_of
from apps.core.ranges import RangeNotSatisfiable, parse_ranges, serve_file
from apps.core.sockets import object_in
from apps.dashboard.periods import Period
from apps.edge.agent.films import said_of
from apps.edge.parsers import unpacked
from apps.edge.stamps import EARLIEST_MS, LATEST_MS, read_time
from apps.live.consumers import MAX_TEXT
from apps.live.frames import MAX_FRAME_BYTES, Picture, read_base64, read_binary
from apps.pairing.codes import read_code, read_token, sign_token
from apps.scan.uploads import Checksum, append_piece, read_checksum, read_count, read_metadata, write_metadata
from apps.search.full_text import words_of as words_to_find
from axolotl_project.settings import env
from tests.factories.live import JPEG, PNG, WEBP, binary
from tests.fuzz.damage import HUGE, ODD_TEXTS, damaged_bytes, damaged_json, damaged_text, odd_values
from tests.fuzz.exploring import Target, explore

latin = st.text(st.characters(max_codepoint=255), max_size=200)
"""What a header can hold: servers decode it so."""
NOW_US = 1_780_000_000_000_000
TODAY = date(2026, 5, 1)
FILE_BYTES = 1000


# Uploads ---------------------------------------------------------------------------------------------------------


def metadata(header: str) -> None:
    for name, value in read_metadata(header).items():
        assert name
        assert "\x00" not in value


def count(header: str) -> None:
    assert 0 <= read_count({"Upload-Length": header}, "Upload-Length") < 10**15


def checksum(header: str) -> None:
    found = read_checksum(header)
    assert found is None or isinstance(found.digest, bytes)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[bytes, bytes, int, int, Checksum | None]:
    there, piece = draw(st.binary(max_size=40)), draw(st.binary(max_size=40))
    offset, limit = draw(st.integers(0, 80)), draw(st.integers(0, 80))
    wrong = st.builds(Checksum, st.sampled_from(["sha1", "sha256", "md5"]), st.binary(max_size=40))
    return there, piece, draw(st.one_of(st.just(len(there)), st.just(offset))), limit, draw(st.none() | wrong)


def piece_on_disk(example: tuple[bytes, bytes, int, int, Checksum | None]) -> None:
    """The file is what was there, or that and the whole piece: never a half."""
    there, piece, offset, limit, digest = example
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part"
        path.write_bytes(there)
        try:
            size = append_piece(path, io.BytesIO(piece), offset=offset, limit=limit, checksum=digest)
        except DomainError:
            assert path.read_bytes() == there
            raise
        assert path.read_bytes() == there + piece
        assert size == len(there + piece)


def packed(data: bytes) -> None:
    assert len(unpacked(io.BytesIO(data))) <= 10 * 1024**2


# Films and links -------------------------------------------------------------------------------------------------


def ranges(header: str) -> None:
    for span in parse_ranges(header, FILE_BYTES) or ():
        assert 0 <= span.start <= span.end < FILE_BYTES


def served(headers: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        path.write_bytes(bytes(range(250)) * 4)
        request = RequestFactory(headers=headers).get("/")
        answer = serve_file(request, path, content_type="video/mp4", etag='"abc"', disposition="inline")
        assert answer.status_code in (200, 206, 304, 416)
        if answer.status_code in (200, 206):
            assert len(b"".join(answer)) == int(answer["Content-Length"])  # type: ignore[arg-type]


DATES = ("Thu, 01 Jan 2026 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "31 Dec 9999 23:59:59 -2359")
range_headers = st.fixed_dictionaries(
    {},
    optional={
        "Range": st.one_of(latin, damaged_text(["bytes=0-9,20-,-5", "bytes=-1", "bytes=999-99999999999999999999"])),
        "If-Range": st.one_of(latin, damaged_text(['"abc"', 'W/"abc"', *DATES])),
        "If-None-Match": st.one_of(latin, damaged_text(['"abc"', 'W/"abc", "d"', "*"])),
    },
)


def link(token: str) -> None:
    """Nothing but what we signed opens."""
    assert media.opened(token, "film")[0] == VIDEO


def offer(token: str) -> None:
    assert read_token(token) == OFFER


def in_address(data: bytes) -> str:
    """As Django reads a path."""
    return data.decode("utf-8", "replace")


VIDEO, OFFER = str(uuid.UUID(int=7)), uuid.UUID(int=9)


def code(text: str) -> None:
    found = read_code(text)
    assert found is None or (len(found) == 8 and found.isascii())


def agent_of(header: str) -> None:
    found = client_of(RequestFactory(headers={"User-Agent": header, "X-Client": header}).get("/"))
    assert isinstance(found, Client)


# Live frames -----------------------------------------------------------------------------------------------------


def frame(message: bytes) -> None:
    checked(read_binary(message, received_us=NOW_US))


def frame_in_json(message: Any) -> None:
    text = json.dumps(message) if not isinstance(message, str) else message
    content = object_in(text, MAX_TEXT)
    if content is not None:
        checked(read_base64(content.get("frame"), content.get("timestamp"), received_us=NOW_US))


def checked(picture: Picture) -> None:
    assert len(picture.data) <= MAX_FRAME_BYTES
    assert -60_000_000 <= picture.captured_us - NOW_US <= 5_000_000


FRAMES = [binary(NOW_US, data) for data in (JPEG, PNG, WEBP)]
IN_JSON = [{"type": "frame_data", "frame": "/9j/4AAQSkZJRg==", "timestamp": NOW_US}]


# Words and times -------------------------------------------------------------------------------------------------


def instruction(text: str) -> None:
    found = parse(text[:500], today=TODAY)
    assert found is not None


SENTENCES = [
    "move Thursday's session to 18:30 and make it 75 minutes",
    "pon el entrenamiento del martes a las 19:00 con intensidad baja",
    "shift everything by 15 min", "cancel 2026-05-08", 'rename it to "Rondo" at pitch 2', "in 3 weeks at 7pm",
]  # fmt: skip


def period(text: str) -> None:
    found = Period.parse(text, "Europe/Madrid", today=TODAY)
    assert found.start <= found.end


def stamp(text: Any) -> None:
    assert EARLIEST_MS <= read_time(text) < LATEST_MS


def search_words(text: str) -> None:
    for word in (*words_of(text), *words_to_find(text)):
        assert word.strip()


def setting(example: tuple[str, str]) -> None:
    """A setting is read, or refused by its name."""
    kind, raw = example
    os.environ["FUZZ"] = raw
    try:
        {
            "flag": lambda: env.flag("FUZZ", default=True),
            "integer": lambda: env.integer("FUZZ", 3),
            "size": lambda: env.size_bytes("FUZZ", "1MB"),
            "words": lambda: env.words("FUZZ"),
            "folder": lambda: env.folder("FUZZ", Path()),
            "pairs": lambda: env.pairs("FUZZ"),
            "smtp": lambda: env.smtp(env.text("FUZZ")),
        }[kind]()
    finally:
        del os.environ["FUZZ"]


SETTINGS = ("flag", "integer", "size", "words", "folder", "pairs", "smtp")
raw_settings = st.one_of(
    damaged_text(["500MB", "1.5 GB", "login=30/min,upload=5/h", "smtp+tls://me:secret@host:587", "~/axolotl", "yes"]),
    st.text(max_size=40),
).filter(lambda text: "\x00" not in text and "\ud800" not in text)


def beside_film(content: bytes) -> None:
    """A file beside a film tells something or nothing; it never stops the agent."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        film.with_name("film.mp4.json").write_bytes(content)
        assert all(isinstance(value, str) for value in said_of(film).values())


TARGETS = [
    Target("tus metadata", latin | damaged_text([write_metadata("été.mp4"), "a YQ==,b Yg=="]), metadata, (DomainError,),
           found=["filename é"]),
    Target("tus count", latin | st.sampled_from(ODD_TEXTS), count, (DomainError,)),
    Target("tus checksum", latin | damaged_text(["sha1 3q2+7w==", "md5 AAAA"]), checksum, (DomainError,),
           found=["sha1 é"]),
    Target("tus piece", pieces(), piece_on_disk, (DomainError,)),
    Target("gzip body", damaged_bytes([gzip.compress(b"{}" * 50), gzip.compress(bytes(30 * 1024**2))]), packed,
           (DomainError, APIException)),
    Target("range", latin | damaged_text(["bytes=0-9,20-,-5", "bytes=-1"]), ranges, (RangeNotSatisfiable,),
           found=["bytes=" + "9" * 5000 + "-", "bytes=-" + "9" * 5000]),
    Target("range request", range_headers, served),
    Target("media link", latin | damaged_bytes([media.sign(uuid.UUID(VIDEO), OFFER, "film").encode()]).map(in_address),
           link, (DomainError,)),
    Target("pairing offer", st.text() | damaged_text([sign_token(OFFER)]), offer, (DomainError,)),
    Target("pairing code", st.text() | damaged_text(["ABCD-EFGH", "abcd efgh"]), code),
    Target("user agent", latin | damaged_text(["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1"]),
           agent_of),
    Target("binary frame", damaged_bytes(FRAMES) | st.binary(max_size=40), frame, (DomainError,)),
    Target("frame in JSON", damaged_json(IN_JSON) | damaged_text([json.dumps(IN_JSON[0]), "[" * 100_000]),
           frame_in_json, (DomainError,),
           found=[{**IN_JSON[0], "timestamp": HUGE}, {**IN_JSON[0], "timestamp": -HUGE}]),
    Target("instruction", st.text(max_size=200) | damaged_text(SENTENCES), instruction,
           found=["2000MIN", "move it 9999 days later", "make it " + "9" * 400 + " hours", "rename it to \ud800",
                  "rename it to " + "e\u0301" * 150, "at pitch " + "é" * 300, "swap " + "e\u0301" * 110 + " for it"]),
    Target("period", st.text(max_size=40) | damaged_text(["30d", "2026-01-01..2026-05-01", "12m"]), period,
           (DomainError,)),
    Target("time of an edit", odd_values | damaged_text(["2026-05-01T12:00:00.250Z"]), stamp, (ValueError,)),
    Target("search words", st.text() | damaged_text(["sprint NEAR/3 recovery*", '"a" OR b:c']), search_words),
    Target("setting", st.tuples(st.sampled_from(SETTINGS), raw_settings), setting, (ImproperlyConfigured,),
           found=[("folder", "~nobody at all/axolotl"), ("smtp", "smtp://host:" + "9" * 5000),
                  ("smtp", "smtp://h: 587"), ("smtp", "smtp://[host"), ("size", "9" * 400)]),
    Target("file beside a film", damaged_bytes([b'{"session_id": "a", "title": "b"}', b"[]"]), beside_film,
           found=[b"[" * 100_000]),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_parser(target: Target, fuzz_seconds: float) -> None:
    explore(target, fuzz_seconds)
