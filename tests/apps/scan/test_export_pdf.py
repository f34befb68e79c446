"""`?format=pdf`: reports to print, read back by pypdf."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from apps.accounts.models import Player, Team, User
from apps.scan.models import SessionKPI, Video
from apps.sessions.models import Session
from tests.apps.scan.conftest import kpi
from tests.factories.accounts import make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME
from tests.factories.exports import make_run
from tests.factories.scans import make_session
from vision.kpi.catalogue import CATALOGUE
from vision.kpi.catalogue_es import SPANISH

pytestmark = pytest.mark.django_db

GROUPS = {
    "speed": {
        "max_speed_mps": kpi(7.0, 6.8, 7.2, "m/s"),
        "sprint_count": kpi(3, 2, 4, ""),
        "high_intensity_runs": {"absent": "too noisy for counts"},
        **{f"time_zone_{zone}_s": kpi(61.0 * zone, 60.0 * zone, 62.0 * zone, "s") for zone in range(1, 6)},
    },
    "distance": {
        "total_distance_m": kpi(1234.0, 1180.0, 1290.0, "m"),
        "equivalent_distance_m": kpi(4444.0, 4000.0, 5000.0, "m"),
        "mean_position_x_m": kpi(3.0, 2.9, 3.1, "m"),
        "mean_position_y_m": kpi(-4.0, -4.1, -3.9, "m"),
    },
    "technical": {"one_touch_share": kpi(0.25, 0.1, 0.4, "share")},
}
QUALITY = {
    "scale_source": "pitch_homography",
    "coverage": 0.94,
    "calibration_error_m": 0.21,
    "fps": 25.0,
    "catalogue_version": "1.0",
}
SERIES = {"t_s": [n / 5 for n in range(300)], "speed_mps": [None if 100 < n < 120 else 2.0 for n in range(300)]}
HEAT = {"x_edges_m": [-2.0, 0.0, 2.0], "y_edges_m": [-1.0, 1.0], "seconds": [[30.0, 1.0]]}


@pytest.fixture
def mate(team: Team) -> Player:
    return make_player(team, first_name="Begoña", last_name="Núñez Другой")


@pytest.fixture
def run(team: Team, player: Player, mate: Player) -> Video:
    Player.objects.filter(pk=player.pk).update(first_name="Iñaki", last_name="Peña", jersey_number=10)
    Team.objects.filter(pk=team.pk).update(time_zone="Europe/Madrid")
    return with_figures(make_run(team, player, mate), player, mate)


def with_figures(video: Video, player: Player, mate: Player) -> Video:
    Session.objects.filter(pk=video.session_id).update(start=datetime(2026, 5, 2, 16, 30, tzinfo=UTC))
    for track, who, grade in ((HOME, player, "B"), (AWAY, mate, "C")):
        SessionKPI.objects.create(
            session=video.session,
            track_id=track,
            player=who,
            grade=grade,
            groups=GROUPS,
            quality=QUALITY,
            series=SERIES,
            details={"heat_map": HEAT},
        )
    return video


def report(client: Any, video: Video, more: str = "") -> Any:
    return client.get(f"/api/scan/{video.session_id}/export?format=pdf{more}")


def pages(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    found = PdfReader(io.BytesIO(b"".join(response))).pages
    return [" ".join(page.extract_text().split()) for page in found]


def speaks(user: User, **fields: Any) -> User:
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return user


# What is on the pages -------------------------------------------------------------------------------------------


def test_a_players_page_by_pypdf(api_client: Callable[..., Any], coach: User, run: Video, player: Player) -> None:
    response = report(api_client(coach), run, f"&player={player.pk}")
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="Sprints-Passe.pdf"' in response["Content-Disposition"]
    (text,) = pages(response)
    for told in (
        "Iñaki Peña",
        "No. 10",
        "Saturday, 2 May 2026, 18:30 (times in Europe/Madrid)",
        "Grade B: good measurement",
        "In view 94% of the film",
        "Metres come from the pitch marked in the picture",
        "places are right to about 0.2",
        "25 pictures a second",
        "25.2 km/h",
        "24.5 to 25.9 km/h",
        "1.23 km",
        "1.18 to 1.29 km",
        "2 to 4",
        CATALOGUE["max_speed_mps"].definition,
        "25 %",
        "5:05 min",
        "5:00 to 5:10 min",
        "about 9 of 10",
    ):
        assert told in text, (told, text)
    assert "High-intensity runs" not in text, "what was not measured is not told"
    assert "4.44" not in text, "experimental figures are for the app"
    assert "Begoña" not in text
    assert "SYNTHETIC" not in text


def test_fonts_are_embedded(api_client: Callable[..., Any], coach: User, run: Video, mate: Player) -> None:
    raw = b"".join(report(api_client(coach), run, f"&player={mate.pk}"))
    (page,) = PdfReader(io.BytesIO(raw)).pages
    assert "Begoña Núñez Другой" in page.extract_text().replace("\n", " ").replace("  ", " ")
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    families = set()
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor
        families.add(str(font["/BaseFont"]).split("+")[-1])
    assert {name[:7] for name in families} == {"Figtree", "DejaVuS"}, "the name's Cyrillic letters too"
    assert PdfReader(io.BytesIO(raw)).root_object["/Lang"] == "en"


def test_in_the_readers_language_units_and_zone(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player
) -> None:
    speaks(coach, language="es", units="imperial", time_zone="America/Bogota")
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    for told in (
        "sábado, 2 de mayo de 2026, 11:30 (horas de America/Bogota)",
        "Nota B: medida buena",
        "En imagen el 94 % del vídeo",
        "Velocidad máxima",
        "15,7 mph",
        "de 15,2 a 16,1 mph",
        "1 350 yd",
        SPANISH["sprint_count"][1],
    ):
        assert told in text, (told, text)


def test_the_language_of_the_page_comes_before_the_accounts(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player
) -> None:
    speaks(coach, language="es")
    path = f"/api/scan/{run.session_id}/export?format=pdf&player={player.pk}"
    for header, title in (("en-GB,en;q=0.9", "Player report"), ("es", "Informe del jugador"), ("ja", "Player report")):
        (text,) = pages(api_client(coach).get(path, headers={"Accept-Language": header}))
        assert title in text


def test_metres_from_heights_are_called_estimated(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player
) -> None:
    SessionKPI.objects.update(quality={**QUALITY, "scale_source": "player_height"})
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    assert "Metres are estimated from body height" in text
    assert text.count("estimated") == 1 + 3, "distance, speed and sprints; a share of touches needs no metres"
    (text,) = pages(report(api_client(coach), run))
    assert "≈ 1.23 km" in text
    assert "≈ means estimated" in text


def test_a_sure_count_has_no_range_of_itself(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player
) -> None:
    SessionKPI.objects.update(
        groups={"speed": {"sprint_count": kpi(6, 6, 6, ""), "high_intensity_runs": kpi(9, 8, 9, "")}}
    )
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    assert "8 to 9" in text
    assert "6 to 6" not in text


def test_the_impossible_is_not_shown(api_client: Callable[..., Any], coach: User, run: Video, player: Player) -> None:
    odd = {"max_speed_mps": kpi(31.0, 30.0, 32.0, "m/s", implausible=True), "sprint_count": kpi(3, 2, 4, "")}
    faults = [{"kind": "speed", "t0_s": 1.0, "t1_s": 2.0, "peak": 31.0}]
    SessionKPI.objects.update(groups={"speed": odd}, quality={**QUALITY, "implausible": faults})
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    assert "faster than any human" in text
    assert "111" not in text, "31 m/s"
    assert "Where on the pitch" not in text, "a place that two people share is nobody's"
    assert "faster than any human" in pages(report(api_client(coach), run))[0]


def test_nothing_measured_is_said(api_client: Callable[..., Any], coach: User, run: Video, player: Player) -> None:
    SessionKPI.objects.update(groups={}, quality={}, grade="", series=None, details={})
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    assert "Nothing could be measured of Iñaki Peña in this film." in text
    assert "No figures could be measured in this film." in pages(report(api_client(coach), run))[0]


def test_made_up_movement_is_called_so(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    Session.objects.filter(pk=run.session_id).update(synthetic=True)
    client = api_client(coach)
    assert all(
        "SYNTHETIC" in text for text in (*pages(report(client, run)), *pages(report(client, run, "&player=all")))
    )


def test_the_sessions_page(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    SessionKPI.objects.create(
        session=run.session, track_id=33, grade="D", groups=GROUPS, quality={**QUALITY, "coverage": 0.1}
    )
    (text,) = pages(report(api_client(coach), run))
    order = [text.index(name) for name in ("Begoña Núñez", "Iñaki Peña", "Track 33")]
    assert order == sorted(order), "named ones first"
    for told in (
        "named players: 2",
        "others followed: 1",
        "by catalogue 1.0",
        "24.5 to 25.9 km/h",
        "Average places",
        "Iñaki Peña (10)",
        "Film of 0:02 min",
    ):
        assert told in text, (told, text)


def test_a_whole_squad_fits_one_page(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    SessionKPI.objects.bulk_create(
        SessionKPI(session=run.session, track_id=100 + n, grade="C", groups=GROUPS, quality=QUALITY) for n in range(30)
    )
    (text,) = pages(report(api_client(coach), run))
    shown = sum(f"Track {100 + n}" in text for n in range(30))
    assert 16 <= shown < 30
    assert f"{30 - shown} more people are in the app." in text


# Whose pages ----------------------------------------------------------------------------------------------------


def test_every_player_has_a_page(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    SessionKPI.objects.create(session=run.session, track_id=33, groups=GROUPS, quality=QUALITY)
    first, second = pages(report(api_client(coach), run, "&player=all"))
    assert ("Begoña" in first, "Iñaki" in second) == (True, True), "by name; who has no name has no parents"
    assert ("Page 1 of 2" in first, "Page 2 of 2" in second) == (True, True)


def test_an_unnamed_track_has_a_page(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    SessionKPI.objects.create(session=run.session, track_id=33, groups=GROUPS, quality=QUALITY)
    (text,) = pages(report(api_client(coach), run, "&track_id=33"))
    assert "Track 33" in text


def test_of_two_tracks_the_better_seen_counts(
    api_client: Callable[..., Any], coach: User, run: Video, player: Player
) -> None:
    more = {"distance": {"total_distance_m": kpi(50.0, 48.0, 52.0, "m")}}
    SessionKPI.objects.create(
        session=run.session, track_id=44, player=player, groups=more, quality={**QUALITY, "coverage": 0.2}
    )
    (text,) = pages(report(api_client(coach), run, f"&player={player.pk}"))
    assert "1.23" in text
    assert len(pages(report(api_client(coach), run, "&player=all"))) == 2


def test_family_gets_its_own_page_and_no_other(
    api_client: Callable[..., Any], team: Team, mate: Player, player_user: User
) -> None:
    player = player_user.players.get()
    Player.objects.filter(pk=player.pk).update(first_name="Iñaki", last_name="Peña")
    run = with_figures(make_run(team, player, mate), player, mate)
    for user in (make_guardian(player), player_user):
        client = api_client(user)
        for more in ("", "&player=all", f"&player={player.pk}", f"&track_id={HOME}"):
            (text,) = pages(report(client, run, more))
            assert "Iñaki Peña" in text
            assert "Begoña" not in text
        for more in (f"&player={mate.pk}", f"&track_id={AWAY}"):
            response = report(client, run, more)
            assert response.status_code == 404
            assert response.json()["error"]["message"] == "There are no figures of this player in this session."


def test_who_is_not_there_has_no_page(api_client: Callable[..., Any], coach: User, run: Video, team: Team) -> None:
    client = api_client(coach)
    assert report(client, run, f"&player={uuid.uuid4()}").status_code == 404
    assert report(client, run, "&track_id=4711").status_code == 404
    empty = make_session(team=team)
    response = client.get(f"/api/scan/{empty.pk}/export?format=pdf")
    assert (response.status_code, response.json()["error"]["message"]) == (
        404,
        "There are no figures in this session yet.",
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("format=csv&player=all", "Only a pdf has a page"),
        ("format=vtt&track_id=3", "Only for pdf"),
        ("format=pdf&player=Kim", "not a player's id"),
        ("format=pdf&track_id=3&player=7d0c1d2e-0000-4000-8000-000000000000", "not both"),
    ],
)
def test_a_wrong_choice_is_said(api_client: Callable[..., Any], coach: User, run: Video, query: str, said: str) -> None:
    response = api_client(coach).get(f"/api/scan/{run.session_id}/export?{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert said in str(response.json()["error"])


def test_queries_do_not_grow(
    api_client: Callable[..., Any], coach: User, run: Video, django_assert_max_num_queries: Any
) -> None:
    SessionKPI.objects.bulk_create(
        SessionKPI(session=run.session, track_id=100 + n, groups=GROUPS, quality=QUALITY) for n in range(10)
    )
    client = api_client(coach)
    with django_assert_max_num_queries(22):
        assert report(client, run, "&player=all").status_code == 200


def test_by_command(run: Video, coach: User, player: Player, tmp_path: Path) -> None:
    for more, count in (((), 1), (("--player", "all"), 2), (("--player", str(player.pk)), 1)):
        path = tmp_path / "report.pdf"
        call_command(
            "export_session", str(run.session_id), "--format", "pdf", "--as", coach.email, "--out", str(path), *more
        )
        assert len(PdfReader(path).pages) == count
    with pytest.raises(CommandError, match="Only a pdf"):
        call_command("export_session", str(run.session_id), "--as", coach.email, "--player", "all")
