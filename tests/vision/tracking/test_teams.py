"""Teams by shirt and goalkeepers by place."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes.pitch_views import visible_marks
from tests.vision.tracking.scenes import DATA
from tests.vision.tracking.test_kit_colour import KITS, picture_of
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PITCH_FORMATS
from vision.geometry import box_foot_points
from vision.synthetic.movement import Mix, wander
from vision.synthetic.observation import frame_times
from vision.synthetic.scenes import film, match_scene, stand_camera
from vision.tracking.kit_colour import describe_kits
from vision.tracking.teams import Team, TeamParams, assign_teams, goalkeepers


def samples_of(colours, rounds=6):
    """Descriptors of these people in several pictures of changing light, and their numbers (from 1)."""
    rows = []
    for seed in range(rounds):
        image, boxes = picture_of(colours, light=(0.8, 0.9, 1.0)[seed % 3], seed=seed)
        rows.append(describe_kits(image, boxes))
    return np.concatenate(rows), np.tile(np.arange(1, len(colours) + 1, dtype=np.int32), rounds)


def test_two_teams_a_keeper_and_a_referee():
    colours = [KITS["red"]] * 6 + [KITS["white"]] * 5 + [KITS["green"], KITS["black"]]
    result = assign_teams(*samples_of(colours))
    assert result.team == [Team.A] * 6 + [Team.B] * 5 + [Team.UNKNOWN] * 2
    assert (result.confidence[:11] > 0.6).all() and (result.confidence[11:] == 0).all()
    assert result.of(8) == Team.B and result.of(99) == Team.UNKNOWN


def test_the_team_of_the_lowest_number_is_a():
    result = assign_teams(*samples_of([KITS["white"], KITS["red"], KITS["white"], KITS["red"]]))
    assert result.team == [Team.A, Team.B, Team.A, Team.B]


@pytest.mark.parametrize(
    "colours", [["red"], ["red"] * 8, ["red", "white"], ["red", "red", "white"], ["red", "blue", "white", "black"]]
)
def test_unknown_where_there_are_no_two_teams(colours):
    result = assign_teams(*samples_of([KITS[name] for name in colours]))
    assert set(result.team) == {Team.UNKNOWN} and not result.confidence.any()


def test_tracks_never_sampled_are_unknown():
    kits, ids = samples_of([KITS["red"], KITS["red"], KITS["white"], KITS["white"], KITS["red"]])
    kits[ids == 5] = np.nan
    assert assign_teams(kits, ids).team == [Team.A, Team.A, Team.B, Team.B, Team.UNKNOWN]
    assert assign_teams(np.full_like(kits, np.nan), ids).team == [Team.UNKNOWN] * 5
    assert assign_teams(kits[:0], ids[:0]).team == []


def test_some_samples_of_somebody_else_do_not_change_a_track():
    """A third of a track's crops show the opponent in front."""
    kits, ids = samples_of([KITS["red"]] * 3 + [KITS["white"]] * 3, rounds=9)
    first = np.flatnonzero(ids == 1)
    kits[first[:3]] = kits[ids == 4][:3]
    assert assign_teams(kits, ids).team == [Team.A] * 3 + [Team.B] * 3


@pytest.mark.data
def test_players_of_real_matches_are_told_apart_in_single_pictures():
    """Boxes of people who marked them; 1 keeper, 2 player, 3 referee. One look at each shirt.

    The teams are not marked; what can be checked is that referees and keepers are in no team and players are.
    """
    import cv2

    labels = sorted((DATA / "clips" / "football_frames_gt" / "valid" / "labels").glob("*.txt"))
    players, in_team, others, mistaken = 0, 0, 0, 0
    for label in labels[::3]:
        image = cv2.imread(str(label.parents[1] / "images" / f"{label.stem}.jpg"))
        rows = np.array([line.split()[:5] for line in label.read_text().splitlines()], float)
        rows = rows[rows[:, 0] > 0]
        size = np.array(image.shape[1::-1])
        boxes = np.concatenate(((rows[:, 1:3] - rows[:, 3:] / 2) * size, (rows[:, 1:3] + rows[:, 3:] / 2) * size), 1)
        kits = describe_kits(image, boxes.astype(np.float32))
        result = assign_teams(kits, np.arange(len(rows), dtype=np.int32), TeamParams(least_samples=1))
        known = np.array([team != Team.UNKNOWN for team in result.team])
        players, in_team = players + (rows[:, 0] == 2).sum(), in_team + known[rows[:, 0] == 2].sum()
        others, mistaken = others + (rows[:, 0] != 2).sum(), mistaken + known[rows[:, 0] != 2].sum()
    assert players > 200
    assert in_team / players > 0.75
    assert mistaken / others < 0.2


def positions(places, seconds=60.0, rate=5.0):
    """Tracks 1, 2, … that wander 3 m around these places."""
    rng = np.random.default_rng(0)
    t_s = np.arange(0, seconds, 1 / rate)
    xy = [np.array(place) + rng.normal(0, 3, (len(t_s), 2)) for place in places]
    ids = np.repeat(np.arange(1, len(places) + 1), len(t_s)).astype(np.int32)
    return ids, np.concatenate(xy), np.tile(t_s, len(places))


def test_keepers_stand_alone_before_their_goals():
    ids, xy, t_s = positions([(-47, 1), (-30, 10), (0, 0), (25, -8), (46, -2), (20, 20)])
    assert goalkeepers(ids, xy, t_s, 105.0) == {1: "left", 5: "right"}


def test_no_keeper_where_it_is_not_clear():
    corner = positions([(-47, 1), (-46, 5), (0, 0)])
    wing = positions([(-45, 28), (0, 0)])
    short = positions([(-47, 1), (0, 0)], seconds=5.0)
    for ids, xy, t_s in (corner, wing, short):
        assert goalkeepers(ids, xy, t_s, 105.0) == {}
    ids, xy, t_s = positions([(-47, 1)])
    assert goalkeepers(ids, np.full_like(xy, np.nan), t_s, 105.0) == {}


def seven_a_side(seed, keepers):
    """A filmed 7v7 of two minutes: tracks, metres as calibrated by clicks, and times.

    Tracks 1 and 8 keep the goals (or play like the others); 15 is a defender of team b who stays near its own goal.
    """
    rng, pitch = np.random.default_rng(seed), PITCH_FORMATS["7v7"]
    half = pitch.length_m / 2
    players = match_scene(rng, 7, 120.0, pitch=pitch)
    before_goal = ((2.0 - half, -4.0, 7.0 - half, 4.0), (half - 7.0, -4.0, half - 2.0, 4.0))
    still = Mix(stand=0.5, walk=0.4, jog=0.1, run=0.0, sprint=0.0)
    for place, area in zip((0, 7), before_goal, strict=True):
        if keepers:
            players[place] = wander(rng, 120.0, area, mix=still)
    players.append(wander(rng, 120.0, (half - 24.0, -10.0, half - 9.0, 10.0), mix=still))
    camera = stand_camera(pitch)
    scene = film(players, camera, frame_times(120.0, 5.0), rng)
    mapping = clicked_on(camera, pitch, rng)
    track, frame = np.nonzero(scene.seen)
    feet = box_foot_points(scene.xyxy[track, frame].astype(np.float32))
    ids = (track + 1).astype(np.int32)
    return ids, mapping.to_pitch(feet)[0], scene.t_s[frame], pitch.length_m


def clicked_on(camera, pitch, rng):
    names, pixels, metres = visible_marks(camera, pitch)
    noisy = pixels + rng.normal(0, 1.0, pixels.shape)
    return PitchHomography.fit(noisy, metres, image_size=camera.image_size, names=names)


def shirts():
    """Teams of seven in red and white, goalkeepers in green and black, and one white more."""
    colours = ["green", *["red"] * 6, "black", *["white"] * 7]
    return assign_teams(*samples_of([KITS[colour] for colour in colours]))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_keepers_of_a_seven_a_side_are_told_by_place_and_shirt(seed):
    """On 55 m the zone shrinks with the pitch: 10.5 m, so that a deep defender in a team's shirt is none."""
    assert goalkeepers(*seven_a_side(seed, keepers=True)) == {1: "left", 8: "right"}
    teams = shirts()
    assert [teams.of(track) for track in (1, 8)] == [Team.UNKNOWN] * 2
    assert [teams.of(track) for track in (2, 9, 15)] == [Team.A, Team.B, Team.B]


@pytest.mark.parametrize("seed", [3, 4])
def test_nobody_keeps_goal_in_a_game_without_keepers(seed):
    """Not even the defender who never leaves the own half."""
    assert goalkeepers(*seven_a_side(seed, keepers=False)) == {}
