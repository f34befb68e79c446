"""`?format=epts`: FIFA's transfer format, read back by kloppy and by our own import."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from kloppy import metrica

from apps.accounts.models import Player, Team, User
from apps.scan.exports import epts
from apps.scan.exports.grid import EvenGrid
from apps.scan.exports.source import gather
from apps.scan.models import Video
from pipeline.imports import import_match
from tests.factories.accounts import make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME
from tests.factories.exports import GONE_S, PITCH_M, make_run, place_m

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The Provider is not known"),
    pytest.mark.filterwarnings("ignore:Could not determine orientation"),
]


@pytest.fixture
def run(team: Team, player: Player) -> Video:
    Player.objects.filter(pk=player.pk).update(jersey_number=10)
    return make_run(team, player)


def export(client: Any, video: Video) -> Any:
    return client.get(f"/api/scan/{video.session_id}/export?format=epts")


def unpacked(response: Any, folder: Path) -> tuple[str, str]:
    assert response.status_code == 200, response.content
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["metadata.xml", "positions.txt"]
        archive.extractall(folder)
    return str(folder / "metadata.xml"), str(folder / "positions.txt")


def metres(point: Any) -> list[float]:
    return [(point.x - 0.5) * PITCH_M[0], (0.5 - point.y) * PITCH_M[1]]


def test_epts_by_kloppy(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player, tmp_path: Path
) -> None:
    response = export(api_client(coach), run)
    assert response["Content-Type"] == "application/zip"
    assert 'filename="Sprints-Passe-epts.zip"' in response["Content-Disposition"]
    found = metrica.load_tracking_epts(*unpacked(response, tmp_path))
    home, away = found.metadata.teams
    assert (home.name, [(who.name, who.jersey_no) for who in home.players]) == (
        run.session.team.name,
        [(player.display_name, 10)],
    )
    assert [(who.player_id, who.jersey_no) for who in away.players] == [(f"P{AWAY}", 0)]
    assert (found.metadata.frame_rate, len(found)) == (10, 600)
    dimensions = found.metadata.pitch_dimensions
    assert (dimensions.pitch_length, dimensions.pitch_width) == PITCH_M
    for number in (0, 1, 199, 200, 201, 599):
        frame = found.records[number]
        assert frame.timestamp.total_seconds() == pytest.approx(number / 10)
        expected = place_m(HOME, np.array([number / 10]))[0]
        assert metres(frame.players_data[home.players[0]].coordinates) == pytest.approx(expected, abs=2e-3)
    assert np.isnan(found.records[100].ball_coordinates.x), "no ball is better than one that may be in the air"


def test_a_gap_stays_a_gap(api_client: Callable[..., Any], coach: User, run: Video, tmp_path: Path) -> None:
    found = metrica.load_tracking_epts(*unpacked(export(api_client(coach), run), tmp_path))
    who = found.metadata.teams[1].players[0]
    missing = [n for n, frame in enumerate(found.records) if np.isnan(frame.players_data[who].coordinates.x)]
    assert missing == list(range(round(GONE_S[0] * 10) + 1, round(GONE_S[1] * 10)))


def test_our_own_import_reads_it(api_client: Callable[..., Any], coach: User, run: Video, tmp_path: Path) -> None:
    files = list(unpacked(export(api_client(coach), run), tmp_path))
    header, one = import_match(
        {
            "provider": "metrica_epts",
            "files": files,
            "side": "home",
            "sigma_m": 0.05,
            "pitch_m": None,
            "zones": {},
            "default_zones": "adult",
        }
    )
    assert (header["fps"], header["pitch_m"]) == (10.0, list(PITCH_M))
    path = place_m(HOME, np.arange(600) / 10)
    truth = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    told = one["result"]["groups"]["distance"]["total_distance_m"]["value"]
    assert told == pytest.approx(truth, rel=0.01)


def test_an_uneven_rate_moves_nobody() -> None:
    """29.97 pictures a second are told at 30: the place at that very time, through a window's edge too."""
    rate = 30000 / 1001
    frame = np.arange(1200)
    rows = {"t": frame / rate, "track_id": np.full(1200, HOME), "xy": place_m(HOME, frame / rate)}
    grid = EvenGrid([HOME], 30, 1 / rate)
    told = []
    for part in (slice(0, 601), slice(601, 1200)):
        told += list(grid.add({name: column[part] for name, column in rows.items()}))
    numbers = np.array([number for number, _ in told])
    places = np.array([place[0] for _, place in told])
    assert numbers.tolist() == list(range(int(rows["t"][-1] * 30) + 1))
    assert np.isfinite(places).all()
    # A chord instead of the arc: (speed · step / 2)² / (2 · radius) is far below a millimetre.
    assert np.abs(places - place_m(HOME, numbers / 30)).max() < 1e-3


def test_without_a_pitch_there_is_nothing_to_hand_over(
    api_client: Callable[..., Any], coach: User, team: Team, player: Player
) -> None:
    response = export(api_client(coach), make_run(team, player, marked=False))
    assert (response.status_code, response.json()["error"]["code"]) == (409, "CONFLICT")
    assert "Calibrate the session" in response.json()["error"]["message"]


def test_a_guardian_gets_the_child_alone(
    api_client: Callable[..., Any], run: Video, team: Team, player: Player, tmp_path: Path
) -> None:
    files = unpacked(export(api_client(make_guardian(player)), run), tmp_path)
    found = metrica.load_tracking_epts(*files)
    assert [who.player_id for team in found.metadata.teams for who in team.players] == [f"P{HOME}"]
    assert f"P{AWAY}" not in Path(files[0]).read_text()


def test_sides_follow_the_named_players(coach: User, team: Team, player: Player) -> None:
    """Who is named belongs to us, whatever colour the kit; a referee is in no team."""
    mate = make_player(team, first_name="Lía")
    source = gather(coach, make_run(team, player, mate).session_id, told=True)
    first, second = source.tracks
    first["team"], second["team"] = "b", "referee"
    assert [(one.track["track_id"], one.side) for one in epts._people(source)] == [(HOME, "home")]
    second["team"], second["player"] = "a", None
    assert [one.side for one in epts._people(source)] == ["home", "away"]
    second["team"] = "goalkeeper"
    assert [one.side for one in epts._people(source)] == ["home"], "whose keeper is not known"


def test_titles_cannot_break_the_document(coach: User, team: Team, player: Player, tmp_path: Path) -> None:
    video = make_run(team, player)
    type(video.session).objects.filter(pk=video.session_id).update(title="a\x0b<b>&\"'")
    source = gather(coach, video.session_id, told=True)
    with zipfile.ZipFile(io.BytesIO(b"".join(epts.write_epts(source)))) as archive:
        root = ElementTree.fromstring(archive.read("metadata.xml"))
    assert "a<b>&\"'" in [value.text for value in root.iter("Value")]
