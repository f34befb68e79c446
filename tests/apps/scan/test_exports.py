"""`GET /api/scan/:id/export`: every format is read back by a reader that is not ours."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np
import pandas as pd
import pytest
from drf_spectacular.generators import SchemaGenerator
from pycocotools.coco import COCO
from trackeval.datasets import MotChallenge2DBox
from trc import TRCData

from apps.accounts.models import Player, Team, User
from apps.core.models import AuditEvent
from apps.scan.exports import FORMATS, file_name
from apps.scan.exports.csv import write_csv
from apps.scan.exports.source import gather
from apps.scan.models import ProcessingJob, SessionKPI, Video
from apps.scan.streams import PiecesResponse
from apps.sessions.models import Session, SessionPlayer
from pipeline.artefacts import Stamp
from pipeline.plan import ArtefactName
from tests.factories.accounts import make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME, store_of, write_scan
from tests.factories.bodies import write_body
from tests.factories.scans import make_calibration, make_job, make_session, make_video
from vision.body.model import open_body
from vision.kpi.catalogue import CATALOGUE

pytestmark = pytest.mark.django_db

SPEED = {"value": 7.123456789, "unit": "m/s", "low": 6.9, "high": 7.3, "n": 1, "coverage": 0.9}
ODD = {**SPEED, "value": 16.0, "implausible": True}
FRAMES = 600


@pytest.fixture
def mate(team: Team) -> Player:
    """A player whose name a spreadsheet would run."""
    return make_player(team, first_name="=1+1", last_name="Mate")


@pytest.fixture
def scanned(team: Team, player: Player, mate: Player) -> Video:
    """A finished scan of two known people."""
    session = make_session(team=team, player=player, title="@Sprints & Pässe/2")
    video = make_video(session)
    make_job(session, status="completed", current_step="publish")
    write_scan(store_of(session.pk, video.pk))
    for track_id, who, entry in ((HOME, player, SPEED), (AWAY, mate, ODD)):
        SessionPlayer.objects.create(session=session, track_id=track_id, player=who)
        groups = {
            "speed": {"max_speed_mps": entry, "old_kpi_m": {**SPEED, "value": -1.5, "unit": "m"}},
            "distance": {"total_distance_m": {"absent": "- the pitch is not marked"}},
        }
        quality = {"scale_source": "pitch_homography", "coverage": 0.94}
        SessionKPI.objects.create(
            session=session, track_id=track_id, player=who, grade="B", groups=groups, quality=quality
        )
    return video


def export(client: Any, video: Video, kind: str) -> Any:
    return client.get(f"/api/scan/{video.session_id}/export?format={kind}")


def content(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response)


# Each format, read back ------------------------------------------------------------------------------------------


def test_csv_by_pandas(api_client: Callable[..., Any], coach: User, scanned: Video, player: Player) -> None:
    response = export(api_client(coach), scanned, "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    table = pd.read_csv(io.BytesIO(content(response)), keep_default_na=False, na_values=[""]).set_index("track_id")
    assert list(table.index) == [HOME, AWAY]
    home, away = table.loc[HOME], table.loc[AWAY]
    assert (home["player"], home["player_id"], home["grade"]) == (player.display_name, str(player.pk), "B")
    assert home[[f"max_speed_mps{end}" for end in ("", "_low", "_high", "_unit")]].to_list() == [
        7.123456789,
        6.9,
        7.3,
        "m/s",
    ]
    assert np.isnan(home["total_distance_m"])
    assert "not humanly possible" in away["max_speed_mps_remark"]
    assert home["old_kpi_m"] == -1.5, "a negative number is no formula"
    kpis = [name.removesuffix("_remark") for name in table.columns if name.endswith("_remark")]
    assert kpis == [*CATALOGUE, "old_kpi_m"]


def test_csv_runs_no_formula(api_client: Callable[..., Any], coach: User, scanned: Video, mate: Player) -> None:
    raw = content(export(api_client(coach), scanned, "csv"))
    assert raw.startswith("\ufeff".encode()), "for Excel"
    table = pd.read_csv(io.BytesIO(raw)).set_index("track_id")
    assert mate.display_name.startswith("=")
    assert table.loc[AWAY, "player"] == f"'{mate.display_name}"
    assert table.loc[AWAY, "session"] == "'@Sprints & Pässe/2"
    assert table.loc[HOME, "total_distance_m_remark"] == "'- the pitch is not marked"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_every_start_of_a_formula_is_neutralised(coach: User, scanned: Video, start: str) -> None:
    Session.objects.filter(pk=scanned.session_id).update(title=f"{start}cmd")
    table = pd.read_csv(io.BytesIO(b"".join(write_csv(gather(coach, scanned.session_id)))))
    assert set(table["session"]) == {f"'{start}cmd"}


def test_json_holds_the_whole_result(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    document = json.loads(content(export(api_client(coach), scanned, "json")))
    kpis = api_client(coach).get(f"/api/scan/{scanned.session_id}/kpis").json()["data"]
    results = api_client(coach).get(f"/api/scan/{scanned.session_id}/results").json()["data"]
    assert document["schema"] == "axolotl.session/1"
    assert document["players"] == kpis["players"]
    for key in ("tracks", "calibration", "models", "skeleton", "warnings", "scale_source"):
        assert document[key] == results[key]
    assert document["video"]["fps"] == 25.0
    assert "signed" not in json.dumps(document), "a private link does not travel with the file"


def test_mot_by_trackeval(api_client: Callable[..., Any], coach: User, scanned: Video, tmp_path: Path) -> None:
    raw = content(export(api_client(coach), scanned, "mot"))
    truth, tracker = tmp_path / "gt/film/gt", tmp_path / "trackers/ours/data"
    for folder in (truth, tracker):
        folder.mkdir(parents=True)
    (tracker / "film.txt").write_bytes(raw)
    # The truth names class and visibility where a tracker has -1.
    (truth / "gt.txt").write_bytes(b"".join(line[:-9] + b",1,1\n" for line in raw.splitlines()))
    with redirect_stdout(io.StringIO()):
        dataset = MotChallenge2DBox(
            {
                "GT_FOLDER": str(tmp_path / "gt"),
                "TRACKERS_FOLDER": str(tmp_path / "trackers"),
                "SKIP_SPLIT_FOL": True,
                "SEQ_INFO": {"film": FRAMES},
                "PRINT_CONFIG": False,
            }
        )
        loaded = dataset.get_raw_seq_data("ours", "film")
    reader = gather(coach, scanned.session_id).film.reader
    expected = reader.read("tracks", 0.0, np.inf)
    assert len(loaded["tracker_ids"]) == FRAMES
    for frame in (0, 1, 299, 300, FRAMES - 1):
        rows = expected["frame"] == frame
        assert loaded["tracker_ids"][frame].tolist() == expected["track_id"][rows].tolist() == [HOME, AWAY]
        corners = expected["xyxy"][rows]
        boxes = np.column_stack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
        np.testing.assert_allclose(loaded["tracker_dets"][frame], boxes, atol=0.11)
        np.testing.assert_allclose(loaded["tracker_confidences"][frame], expected["score"][rows], atol=1e-3)


def test_coco_by_pycocotools(api_client: Callable[..., Any], coach: User, scanned: Video, tmp_path: Path) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    poses = store.read_window(ArtefactName.POSES, 1)
    poses["keypoints"][0, 0] = (10.04, 20.0, 0.9)  # frame 200, HOME's nose: seen well
    poses["keypoints"][0, 1] = (11.0, 21.0, 0.1)  # left eye: hardly
    stamp_of = store.window_meta(ArtefactName.POSES, 1)
    store.write_window(ArtefactName.POSES, 1, poses, Stamp(stamp_of["params_hash"]))
    (tmp_path / "coco.json").write_bytes(content(export(api_client(coach), scanned, "coco")))
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "coco.json"))
    assert len(coco.getImgIds()) == FRAMES
    assert coco.loadImgs(1)[0] | {"t_s": 0.0} == {
        "id": 1,
        "file_name": "frame_000001.jpg",
        "width": 64,
        "height": 48,
        "t_s": 0.0,
    }
    (person,) = coco.loadCats(coco.getCatIds())
    assert (person["keypoints"][0], len(person["keypoints"])) == ("nose", 17)
    assert min(min(limb) for limb in person["skeleton"]) == 1, "COCO counts keypoints from 1"
    notes = coco.loadAnns(coco.getAnnIds(imgIds=[201]))
    assert [note["track_id"] for note in notes] == [HOME, AWAY]
    note = notes[0]
    assert note["keypoints"][:9] == [10.0, 20.0, 2, 11.0, 21.0, 1, 0, 0, 0]
    assert note["keypoint_scores"][:3] == [0.9, 0.1, 0.0]
    both = coco.loadAnns(coco.getAnnIds(imgIds=[201, 202]))
    assert [note["interpolated"] for note in both] == [False, False, True, True]
    assert note["num_keypoints"] == 2
    assert note["bbox"] == pytest.approx([200.0, 1.0, 10.1, 21.0], abs=0.11)
    assert note["area"] == pytest.approx(note["bbox"][2] * note["bbox"][3], abs=0.06)
    assert len(set(coco.getAnnIds())) == 2 * FRAMES


@pytest.fixture
def in_space(scanned: Video) -> Video:
    """The same scan by several cameras."""
    write_scan(store_of(scanned.session_id, scanned.pk), in_space=True)
    return scanned


def test_trc_is_read_by_a_trc_reader(
    api_client: Callable[..., Any], coach: User, in_space: Video, tmp_path: Path
) -> None:
    path = tmp_path / "markers.trc"
    path.write_bytes(content(export(api_client(coach), in_space, "trc")))
    found = TRCData()
    found.load(str(path))
    assert (found["DataRate"], found["NumFrames"], found["NumMarkers"], found["Units"]) == (10.0, FRAMES, 34, "m")
    assert found["Markers"][:2] == [f"{HOME}_nose", f"{HOME}_left_eye"]
    assert found["Time"][250] == pytest.approx(25.0)
    # z up becomes y up: (x, y, z) is written as (y, z, x)
    assert found[f"{HOME}_left_eye"][250] == pytest.approx([2.5, 1.5, 1.0], abs=1e-4)
    assert found[f"{AWAY}_left_eye"][250] == pytest.approx([2.5, 2.5, 1.0], abs=1e-4)
    assert np.isnan(found[f"{HOME}_right_ankle"][250]).all()


def test_c3d_is_read_by_ezc3d(api_client: Callable[..., Any], coach: User, in_space: Video, tmp_path: Path) -> None:
    path = tmp_path / "markers.c3d"
    path.write_bytes(content(export(api_client(coach), in_space, "c3d")))
    found = ezc3d.c3d(str(path))
    labels = found["parameters"]["POINT"]["LABELS"]["value"]
    assert [label.strip() for label in labels[:2]] == [f"{HOME}_nose", f"{HOME}_left_eye"]
    assert found["header"]["points"]["frame_rate"] == 10.0
    points = found["data"]["points"]
    assert points.shape == (4, 34, FRAMES)
    assert points[:3, 1, 250] == pytest.approx([1000.0, 2500.0, 1500.0], abs=0.1)
    assert np.isnan(points[:3, 16, 250]).all(), "the joint that nobody saw"


@pytest.mark.parametrize("kind", ["trc", "c3d"])
def test_one_camera_gives_no_joints_in_space(
    api_client: Callable[..., Any], coach: User, scanned: Video, kind: str
) -> None:
    response = export(api_client(coach), scanned, kind)
    assert response.status_code == 404
    assert "several cameras" in response.json()["error"]["message"]


# Who, when, and what not -----------------------------------------------------------------------------------------


def test_players_and_guardians_get_their_own_rows(
    api_client: Callable[..., Any], player_user: User, team: Team, mate: Player
) -> None:
    own = player_user.players.get()
    session = make_session(team=team, player=own)
    video = make_video(session)
    pitch = {"pitch": {"length_m": 105.0, "width_m": 68.0}}
    make_job(session, status="completed", calibration=make_calibration(team, data=pitch))
    write_scan(store_of(session.pk, video.pk), in_space=True)
    for track_id, who in ((HOME, own), (AWAY, mate)):
        SessionPlayer.objects.create(session=session, track_id=track_id, player=who)
        SessionKPI.objects.create(session=session, track_id=track_id, player=who, grade="B")
        write_body(store_of(session.pk, video.pk), track_id, model=open_body().name)
    for user in (player_user, make_guardian(own)):
        client = api_client(user)
        for kind in FORMATS:
            raw = content(export(client, video, kind))
            assert mate.display_name.encode() not in raw
            assert str(mate.pk).encode() not in raw
        document = json.loads(content(export(client, video, "json")))
        assert [row["track_id"] for row in document["tracks"]] == [HOME]
        assert [row["track_id"] for row in document["players"]] == [HOME]
        boxes = content(export(client, video, "mot")).splitlines()
        assert {line.split(b",")[1] for line in boxes} == {b"%d" % HOME}
        notes = json.loads(content(export(client, video, "coco")))["annotations"]
        assert {note["track_id"] for note in notes} == {HOME}
        assert b"\tnose\t" in content(export(client, video, "trc")), "one person: no numbers before the joints"


def test_another_teams_coach_gets_nothing(api_client: Callable[..., Any], other_coach: User, scanned: Video) -> None:
    for kind in FORMATS:
        assert export(api_client(other_coach), scanned, kind).status_code == 404
    assert export(api_client(), scanned, "csv").status_code == 401
    assert not AuditEvent.objects.filter(action="session.exported").exists()


@pytest.mark.parametrize("query", ["", "?format=", "?format=gpx", "?format=../csv"])
def test_an_unknown_format_names_what_there_is(
    api_client: Callable[..., Any], coach: User, scanned: Video, query: str
) -> None:
    response = api_client(coach).get(f"/api/scan/{scanned.session_id}/export{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    if query:
        assert ", ".join(FORMATS) in str(response.json()["error"])


@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled"])
def test_an_unfinished_scan_is_not_exported(
    api_client: Callable[..., Any], coach: User, scanned: Video, status: str
) -> None:
    ProcessingJob.objects.update(status=status)
    for kind in FORMATS:
        response = export(api_client(coach), scanned, kind)
        assert (response.status_code, response.json()["error"]["code"]) == (409, "CONFLICT")
        assert status in response.json()["error"]["message"]


def test_figures_without_a_film(api_client: Callable[..., Any], coach: User, team: Team, player: Player) -> None:
    session = make_session(team=team)
    SessionKPI.objects.create(session=session, track_id=3, player=player, grade="C", groups={}, quality={})
    client = api_client(coach)
    assert json.loads(b"".join(client.get(f"/api/scan/{session.pk}/export?format=json")))["video"] is None
    table = pd.read_csv(io.BytesIO(b"".join(client.get(f"/api/scan/{session.pk}/export?format=csv"))))
    assert table["track_id"].to_list() == [3]
    for kind in ("mot", "coco", "trc"):
        response = client.get(f"/api/scan/{session.pk}/export?format={kind}")
        assert response.status_code == 404
        assert "choose json or csv" in response.json()["error"]["message"]


def test_arrays_that_are_gone_are_said_to_be(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    store_of(scanned.session_id, scanned.pk).discard(ArtefactName.TRACKS)
    assert export(api_client(coach), scanned, "mot").status_code == 404


def test_an_export_is_written_down(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    export(api_client(coach), scanned, "csv")
    event = AuditEvent.objects.get(action="session.exported")
    assert (event.actor_id, event.object_id, event.after) == (coach.pk, str(scanned.session_id), {"format": "csv"})


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("@Sprints & Pässe/2", "Sprints-Passe-2"),
        ('a"; rm -rf /\r\nX: y', "a-rm--rf-X-y"),
        ("訓練", "session-2026-05-02"),
        ("", "session-2026-05-02"),
        ("x" * 200, "x" * 80),
    ],
)
def test_the_files_name_is_safe(title: str, stem: str) -> None:
    session = Session(title=title, start=pd.Timestamp("2026-05-02T10:00:00Z").to_pydatetime())
    assert file_name(session, "-mot.txt") == f"{stem}-mot.txt"


def test_the_name_comes_with_the_file(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    response = export(api_client(coach), scanned, "coco")
    assert response["Content-Disposition"] == 'attachment; filename="Sprints-Passe-2-coco.json"'
    assert response["Cache-Control"] == "private, no-store"


def test_one_window_is_in_memory_at_a_time(coach: User, scanned: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    source = gather(coach, scanned.session_id)
    asked: list[tuple[float, float]] = []
    reader = type(source.film.reader)
    read = reader.read
    monkeypatch.setattr(
        reader, "read", lambda self, series, t0, t1: asked.append((t0, t1)) or read(self, series, t0, t1)
    )
    pieces = FORMATS["mot"].write(source)
    next(pieces)
    assert asked == [(0.0, 20.0)]
    next(pieces)
    assert asked == [(0.0, 20.0), (20.0, 40.0)]
    assert len(list(pieces)) == 1


def test_the_schema_shows_a_file_not_an_envelope() -> None:
    operation = SchemaGenerator().get_schema(public=True)["paths"]["/api/scan/{object_id}/export"]["get"]
    assert set(operation["responses"]["200"]["content"]) == {
        "text/csv",
        "application/json",
        "text/plain",
        "text/vtt",
        "application/zip",
        "application/pdf",
        "model/gltf-binary",
    }
    assert "success" not in str(operation["responses"]["200"])
    assert operation["parameters"][0]["schema"]["enum"] == list(FORMATS)


async def test_under_asgi_pieces_are_sent_as_they_are_made() -> None:
    made: list[int] = []

    def pieces() -> Any:
        for number in range(3):
            made.append(number)
            yield b"%d" % number

    response = PiecesResponse(pieces())
    assert made == [0], "the first at once"
    got = []
    async for piece in response:
        got.append((piece, list(made)))
    assert got == [(b"0", [0]), (b"1", [0, 1]), (b"2", [0, 1, 2])]
