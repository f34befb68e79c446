"""Step `body`: from what a scan left to a body, its angles and its file, against people whose pose is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import trimesh

from pipeline.artefacts import Stamp
from pipeline.bodies import OUTDATED, READY, REFUSED, origin_of
from pipeline.body_clip import write_clip
from pipeline.errors import JobCancelled, PipelineError
from pipeline.links import Links, Piece
from pipeline.plan import BODY_PLAN, GIVEN, ArtefactName, JobKind, Queue, StepName, route_of, validate
from pipeline.ports import PlayerRecord
from pipeline.steps.body import NO_BODY, NO_SUCH_BODY, STEP
from pipeline.steps.body_rows import Sight, camera_of, nobody, people_of
from tests.factories.artefacts import linked_track
from tests.pipeline.body_scene import CAMERA, HZ, SIZE, BodyScene, Walker
from vision.body.fitter import SMPLFitter
from vision.body.model import open_body
from vision.calibration.homography import PitchHomography

WHO = 7


def knee_deg(scene: BodyScene, track_id: int = WHO) -> np.ndarray:
    report = scene.bodies.report(track_id)
    assert report is not None
    rows = scene.bodies.rows(track_id, 0.0, np.inf)
    return np.asarray(rows["angles"][:, report["facts"]["angles"].index("left_knee_flexion")], np.float64)


def facts(scene: BodyScene, track_id: int = WHO) -> dict[str, Any]:
    report = scene.bodies.report(track_id)
    assert report is not None
    return dict(report["facts"])


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.nanmean(values**2)))


@pytest.fixture(scope="module")
def seen() -> BodyScene:
    """One person before a camera whose place the marked pitch tells, fitted."""
    height = open_body().height(np.zeros(1))
    scene = BodyScene({WHO: Walker.bending()}, players=(PlayerRecord("p", height_m=height),))
    scene.link([Piece(WHO + 100, 0, 999, WHO)], [linked_track(WHO, player_id="p")])
    scene.fit()
    return scene


@pytest.fixture(scope="module")
def in_space() -> BodyScene:
    """One person whose joints several cameras measured to 5 mm, fitted."""
    scene = BodyScene({WHO: Walker.bending()}, several=True)
    scene.fit()
    return scene


def test_the_plan_needs_what_a_scan_leaves() -> None:
    validate(BODY_PLAN, GIVEN[JobKind.SMPL])
    spec = route_of(StepName.BODY)
    assert (spec.queue, spec.joint, spec.windowed) == (Queue.SMPL, True, False)
    assert spec.makes == {ArtefactName.BODY}


def test_a_marked_pitch_gives_the_camera_that_filmed_it(seen: BodyScene) -> None:
    sight = Sight.of(seen.artefacts)
    assert sight.camera is not None
    assert sight.camera.focal_px == pytest.approx(CAMERA.focal_px, rel=0.01)
    assert np.linalg.norm(sight.camera.position_m - CAMERA.position_m) < 0.1
    assert np.degrees(np.arccos((np.trace(sight.camera.rotation.T @ CAMERA.rotation) - 1) / 2)) < 0.3
    assert not sight.estimated


def test_a_pitch_seen_from_below_gives_no_camera() -> None:
    marks = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 4.0], [8.0, 4.0], [4.0, 2.0], [2.0, 3.0]])
    pixels = CAMERA.project_ground(marks)
    found = PitchHomography.fit(pixels, marks, image_size=SIZE)
    upside_down = replace(found, matrix=found.matrix @ np.diag([1.0, -1.0, 1.0]))
    assert camera_of(upside_down) is None


def test_one_calibrated_camera_tells_knees_and_place(seen: BodyScene) -> None:
    known = facts(seen)
    assert (known["source"], known["frame"], known["estimated"]) == ("one_camera", "world", False)
    assert known["coverage"] == 1.0
    # Half a pixel at 9 m is 5 mm across; in depth a picture says several times less.
    assert rms(knee_deg(seen) - seen.people[WHO].knee_deg) < 8.0
    rows = seen.bodies.rows(WHO, 0.0, np.inf)
    model = open_body()
    truth = model.joints(seen.people[WHO].pose, np.zeros(model.shape_count), seen.people[WHO].translation)
    assert np.median(np.linalg.norm(rows["joints"][:, 0] - truth[:, 0], axis=1)) < 0.25
    assert known["error_px"] < 3.0
    assert known["error_m"] is None


def test_several_cameras_tell_knees_to_degrees(in_space: BodyScene) -> None:
    known = facts(in_space)
    assert (known["source"], known["frame"], known["estimated"]) == ("multi_view", "world", False)
    # 5 mm on a shank of 40 cm is 1°; hip, knee and ankle together twice that.
    assert rms(knee_deg(in_space) - in_space.people[WHO].knee_deg) < 3.0
    assert known["error_m"] < 0.02
    assert known["error_px"] is None
    assert known["height_m"] == pytest.approx(open_body().height(np.zeros(1)), abs=0.06)


def test_without_a_marked_pitch_lengths_are_an_estimate() -> None:
    height = open_body().height(np.zeros(1))
    scene = BodyScene({WHO: Walker.bending(2.0)}, marked=False, players=(PlayerRecord("p", height_m=height),))
    scene.link([Piece(WHO + 100, 0, 999, WHO)], [linked_track(WHO, player_id="p")])
    scene.fit()
    known = facts(scene)
    assert (known["frame"], known["estimated"], known["sized_by"]) == ("camera", True, "p")
    assert known["height_m"] == pytest.approx(height, abs=0.05)


def test_a_mean_body_is_an_estimate_even_on_a_marked_pitch() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)})
    scene.fit()
    assert facts(scene)["frame"] == "world"
    assert facts(scene)["estimated"]
    assert any("height is not known" in text for text in scene.bodies.report(WHO)["warnings"])  # type: ignore[index]


def test_a_moving_camera_is_not_taken_for_the_pitchs() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)})
    world = scene.artefacts.manifest(ArtefactName.WORLD)["facts"]
    scene.artefacts.write_manifest(ArtefactName.WORLD, Stamp("scan", facts={**world, "moving": {"anchor": 0}}), [])
    scene.fit()
    known = facts(scene)
    assert (known["frame"], known["estimated"]) == ("camera", True)
    assert any("the camera moves" in text for text in scene.bodies.report(WHO)["warnings"])  # type: ignore[index]
    assert rms(knee_deg(scene) - scene.people[WHO].knee_deg) < 8.0


def test_a_part_of_the_film_is_fitted_alone(in_space: BodyScene) -> None:
    scene = BodyScene(in_space.people, several=True)
    scene.fit(body_from_s=1.0, body_to_s=2.0)
    rows = scene.bodies.rows(WHO, 0.0, np.inf)
    assert (rows["t"][0], len(rows["t"])) == (1.0, HZ)
    assert (facts(scene)["from_s"], facts(scene)["to_s"]) == (1.0, 2.0)


def test_each_person_stands_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    people = {WHO: Walker.bending(1.0), 9: Walker.bending(1.0, y_m=2.0)}
    scene = BodyScene(people, several=True)
    scene.fit(body_track=9)
    assert scene.bodies.tracks() == [9]
    before = scene.store.read(scene.bodies.of(9).key(ArtefactName.BODY, 0))
    fitted: list[int] = []
    real = SMPLFitter.fit

    def counted(self: SMPLFitter, data: Any, report: Any) -> Any:
        fitted.append(len(data.t_s))
        return real(self, data, report)

    monkeypatch.setattr(SMPLFitter, "fit", counted)
    scene.fit()
    assert len(fitted) == 1, "the other's body stood already"
    assert scene.bodies.tracks() == [WHO, 9]
    assert scene.store.read(scene.bodies.of(9).key(ArtefactName.BODY, 0)) == before
    scene.fit(body_gender="female", body_track=9)
    assert len(fitted) == 2, "another choice is another body"
    told = [scene.bodies.report(number)["warnings"] for number in (9, WHO)]  # type: ignore[index]
    assert NO_SUCH_BODY in told[0] and NO_SUCH_BODY not in told[1]


def test_a_second_fit_is_equal_bit_for_bit(in_space: BodyScene) -> None:
    again = BodyScene(in_space.people, several=True)
    again.fit()
    key = again.bodies.of(WHO).key(ArtefactName.BODY, 0)
    assert again.store.read(key) == in_space.store.read(key)


def test_a_worker_that_was_killed_costs_one_person() -> None:
    people = {WHO: Walker.bending(1.0), 9: Walker.bending(1.0, y_m=2.0)}
    scene = BodyScene(people, several=True)

    def killed(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scene.fit(report=killed)
    assert scene.bodies.tracks() == [WHO]
    scene.fit()
    assert scene.bodies.tracks() == [WHO, 9]


def test_a_cancelled_fit_keeps_what_was_there() -> None:
    people = {WHO: Walker.bending(1.0), 9: Walker.bending(1.0, y_m=2.0)}
    scene = BodyScene(people, several=True)
    scene.fit(body_track=WHO)

    def cancelled(_share: float) -> None:
        raise JobCancelled("The scan was cancelled.")

    with pytest.raises(JobCancelled):
        scene.fit(report=cancelled, body_to_s=0.5)
    STEP.discard(scene.context())
    assert [(report["facts"]["track_id"], report["status"]) for report in scene.bodies.reports()] == [(WHO, READY)]
    assert facts(scene)["to_s"] == pytest.approx(14 / HZ), "the earlier body, whole"


def test_a_long_fit_is_cancelled_in_its_midst() -> None:
    scene = BodyScene({WHO: Walker.bending(40.0)}, several=True)
    told: list[float] = []

    def cancelled(share: float) -> None:
        told.append(share)
        if len(told) > 2:
            raise JobCancelled("The scan was cancelled.")

    with pytest.raises(JobCancelled):
        scene.fit(report=cancelled)
    assert 0.0 < told[0] < told[1] < told[2] < 0.6, "before the frames' own postures were all found"
    assert scene.bodies.tracks() == []


def test_a_write_that_fails_leaves_no_half_body(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    scene.fit()
    write = type(scene.store).write

    def full(self: Any, key: str, data: bytes) -> None:
        if key.endswith("index.json"):
            raise OSError("disk")
        write(self, key, data)

    monkeypatch.setattr(type(scene.store), "write", full)
    with pytest.raises(OSError, match="disk"):
        scene.fit(body_to_s=0.5)
    assert scene.bodies.tracks() == []
    assert scene.bodies.report(WHO) is None


def test_a_track_without_postures_says_what_to_do() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    scene.link([Piece(WHO + 100, 0, 999, WHO), Piece(55, 0, 999, 8)])
    with pytest.raises(PipelineError) as refused:
        scene.fit(body_track=8)
    assert refused.value.code == NO_BODY
    assert refused.value.message == nobody(8).too_little()
    assert "Scan with the full preset" in refused.value.message
    report = scene.bodies.report(8)
    assert report is not None
    assert (report["status"], report["facts"]["reason"]) == (REFUSED, refused.value.message)


def test_too_few_postures_are_no_body_and_others_get_theirs() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    scene.link([Piece(WHO + 100, 0, 2, 8), Piece(WHO + 100, 3, 999, WHO)])
    result = scene.fit()
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith("Only 3 postures of track 8 show enough of the body; at least 5")
    assert {r["facts"]["track_id"]: r["status"] for r in scene.bodies.reports()} == {WHO: READY, 8: REFUSED}


def test_an_empty_part_says_so() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    with pytest.raises(PipelineError, match="No posture of anybody was read in this part"):
        scene.fit(body_from_s=50.0)


def test_a_track_that_was_merged_away_is_told() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    with pytest.raises(PipelineError, match="There is no track 12 in this session any more"):
        scene.fit(body_track=12)


def test_a_split_outdates_the_body_it_touches() -> None:
    people = {WHO: Walker.bending(1.0), 9: Walker.bending(1.0, y_m=2.0)}
    scene = BodyScene(people, several=True)
    scene.fit()
    scene.link([Piece(WHO + 100, 0, 9, WHO), Piece(WHO + 100, 10, 999, 12), Piece(109, 0, 10_000, 9)], stamp="split")
    assert {r["facts"]["track_id"]: r["status"] for r in scene.bodies.reports()} == {WHO: OUTDATED, 9: READY}
    scene.fit(body_track=WHO)
    assert scene.bodies.report(WHO)["status"] == READY  # type: ignore[index]


def test_another_name_alone_outdates_nothing(in_space: BodyScene) -> None:
    store = in_space.artefacts
    links = Links.read(store)
    renamed = Links([linked_track(WHO, player_id="somebody")], links.pieces, links.in_space)
    assert origin_of(store, renamed, WHO) == origin_of(store, links, WHO)
    assert origin_of(store, renamed, 999) == ""


def test_of_two_postures_in_one_picture_one_counts() -> None:
    scene = BodyScene({WHO: Walker.bending(1.0), 9: Walker.bending(1.0, y_m=2.0)}, several=True)
    scene.link([Piece(WHO + 100, 0, 999, WHO), Piece(109, 0, 999, WHO)])
    person = people_of(scene.artefacts, Links.read(scene.artefacts), scene.context().params)[WHO]
    assert len(person.t_s) == len(np.unique(person.frame)) == HZ


@pytest.mark.parametrize("scene", ["seen", "in_space"])
def test_the_file_plays_what_was_fitted(scene: str, request: pytest.FixtureRequest) -> None:
    fitted: BodyScene = request.getfixturevalue(scene)
    made = write_clip(fitted.bodies, WHO, (0.5, 1.5), None)
    assert made.start_s == pytest.approx(8 / HZ)
    loaded = trimesh.load(trimesh.util.wrap_as_stream(made.data), file_type="glb")
    (mesh,) = loaded.geometry.values()
    assert mesh.extents.max() == pytest.approx(facts(fitted)["height_m"], rel=0.25)


def test_part_of_a_film_without_a_body_is_no_file(in_space: BodyScene) -> None:
    with pytest.raises(PipelineError, match="no body in this part of the film"):
        write_clip(in_space.bodies, WHO, (50.0, 60.0), None)
    with pytest.raises(PipelineError, match="No body was fitted to this person yet"):
        write_clip(in_space.bodies, 12345, (0.0, 1.0), None)
