"""Filming and watching live in real Chromium, whose camera is a clip, on the running stack with the embedded models."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.e2e.browser import accessibility_problems, chromium, shoot
from tests.e2e.conftest import COACH, SIZE, VIEWER
from tests.e2e.stack import ROOT, Stack, wait_until
from vision.detection.nms import iou

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.models,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

CAMERA = {"permissions": ["camera"]}
FIRST_STATE_MS = 60_000
"""The worker loads its models before the first picture."""
MARKS = {
    "a_goalpost_left": (0.013, 0.738),
    "a_goalpost_right": (0.987, 0.738),
    "b_penalty_area_front_left": (0.291, 0.272),
    "b_penalty_area_front_right": (0.709, 0.272),
}
"""Where a small pitch would lie in the clip (as in `test_web_story.py`). Shares of the frame."""
PALETTE = ("#4cc9f0", "#ffd166", "#ff7fa8", "#8ce99a", "#c0a6ff", "#ff9f5a", "#5eead4", "#f4f1de")
"""Colours of tracks by number (`overlay/track-style.ts`)."""
SURE = 0.2
"""Half hidden by the tree counts too."""
ON_THE_PLAYER = 0.5
"""A tracker smooths its boxes; half of both together is still the same person."""
COLOUR_OFF = 60.0
"""Lines are drawn over a dark seam and smoothed: as far as a pixel of one may be from its colour (0 to 441)."""
SHOWN = """() => {
  const canvas = document.querySelector("[data-testid=live-overlay]");
  return { taken: Number(canvas.dataset.takenUs ?? 0), picture: canvas.toDataURL("image/png") };
}"""

COUNT = "from apps.sessions.models import Session; print(Session.objects.filter(title='By phone').count())"
SEES_FILM = """() => {
  const canvas = document.querySelector("[data-testid=live-overlay]");
  const { width, height } = canvas;
  if (!canvas.dataset.takenUs) return false;
  const points = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const seen = new Set();
  for (let i = 0; i < points.length; i += 4 * 97) {
    seen.add(`${points[i] >> 4},${points[i + 1] >> 4},${points[i + 2] >> 4}`);
  }
  return seen.size > 60;
}"""
"""A film has many colours; the ground behind mere boxes has one."""


@pytest.fixture(scope="module")
def browser(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a camera that shows the clip, again and again."""
    feed = tmp_path_factory.mktemp("camera") / "clip.mjpeg"
    as_camera(clip, feed)
    with chromium("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={feed}") as running:
        yield running


@pytest.fixture(scope="module")
def api(stack: Stack) -> Iterator[httpx.Client]:
    """The API as the coach sees it."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        signed_in = client.post("/api/auth/token", json=dict(zip(("email", "password"), COACH, strict=True)))
        client.headers["Authorization"] = f"Bearer {signed_in.json()['data']['access']}"
        yield client


@pytest.fixture(scope="module")
def pitch(api: httpx.Client) -> str:
    """A pitch marked in the picture of this camera; its name."""
    points = [{"mark": mark, "image": [x * SIZE[0], y * SIZE[1]]} for mark, (x, y) in MARKS.items()]
    body = {"name": "Park pitch", "image_size": list(SIZE), "pitch": {"format": "5v5"}, "points": points}
    assert api.post("/api/scan/calibrations", json=body).status_code == 201
    return "Park pitch"


@pytest.fixture(autouse=True)
def ended(api: httpx.Client) -> Iterator[None]:
    """A worker carries one session at a time: what a failed test left running would hold up the next."""
    yield
    for live in api.get("/api/live", params={"is_open": True}).json()["data"]:
        api.post("/api/live/stop", json={"session_id": live["session_id"]})


def as_camera(clip: Path, feed: Path) -> None:
    """The clip in the form in which Chromium takes it for a camera; to and fro, so that nobody jumps at its end."""
    import av

    with av.open(str(clip)) as film:
        pictures = [frame.reformat(*SIZE, format="yuvj420p") for frame in film.decode(video=0)]
    with av.open(str(feed), "w", format="mjpeg") as out:
        stream: Any = out.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuvj420p"
        stream.options = {"qmin": "2", "qmax": "4"}
        for number, picture in enumerate([*pictures, *reversed(pictures)]):
            picture.pts, picture.time_base = number, Fraction(1, 30)
            out.mux(stream.encode(picture))
        out.mux(stream.encode())


@dataclass
class Wire:
    """What went over the live socket of a page: pictures by their time, states by the time of theirs."""

    pictures: dict[int, bytes] = field(default_factory=dict)
    states: dict[int, dict[str, Any]] = field(default_factory=dict)

    def listen(self, socket: WebSocket) -> None:
        if "/ws/live/" in socket.url:
            socket.on("framesent", self._sent)
            socket.on("framereceived", self._received)

    def _sent(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            self.pictures[int.from_bytes(payload[:8], "big")] = payload[8:]

    def _received(self, payload: str | bytes) -> None:
        message = json.loads(payload)
        if message["type"] == "metrics_update":
            for facts in message["metrics"]["frame"].values():
                self.states[facts["t_us"]] = message["metrics"]


def start(
    page: Page, title: str, *, source: str = "This computer's camera", pitch: str = "", record: bool = False
) -> str:
    """Start a session through the form; its address."""
    page.goto("/live")
    page.get_by_role("radio", name=source).check()
    if source != "A paired phone":
        page.get_by_role("button", name="Turn on the camera").click()
        page.get_by_role("button", name="Turn on the camera").wait_for(state="detached")
    page.get_by_label("Name of the session").fill(title)
    if pitch:
        page.get_by_label("Pitch", exact=True).select_option(label=pitch)
    if record:
        page.get_by_label("Keep the film too").check()
        page.get_by_role("button", name="Start").click()
        page.get_by_text("Confirm this first, or do not keep the film.").wait_for()
        page.get_by_label("Everyone in the picture").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    return page.url


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Yes, stop").click()
    page.get_by_text("The session is kept").wait_for(timeout=30_000)


def shown_moment(page: Page, wire: Wire) -> tuple[np.ndarray, int]:
    """The canvas at a moment when it shows a picture that was looked at, not one between two."""

    def look() -> dict[str, Any] | None:
        page.wait_for_timeout(20)
        shown: dict[str, Any] = page.evaluate(SHOWN)
        return shown if shown["taken"] in wire.states and shown["taken"] in wire.pictures else None

    shown = wait_until(look, "a picture that was looked at", timeout_s=20)
    assert shown is not None
    png = base64.b64decode(shown["picture"].partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.float32), int(shown["taken"])


def drawn_as(picture: bytes, canvas: np.ndarray) -> tuple[np.ndarray, float, float, float]:
    """A sent picture as it should lie in the canvas, and its scale and place there."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    height, width = canvas.shape[:2]
    scale = min(width / image.width, height / image.height)
    x, y = (width - image.width * scale) / 2, (height - image.height * scale) / 2
    ground = Image.new("RGB", (width, height))
    ground.paste(image.resize((round(image.width * scale), round(image.height * scale))), (round(x), round(y)))
    return np.asarray(ground, dtype=np.float32), scale, x, y


def has_line(canvas: np.ndarray, x: float, y: float, colour: str) -> bool:
    """Whether a pixel of a line lies within three pixels of a place."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float32)
    top, left = max(0, round(y) - 3), max(0, round(x) - 3)
    area = canvas[top : round(y) + 4, left : round(x) + 4].reshape(-1, 3)
    return bool(area.size) and float(np.linalg.norm(area - wanted, axis=1).min()) < COLOUR_OFF


def people_in(picture: bytes) -> np.ndarray:
    """Boxes of the people in a sent picture, found here and now, at leisure."""
    from vision.detection import build_detector

    image_bgr = np.ascontiguousarray(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))[:, :, ::-1])
    found = build_detector("nanodet", model_dir=ROOT / "var" / "models").detect([image_bgr])[0]
    return np.asarray(found.xyxy[(found.class_id == 0) & (found.score > SURE)])


def test_a_coach_films_sees_boxes_on_the_players_and_keeps_the_session(
    open_page: Callable[..., Page], pitch: str
) -> None:
    page = open_page("/", as_user=COACH, **CAMERA)
    wire = Wire()
    page.on("websocket", wire.listen)
    start(page, "Tuesday live", pitch=pitch, record=True)
    page.get_by_test_id("live-player").first.wait_for(timeout=FIRST_STATE_MS)
    assert page.get_by_test_id("live-line").inner_text() == "Connected"

    canvas, taken = shown_moment(page, wire)
    shoot(page, "live-1440-light")
    times = sorted(wire.pictures)
    near = [t for t in times if abs(times.index(t) - times.index(taken)) <= 3]
    off = {t: float(np.abs(drawn_as(wire.pictures[t], canvas)[0] - canvas).mean()) for t in near}
    assert min(off, key=lambda t: off[t]) == taken, "another picture lies under the boxes"

    _, scale, x0, y0 = drawn_as(wire.pictures[taken], canvas)
    players = [player for player in wire.states[taken]["players"] if player["seen"]]
    assert players, "nobody was found in a clip of two people"
    people = people_in(wire.pictures[taken])
    for player in players:
        left, top, right, bottom = player["bbox"]
        middle = y0 + scale * (top + bottom) / 2
        colour = PALETTE[player["track_id"] % len(PALETTE)]
        for x in (left, right):
            assert has_line(canvas, x0 + scale * x, middle, colour), f"no side of the box of {player['track_id']}"
        overlaps = iou(np.array([player["bbox"]], dtype=np.float32), people)
        assert overlaps.size and overlaps.max() > ON_THE_PLAYER, f"no person where the box of {player['track_id']} is"

    page.get_by_text("Metres from the calibrated pitch").wait_for()
    moving = page.get_by_test_id("live-player").filter(has_text="km/h").first
    moving.wait_for(timeout=60_000)  # a speed needs a second of one person, and a busy machine sees little
    before = moving.locator("dl").inner_text()
    page.wait_for_function("before => !document.body.innerText.includes(before)", arg=before)
    page.get_by_test_id("live-player").first.get_by_role("combobox").select_option(label="Ada Park")
    page.get_by_role("heading", name="Ada Park").wait_for()
    ask_about(page, "Ada Park", "How far has she run so far?")
    assert float(page.get_by_test_id("live-fps").inner_text()) > 1
    assert 0 < float(page.get_by_test_id("live-delay").inner_text()) < 5
    assert accessibility_problems(page) == []

    stop(page)
    shoot(page, "live-stopped-1440-light")
    page.get_by_role("link", name="Open the session").click()
    page.wait_for_url(re.compile(r"/sessions/"))
    page.get_by_role("tab", name="Figures").wait_for()
    page.get_by_role("heading", name="Tuesday live").wait_for()
    shoot(page, "live-session-1440-light")


def ask_about(page: Page, player: str, question: str) -> None:
    """The assistant answers from what is measured now, with what it rests on a click away; the camera stays on."""
    page.get_by_label("About").select_option(label=player)
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.get_by_role("list", name="Answers").get_by_role("listitem").first
    answer.get_by_text(f"{player}: “{question}”").wait_for()
    answer.get_by_text(re.compile(r"\d (m|yd)\b")).wait_for(timeout=60_000)
    shoot(page, "live-asked-1440-light")
    with page.expect_popup() as opened:
        answer.get_by_role("link", name="Everything it rests on").click()
    opened.value.get_by_role("heading", name=f"Feedback for {player}").wait_for()
    opened.value.close()


def paired_phone(open_page: Callable[..., Page], coach: Page, name: str) -> Page:
    """A phone that joins the coach's team from the live page."""
    coach.get_by_role("button", name="Add a phone").first.click()
    coach.get_by_role("button", name="Make a code").click()
    code = coach.get_by_test_id("pairing-code").inner_text()
    phone = open_page("/pair", width=390, **CAMERA)
    phone.get_by_label("Code").fill(code)
    phone.get_by_label("Name of this phone").fill(name)
    phone.get_by_role("button", name="Connect").click()
    phone.get_by_text(f"{name} is paired").wait_for()
    coach.keyboard.press("Escape")
    return phone


def test_a_phone_streams_is_seen_and_comes_back_after_a_break(open_page: Callable[..., Page], stack: Stack) -> None:
    coach = open_page("/", as_user=COACH)
    start(coach, "By phone", source="A paired phone", record=True)
    coach.get_by_text("No pictures are coming in yet").wait_for()
    assert accessibility_problems(coach) == []
    phone = paired_phone(open_page, coach, "Sam's phone")
    phone.get_by_role("button", name="Turn on the camera").click()
    phone.get_by_role("button", name="Start filming").click()
    state = phone.get_by_test_id("film-state")
    state.get_by_text("Live").wait_for()
    phone.get_by_text(re.compile(r"Clock -?\d+ ms off")).wait_for()
    coach.get_by_test_id("live-player").first.wait_for(timeout=FIRST_STATE_MS)
    coach.wait_for_function(SEES_FILM)
    shoot(coach, "live-watching-1440-light")
    shoot(phone, "film-390-light")
    assert accessibility_problems(phone) == []

    phone.context.set_offline(True)
    state.get_by_text("No connection. Trying again").wait_for()
    phone.get_by_text("Filming into this phone").wait_for(timeout=15_000)
    coach.get_by_text(re.compile("Nothing has come for")).wait_for(timeout=15_000)
    shoot(phone, "film-offline-390-light")
    phone.context.set_offline(False)
    state.get_by_text("Live", exact=True).wait_for(timeout=15_000)
    coach.get_by_text(re.compile("Nothing has come for")).wait_for(state="detached")
    coach.wait_for_function(SEES_FILM)
    phone.get_by_text("Kept on this phone").wait_for()

    stop(coach)
    phone.get_by_text("The session has ended. Thank you for filming.").wait_for()
    phone.get_by_text("Sent. Your coach finds it under Sessions.").wait_for(timeout=30_000)
    films = stack.python(
        "from apps.sessions.models import Session; print(Session.objects.filter(title='By phone').count())"
    )
    assert films.strip() == "2", "the live session, and the film of the break"


def test_another_coach_joins_by_the_address(open_page: Callable[..., Page]) -> None:
    page = open_page("/", as_user=COACH, **CAMERA)
    address = start(page, "Shared")
    page.get_by_test_id("live-player").first.wait_for(timeout=FIRST_STATE_MS)
    other = open_page("/live", as_user=COACH, width=390)
    other.get_by_role("link", name="Watch: Shared").click()
    other.wait_for_url(address)
    other.get_by_test_id("live-player").first.wait_for()
    other.wait_for_function(SEES_FILM)
    assert other.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(other, "live-watching-390-light")
    stop(other)
    page.get_by_text("The session is kept").wait_for(timeout=30_000)


def test_a_refused_camera_is_explained(open_page: Callable[..., Page]) -> None:
    page = open_page("/live", as_user=COACH)
    page.get_by_role("button", name="Turn on the camera").click()
    page.get_by_text("The browser was told not to give this page the camera.").wait_for()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Allow the camera first.").wait_for()
    assert accessibility_problems(page) == []
    shoot(page, "live-denied-1440-light")


def test_players_do_not_film(open_page: Callable[..., Page]) -> None:
    page = open_page("/live", as_user=VIEWER)
    page.get_by_text("Not open to you").wait_for()
    assert page.get_by_role("link", name="Live").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light"), (390, "dark")])
def test_the_start_is_accessible_and_fits(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("/live", as_user=COACH, width=width, color_scheme=scheme, **CAMERA)
    page.get_by_role("button", name="Turn on the camera").click()
    page.get_by_role("button", name="Turn on the camera").wait_for(state="detached")
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shoot(page, f"live-start-{width}-{scheme}")
