"""Several cameras, bodies in 3D and drawings in real Chromium, on a finished scan whose numbers are known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.e2e.browser import accessibility_problems, chromium, shoot
from tests.e2e.conftest import COACH
from tests.e2e.stack import Stack
from tests.pipeline.test_steps_multiview import rig_data

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SOFTWARE_WEBGL = ("--enable-unsafe-swiftshader", "--use-angle=swiftshader")
NO_WEBGL = """
const known = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : known.call(this, kind, ...rest);
};
"""
BODY: dict[str, Any] = {
    "track_id": 1,
    "status": "ready",
    "reason": "",
    "source": "multi_view",
    "frame": "world",
    "scale_source": "keypoints in metres",
    "estimated": False,
    "model": "open",
    "gender": "neutral",
    "from_s": 0.0,
    "to_s": 4.0,
    "pictures": 97,
    "coverage": 0.97,
    "error_m": 0.021,
    "error_px": None,
    "angles": [],
    "warnings": [],
    "url": "/api",
}
FRAMED = """() => {
  const video = document.querySelector("video"), overlay = document.querySelector("canvas");
  const { width, height } = overlay;
  if (width < 300) return false;
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const film = copy.getContext("2d");
  film.drawImage(video, 0, 0, width, height);
  const extent = (data, wanted) => {
    const box = [width, height, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (!wanted(data[i], data[i + 1], data[i + 2], data[i + 3])) continue;
      const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
      [box[0], box[1]] = [Math.min(box[0], x), Math.min(box[1], y)];
      [box[2], box[3]] = [Math.max(box[2], x), Math.max(box[3], y)];
    }
    return box;
  };
  const shown = film.getImageData(0, 0, width, height).data;
  const yellow = (r, g, b) => r > 200 && g > 160 && b < 150, blue = (r, g, b) => r < 160 && g > 180 && b > 210;
  const figures = [extent(shown, yellow), extent(shown, blue)];
  const drawn = overlay.getContext("2d").getImageData(0, 0, width, height).data;
  const pink = (r, g, b, a) => a > 240 && r > 245 && Math.abs(g - 127) < 14 && Math.abs(b - 168) < 14;
  const frame = extent(drawn, pink);
  const [one, other] = figures;
  // Both people's frames are pink; above them stand their names, so the top is left out.
  const both = [Math.min(one[0], other[0]), null, Math.max(one[2], other[2]), Math.max(one[3], other[3])];
  return both.every((side, i) => side === null || Math.abs(side - frame[i]) < 8);
}"""
"""The frames drawn over the film stand around its two stick figures."""
LOST = {"code": "PROCESSING_ERROR", "message": "The postures are gone; scan again."}
REFUSED = "The person is too small in the picture."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with WebGL drawn by the processor."""
    with chromium(*SOFTWARE_WEBGL) as running:
        yield running


@pytest.fixture(scope="module")
def rig_session(stack: Stack) -> str:
    """The id of a session of three cameras."""
    made = stack.python("from tests.e2e.rig_session import make_rig_session\nprint(make_rig_session())")
    return made.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def glb() -> bytes:
    """Four seconds of an upright body that walks along x."""
    from vision.body.gltf import write_glb
    from vision.body.model import open_body

    model, frames = open_body(), 50
    pose = np.zeros((frames, 24, 3))
    pose[:, 0, 0] = np.pi / 2
    place = np.column_stack([np.linspace(-1, 1, frames), np.zeros(frames), np.full(frames, 1.1)])
    clip: Any = SimpleNamespace(
        t_s=np.arange(frames) * 0.08,
        betas=np.zeros(model.shape_directions.shape[2]),
        pose=pose,
        translation=place,
        valid=np.ones(frames, np.bool_),
    )
    return write_glb(model, clip)


def drawn(canvas: Locator) -> int:
    """How many different colours the canvas shows: an empty one has a handful."""
    from io import BytesIO

    from PIL import Image

    colours = Image.open(BytesIO(canvas.screenshot())).convert("RGB").resize((96, 96)).getcolors(96 * 96)
    return len(colours or [])


def with_bodies(page: Page, state: dict[str, Any], glb: bytes) -> None:
    """Answer as if bodies had been fitted; the chain that fits them has tests of its own."""

    def results(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["data"].update(state)
        route.fulfill(response=answer, json=body)

    page.route(re.compile(r"/api/scan/[^/]+/results$"), results)
    clip = {"X-Body-Start-S": "0.0"}
    page.route("**/body.glb*", lambda route: route.fulfill(body=glb, content_type="model/gltf-binary", headers=clip))


def test_cameras_and_joints_in_space(open_page: Callable[..., Page], rig_session: str) -> None:
    page = open_page(f"/sessions/{rig_session}", as_user=COACH)
    page.get_by_text("Metres come from 3 calibrated cameras: Training hall").wait_for()
    page.get_by_text("Worth a look").wait_for()
    assert page.get_by_role("tab", name="Pitch map").count() == 0, "the cameras' world is no pitch"
    page.get_by_role("tab", name="3D").click()
    canvas = page.get_by_role("application")
    canvas.wait_for()
    page.get_by_text("No 3D body of Ada Park yet").wait_for()
    page.wait_for_function("() => !document.body.innerText.includes('Nobody in space')")
    front = drawn(canvas)
    assert front > 40
    before = canvas.screenshot()
    canvas.focus()
    for key in ("ArrowLeft", "ArrowLeft", "+"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert canvas.screenshot() != before, "keys turn the picture"
    assert accessibility_problems(page) == []
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Joints in space (TRC)").click()
    assert fetched.value.suggested_filename.endswith(".trc")
    assert fetched.value.path().read_text(encoding="utf-8").startswith("PathFileType")
    page.get_by_role("radio", name="camera1").click()
    # The second camera's clock is 0.4 s ahead: at the same moment its film stands there.
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 0.4) < 0.03")
    # What this camera saw is drawn where its film shows it, by its own clock.
    page.wait_for_function(FRAMED)
    page.get_by_role("button", name="One frame on").click()
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 0.44) < 0.03")
    page.wait_for_function(FRAMED)
    shoot(page, "several-cameras-1440-light")


def test_a_body_in_all_its_states(open_page: Callable[..., Page], rig_session: str, glb: bytes) -> None:
    page = open_page("/", as_user=COACH, width=390, color_scheme="dark")
    state: dict[str, Any] = {"bodies": [BODY], "body_job": None}
    with_bodies(page, state, glb)
    page.goto(f"/sessions/{rig_session}")
    page.get_by_role("tab", name="3D").click()
    page.get_by_text("0:00 to 0:04 · 97% of the pictures · within 2.1 cm of the joints").wait_for()
    page.get_by_role("application", name="Ada Park in 3D").wait_for()
    page.wait_for_timeout(800)
    assert drawn(page.get_by_role("application")) > 40
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "body-390-dark")
    with page.expect_request(re.compile(rf"/export\?format=glb&track_id={BODY['track_id']}$")):
        page.get_by_role("button", name="3D body (glTF)").click()
    for bodies, job, says in (
        ([BODY | {"status": "refused", "reason": REFUSED, "url": None}], None, REFUSED),
        ([BODY | {"status": "outdated", "url": None}], None, "was changed since it was fitted"),
        (
            [],
            {"job_id": rig_session, "status": "failed", "progress": 3, "error": {"code": "X", "message": "Lost."}},
            "Lost.",
        ),
    ):
        state.update(bodies=bodies, body_job=job)
        page.reload()
        page.get_by_role("tab", name="3D").click()
        page.get_by_text(says).wait_for()
        page.get_by_role("button", name="Fit again").wait_for()
        assert accessibility_problems(page) == [], says


def test_without_webgl_it_says_so(open_page: Callable[..., Page], rig_session: str) -> None:
    page = open_page("/", as_user=COACH)
    page.add_init_script(NO_WEBGL)
    page.goto(f"/sessions/{rig_session}")
    page.get_by_role("tab", name="3D").click()
    page.get_by_text("No 3D in this browser").wait_for()


def test_a_drawing_is_kept_and_found_again(open_page: Callable[..., Page], rig_session: str) -> None:
    page = open_page(f"/sessions/{rig_session}", as_user=COACH)
    page.get_by_role("button", name="Draw on the film").click()
    canvas = page.locator("canvas.cursor-crosshair")
    canvas.wait_for()
    page.wait_for_load_state("networkidle")  # what comes late pushes the film down
    area = canvas.bounding_box()
    assert area
    page.mouse.move(area["x"] + 0.2 * area["width"], area["y"] + 0.8 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.4 * area["width"], area["y"] + 0.5 * area["height"], steps=3)
    page.mouse.up()
    page.get_by_label("What it shows").fill("The free space")
    assert accessibility_problems(page) == []
    with page.expect_response(re.compile(r"/notes$")) as kept:
        page.get_by_role("button", name="Keep drawing").click()
    (stroke,) = kept.value.json()["data"]["data"]["strokes"]
    assert stroke["tool"] == "arrow"
    assert np.allclose(stroke["points"], [[0.2, 0.8], [0.4, 0.5]], atol=0.01)
    page.get_by_label("Position in the film").press("End")
    page.get_by_text("The free space").wait_for()
    page.get_by_role("link", name="at 0:00").click()
    page.wait_for_function("() => document.querySelector('video').currentTime < 0.1")


def test_films_of_several_cameras_are_named_checked_and_sent(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/scan/new?cameras=several", as_user=COACH, width=390)
    films = [tmp_path / "take camera1.mp4", tmp_path / "second.mp4"]
    for film in films:
        film.write_bytes(b"no film" * 1000)
    rig = tmp_path / "rig.json"
    rig.write_text(json.dumps(rig_data(2)))
    page.get_by_label("Choose films").set_input_files(films)
    page.get_by_label("Choose the calibration").set_input_files(rig)
    page.get_by_text("2 cameras: camera0, camera1").wait_for()
    assert page.get_by_label("Camera", exact=True).nth(0).input_value() == "camera1"
    page.get_by_text("One of the films needs something").wait_for()
    page.get_by_label("Camera", exact=True).nth(1).select_option("camera0")
    assert accessibility_problems(page) == []
    shoot(page, "several-films-390-light")
    page.get_by_role("button", name="Upload and scan").click()
    page.get_by_text(re.compile("Camera camera1: ")).wait_for(timeout=60_000)
    assert page.get_by_label("Camera", exact=True).nth(1).input_value() == "camera0", "nothing is named twice"
