"""Pitch homography against truth, OpenCV, and its own error statement."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from tests.scenes.pitch_views import PITCH, clicked, straight_camera, visible_marks
from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import LineCorrespondence, PitchHomography
from vision.errors import CalibrationError, ShapeError
from vision.synthetic.scenes import stand_camera

SIZE = (1920, 1080)
GRID = PITCH.grid(7.0)


def exact() -> PitchHomography:
    _, pixels, metres = visible_marks(straight_camera())
    return PitchHomography.fit(pixels, metres, image_size=SIZE)


def test_exact_marks_give_exact_metres() -> None:
    camera = straight_camera()
    pixels = camera.project_ground(GRID)
    found, _ = exact().to_pitch(pixels)
    # Everything is exact, so only rounding is left: a micrometre.
    np.testing.assert_allclose(found, GRID, atol=1e-6)
    np.testing.assert_allclose(exact().to_image(GRID), pixels, atol=1e-6)
    assert exact().error_m.max_m < 1e-6


def test_round_trip_with_noise_and_lens() -> None:
    fitted = clicked(stand_camera(PITCH, k1=-0.08), np.random.default_rng(0), 1.5, estimate_lens=True)
    inside = fitted.to_image(GRID)
    back, _ = fitted.to_pitch(inside)
    np.testing.assert_allclose(back, GRID, atol=1e-6)


def test_agrees_with_opencv() -> None:
    """Without lens the same least squares on pixels as OpenCV's: pitch → image residuals at most as large."""
    _, pixels, metres = visible_marks(straight_camera())
    noisy = pixels + np.random.default_rng(1).normal(0.0, 2.0, pixels.shape)
    fitted = PitchHomography.fit(noisy, metres, image_size=SIZE)
    theirs, _ = cv2.findHomography(metres, noisy)
    projected = cv2.perspectiveTransform(metres[None], theirs)[0]
    ours = np.sqrt(np.mean(np.sum((fitted.to_image(metres) - noisy) ** 2, axis=1)))
    assert ours <= np.sqrt(np.mean(np.sum((projected - noisy) ** 2, axis=1))) + 1e-6
    # Both minimise the same sum; a tenth of a pixel over the pitch is far below the 2 px of noise.
    grid_theirs = cv2.perspectiveTransform(GRID[None], theirs)[0]
    assert np.abs(fitted.to_image(GRID) - grid_theirs).max() < 0.1


@pytest.mark.parametrize("k1", [-0.12, -0.05, 0.06])
def test_lens_is_found(k1: float) -> None:
    """With 1 px clicks the straight model is metres off in the corners, the lens model is within its stated error."""
    camera = stand_camera(PITCH, k1=k1)
    pixels = camera.project_ground(GRID)
    seen = camera.inside(pixels)
    plain = clicked(camera, np.random.default_rng(2), 1.0)
    curved = clicked(camera, np.random.default_rng(2), 1.0, estimate_lens=True)
    error = [np.linalg.norm(fit.to_pitch(pixels[seen])[0] - GRID[seen], axis=1) for fit in (plain, curved)]
    assert np.sqrt(np.mean(error[1] ** 2)) < 0.35
    assert error[1].max() < error[0].max() / 2


def test_stated_error_is_the_real_error() -> None:
    """Over 200 calibrations with 2 px clicks, error over stated sigma is standard normal: 1 ± 0.12 in variance."""
    camera = straight_camera()
    places = np.array([[0.0, 0.0], [-30.0, 20.0], [40.0, -20.0], [20.0, 30.0]])
    pixels = camera.project_ground(places)
    scores = []
    rng = np.random.default_rng(3)
    for _ in range(200):
        fitted = clicked(camera, rng, 2.0)
        found, _ = fitted.to_pitch(pixels)
        covariance = fitted.covariance_at(found)
        error = (found - places)[:, :, None]
        scores.append((error.transpose(0, 2, 1) @ np.linalg.inv(covariance) @ error).ravel())
    # Mahalanobis distance squared of a 2D error is 2 on average.
    assert np.mean(scores) / 2 == pytest.approx(1.0, abs=0.12)


def test_point_noise_is_added() -> None:
    """Calibration error and pixel noise add up: simulated landing of 3 px noise matches the stated sigma."""
    fitted, camera = exact(), straight_camera()
    place = np.array([[15.0, 10.0]])
    pixel = camera.project_ground(place)
    landed, _ = fitted.to_pitch(pixel + np.random.default_rng(4).normal(0.0, 3.0, (4000, 2)))
    simulated = np.sqrt(np.mean((landed - place) ** 2))
    _, stated = fitted.to_pitch(pixel, point_sigma_px=3.0)
    # 4000 draws know a sigma to about 1 %; the rest is the curvature that a first derivative leaves out.
    assert stated[0] == pytest.approx(simulated, rel=0.06)


def test_lines_sharpen_the_fit() -> None:
    """Four marks alone leave the far side loose; clicks along two lines tighten it."""
    camera = straight_camera()
    names = ["a_penalty_area_front_left", "a_penalty_area_front_right", "centre_spot", "circle_b"]
    metres = np.array([PITCH.marks()[name] for name in names])
    lines = []
    for name in ("touchline_left", "halfway_line", "b_penalty_area_front"):
        start, end = (np.array(point) for point in PITCH.segments()[name])
        along = start + np.linspace(0.1, 0.9, 9)[:, None] * (end - start)
        pixels = camera.project_ground(along)
        lines.append(LineCorrespondence(pixels[camera.inside(pixels)], PITCH.segments()[name]))
    rng = np.random.default_rng(5)
    errors: dict[str, list[float]] = {"points": [], "lines": []}
    for _ in range(30):
        pixels = camera.project_ground(metres) + rng.normal(0.0, 1.5, (4, 2))
        noisy = [
            LineCorrespondence(line.image_points + rng.normal(0, 1.5, line.image_points.shape), line.pitch_line)
            for line in lines
        ]
        for key, given in (("points", None), ("lines", noisy)):
            fitted = PitchHomography.fit(pixels, metres, image_size=SIZE, line_correspondences=given)
            found, _ = fitted.to_pitch(camera.project_ground(np.array([[30.0, 20.0]])))
            errors[key].append(float(np.linalg.norm(found - [[30.0, 20.0]])))
    assert np.median(errors["lines"]) < np.median(errors["points"]) / 2


def test_horizon_is_nan_never_far_away() -> None:
    fitted = exact()
    camera = straight_camera()
    # The horizon of a level camera is where a ground point infinitely far away lands.
    far = camera.project_ground(np.array([[0.0, 1e7]]))
    rows = np.array([[960.0, far[0, 1] - 1.0], [960.0, far[0, 1] - 200.0], [200.0, 0.0], [960.0, 800.0]])
    found, sigma = fitted.to_pitch(rows)
    assert np.isnan(found[:3]).all() and np.isinf(sigma[:3]).all()
    assert np.isfinite(found[3]).all() and sigma[3] < 1.0
    _, loose = fitted.to_pitch(np.array([[960.0, far[0, 1] + 1.0]]), point_sigma_px=2.0)
    assert loose[0] > 100.0, "a pixel below the horizon must say how little it knows"


def test_behind_the_camera_is_nan() -> None:
    fitted = exact()
    behind = np.array([[0.0, -200.0]])
    assert np.isnan(fitted.to_image(behind)).all()


def test_centre_spot_behind_the_camera_is_no_problem() -> None:
    """A phone behind the far side of the centre circle that films one goal: the pitch's origin is out of sight."""
    camera = PinholeCamera.look_at((5.0, 3.0, 6.0), (45.0, 0.0, 0.0), focal_px=1100.0)
    names, pixels, metres = visible_marks(camera)
    assert "centre_spot" not in names and len(names) >= 8
    fitted = PitchHomography.fit(pixels, metres, image_size=SIZE)
    found, _ = fitted.to_pitch(pixels)
    np.testing.assert_allclose(found, metres, atol=1e-6)
    assert np.isnan(fitted.to_image(np.array([[0.0, 0.0]]))).all()


def test_json_round_trip_is_exact() -> None:
    fitted = clicked(stand_camera(PITCH, k1=-0.08), np.random.default_rng(6), 2.0, estimate_lens=True)
    again = PitchHomography.from_dict(json.loads(json.dumps(fitted.to_dict())))
    pixels = np.array([[300.0, 700.0], [1500.0, 650.0]])
    for ours, theirs in zip(fitted.to_pitch(pixels), again.to_pitch(pixels), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert again.warnings == fitted.warnings and again.error_m == fitted.error_m
    for damage in ({"matrix": [[1.0]]}, {"covariance": []}, {"image_size": 3}, {"k1": None}):
        with pytest.raises(CalibrationError, match="damaged"):
            PitchHomography.from_dict({**fitted.to_dict(), **damage})  # type: ignore[typeddict-item]
    changed = {**fitted.to_dict(), "version": 99}
    with pytest.raises(CalibrationError, match="version 99"):
        PitchHomography.from_dict(changed)  # type: ignore[arg-type]


def test_error_map_grows_away_from_the_camera_and_leaves_the_unseen_out() -> None:
    fitted = clicked(straight_camera(), np.random.default_rng(7), 2.0)
    near, far, outside = fitted.error_map(np.array([[0.0, -20.0], [0.0, 33.0], [-52.0, -33.0]]))
    assert 0 < near < far
    assert np.isnan(outside), "the near corner is not in this picture"


def test_relative_length_error_covers_simulated_paths() -> None:
    """The stated 1σ of a path's length is the spread of its length over 150 calibrations, within a fifth."""
    camera = straight_camera()
    path = np.stack([np.linspace(-20, 25, 60), 10 * np.sin(np.linspace(0, 4, 60))], axis=1)
    pixels = camera.project_ground(path)
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    lengths, stated = [], []
    rng = np.random.default_rng(8)
    for _ in range(150):
        fitted = clicked(camera, rng, 2.0)
        found, _ = fitted.to_pitch(pixels)
        lengths.append(np.linalg.norm(np.diff(found, axis=0), axis=1).sum())
        stated.append(fitted.relative_length_sigma(found))
    assert np.mean(stated) == pytest.approx(np.std(lengths) / length, rel=0.2)


class TestRefusals:
    """Calibrations that would mislead are refused in words that help."""

    names, pixels, metres = visible_marks(straight_camera())

    def fit(self, pixels: np.ndarray, metres: np.ndarray, **more: object) -> PitchHomography:
        return PitchHomography.fit(pixels, metres, image_size=SIZE, **more)  # type: ignore[arg-type]

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_too_few(self, count: int) -> None:
        with pytest.raises(CalibrationError, match=f"{count} marks given; at least 4"):
            self.fit(self.pixels[:count], self.metres[:count])

    def test_too_few_for_the_lens(self) -> None:
        with pytest.raises(CalibrationError, match="at least 6 are needed to estimate the lens"):
            self.fit(self.pixels[:5], self.metres[:5], estimate_lens=True)

    def test_different_counts(self) -> None:
        with pytest.raises(ShapeError, match=r"pitch_points: expected \(6, 2\), got \(5, 2\)"):
            self.fit(self.pixels[:6], self.metres[:5])

    def test_not_a_number(self) -> None:
        pixels = self.pixels.copy()
        pixels[2, 1] = np.nan
        with pytest.raises(CalibrationError, match="no position"):
            self.fit(pixels, self.metres)

    def test_twins(self) -> None:
        pixels = self.pixels.copy()
        pixels[4] = pixels[1]
        with pytest.raises(CalibrationError, match=f"{self.names[1]} and {self.names[4]} are at the same place in"):
            self.fit(pixels, self.metres, names=self.names)

    def test_on_one_line(self) -> None:
        along = np.stack([np.zeros(6), np.linspace(-30, 30, 6)], axis=1)
        with pytest.raises(CalibrationError, match="one line"):
            self.fit(straight_camera().project_ground(along), along)

    def test_all_but_one_on_a_line(self) -> None:
        along = np.vstack([np.stack([np.zeros(5), np.linspace(-30, 30, 5)], axis=1), [[20.0, 5.0]]])
        with pytest.raises(CalibrationError, match="one line"):
            self.fit(straight_camera().project_ground(along), along)

    def test_mirrored(self) -> None:
        with pytest.raises(CalibrationError, match="mirrored"):
            self.fit(self.pixels, self.metres * [1.0, -1.0])

    def test_ends_swapped_is_mirrored_too(self) -> None:
        with pytest.raises(CalibrationError, match="mirrored"):
            self.fit(self.pixels, self.metres * [-1.0, 1.0])

    def test_turned_half_round_is_a_legal_view(self) -> None:
        """Swapping both is the same pitch seen from the other side: nothing can tell, nothing is refused."""
        assert self.fit(self.pixels, -self.metres).error_m.max_m < 1e-6

    @pytest.mark.parametrize("wrong", [0, 3, 7])
    def test_a_wild_mark_is_named(self, wrong: int) -> None:
        metres = self.metres.copy()
        metres[wrong] += [9.0, 6.0]
        with pytest.raises(CalibrationError, match=f"^{self.names[wrong]} is "):
            self.fit(self.pixels, metres, names=self.names)

    @pytest.mark.parametrize(("one", "other"), [(0, 1), (2, 7), (4, 9)])
    def test_two_exchanged_marks_are_both_named(self, one: int, other: int) -> None:
        rng = np.random.default_rng(one)
        metres = self.metres.copy()
        metres[[one, other]] = metres[[other, one]]
        pixels = self.pixels + rng.normal(0.0, 1.0, self.pixels.shape)
        said = f"^{self.names[one]} and {self.names[other]} look exchanged"
        with pytest.raises(CalibrationError, match=said):
            self.fit(pixels, metres, names=self.names)

    def test_of_two_wild_marks_one_is_named_and_none_is_taken_for_exchanged(self) -> None:
        metres = self.metres.copy()
        metres[0] += [9.0, 6.0]
        metres[5] += [-7.0, 8.0]
        with pytest.raises(CalibrationError, match=f"^({self.names[0]}|{self.names[5]}) is 1.* m from where the other"):
            self.fit(self.pixels, metres, names=self.names)

    def test_five_marks_that_disagree_cannot_name_the_culprit(self) -> None:
        chosen = ("halfway_left", "halfway_right", "a_penalty_area_front_left", "circle_b", "b_penalty_area_front_left")
        pick = [self.names.index(name) for name in chosen]
        metres = self.metres[pick].copy()
        metres[4] += [15.0, 12.0]
        with pytest.raises(CalibrationError, match=r"disagree|horizon"):
            self.fit(self.pixels[pick], metres)


def test_warnings_are_stated() -> None:
    _, pixels, metres = visible_marks(straight_camera())
    assert exact().warnings == ()
    four = [0, 1, 10, 14]
    few = PitchHomography.fit(pixels[four], metres[four], image_size=SIZE)
    assert any(text.startswith("4 marks") for text in few.warnings)
    assert any("nothing is left over" in text for text in few.warnings)
    corner = metres[:, 0] < -30
    small = PitchHomography.fit(pixels[corner], metres[corner], image_size=SIZE)
    assert any("extrapolated" in text for text in small.warnings)
