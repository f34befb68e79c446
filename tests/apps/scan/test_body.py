"""`GET /api/scan/:id/body.glb`, and what results, exports and erasures make of bodies."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import pandas as pd
import pytest
from django.db import transaction

from apps.accounts.models import Player, Role, Team, User
from apps.core.lifecycle import lifecycle
from apps.scan.models import Video
from pipeline.artefacts import Stamp
from pipeline.bodies import Bodies
from pipeline.links import Links, Piece
from pipeline.plan import ArtefactName
from tests.apps.scan.conftest import Client, body_job, said
from tests.factories.accounts import make_guardian, make_member, make_player, make_player_user, make_team
from tests.factories.artefacts import AWAY, HOME, linked_track, store_of
from tests.factories.bodies import write_body

pytestmark = pytest.mark.django_db


def bodies(video: Video) -> Bodies:
    return Bodies(store_of(video.session_id, video.pk))


def results(client: Any, video: Video, query: str = "") -> Any:
    return client.get(f"/api/scan/{video.session_id}/results{query}").json()["data"]


def glb(client: Any, video: Video, query: str = "", **headers: str) -> Any:
    return client.get(f"/api/scan/{video.session_id}/body.glb{query}", headers=headers)


# What results say


def test_results_name_who_has_a_body(
    api_client: Client, coach: User, scanned: Video, django_assert_max_num_queries: Any
) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    write_body(store, HOME)
    write_body(store, AWAY, reason="Only 2 postures of track 9 show enough of the body.")
    job = body_job(scanned, status="failed", error_code="NO_BODY", error_message="Nobody.", progress=12.34)
    client = api_client(coach)
    with django_assert_max_num_queries(7):
        data = results(client, scanned)
    home, away = data["bodies"]
    assert home == {
        "track_id": HOME,
        "status": "ready",
        "reason": "",
        "source": "one_camera",
        "frame": "camera",
        "scale_source": "player height",
        "estimated": True,
        "model": "open",
        "gender": "neutral",
        "height_m": 1.75,
        "from_s": 0.0,
        "to_s": 39.9,
        "pictures": 399,
        "coverage": 0.9975,
        "error_m": None,
        "error_px": 3.5,
        "angles": ["left_knee_flexion", "right_knee_flexion"],
        "warnings": ["small in the picture"],
        "url": f"/api/scan/{scanned.session_id}/body.glb?track_id={HOME}",
    }
    assert (away["status"], away["url"]) == ("refused", None)
    assert away["reason"].startswith("Only 2 postures")
    assert data["body_job"] == {
        "job_id": str(job.pk),
        "status": "failed",
        "progress": 12.3,
        "error": {"code": "NO_BODY", "message": "Nobody."},
    }


def test_without_bodies_results_say_so(api_client: Client, coach: User, scanned: Video) -> None:
    data = results(api_client(coach), scanned)
    assert (data["bodies"], data["body_job"]) == ([], None)


def test_a_corrected_track_has_no_body_any_more_and_others_keep_theirs(
    api_client: Client, coach: User, scanned: Video
) -> None:
    store, client = store_of(scanned.session_id, scanned.pk), api_client(coach)
    for track in (HOME, AWAY):
        write_body(store, track)
    pieces = [Piece(1, 0, 199, HOME), Piece(3, 300, 599, HOME), Piece(2, 0, 599, AWAY)]
    links = Links([linked_track(HOME), linked_track(AWAY)], pieces)
    store.write_json(ArtefactName.LINKS, links.content(), Stamp("split"))
    assert [(body["track_id"], body["status"]) for body in results(client, scanned)["bodies"]] == [
        (HOME, "outdated"),
        (AWAY, "ready"),
    ]
    answer = glb(client, scanned, f"?track_id={HOME}")
    assert answer.status_code == 409
    assert "changed since" in said(answer)
    shown = results(client, scanned, "?include=body&from=0&to=1")["arrays"]["body"]
    assert set(shown["track_id"]) == {AWAY}


@pytest.mark.parametrize("changed", [{"scale": {"kind": "x"}}, {"moving": {"drift_m": 1.0}}])
def test_a_new_calibration_outdates_bodies(
    api_client: Client, coach: User, scanned: Video, changed: dict[str, Any]
) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    write_body(store, HOME)
    manifest = store.manifest(ArtefactName.WORLD)
    facts = {**manifest["facts"], **changed}
    store.write_manifest(ArtefactName.WORLD, Stamp("new", facts=facts), manifest["windows"])
    assert results(api_client(coach), scanned)["bodies"][0]["status"] == "outdated"


def test_a_body_sized_by_somebody_else_is_outdated(
    api_client: Client, coach: User, scanned: Video, player: Player
) -> None:
    store, client = store_of(scanned.session_id, scanned.pk), api_client(coach)
    write_body(store, HOME, sized_by=str(player.pk))
    assert results(client, scanned)["bodies"][0]["status"] == "outdated", "nobody knows any more who this is"
    links = Links.read(store)
    known = Links([linked_track(HOME, player_id=str(player.pk)), linked_track(AWAY)], links.pieces)
    store.write_json(ArtefactName.LINKS, known.content(), Stamp("named"))
    assert results(client, scanned)["bodies"][0]["status"] == "ready"


def test_joints_are_an_array_of_results(api_client: Client, coach: User, scanned: Video) -> None:
    write_body(store_of(scanned.session_id, scanned.pk), HOME)
    rows = results(api_client(coach), scanned, "?include=body&from=19.95&to=20.05")["arrays"]["body"]
    assert rows["t"] == [20.0]
    assert rows["valid"] == [True]
    assert rows["error"] == [3.5]
    assert len(rows["joints"][0]) == 24
    (body,) = results(api_client(coach), scanned)["bodies"]
    assert len(rows["angles"][0]) == len(body["angles"]) > 0
    assert "pose" not in rows


# The file


def test_the_file_is_a_gltf_that_starts_where_asked(api_client: Client, coach: User, scanned: Video) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    model = _open_model_name()
    write_body(store, HOME, model=model)
    answer = glb(api_client(coach), scanned, "?from=0.05&to=3")
    assert answer.status_code == 200, answer.content[:500]
    assert answer["Content-Type"] == "model/gltf-binary"
    assert answer["X-Body-Start-S"] == "0.2000", "the picture at 0.1 s shows too little"
    assert answer["Cache-Control"] == "private, no-cache"
    magic, version, length = struct.unpack("<III", answer.content[:12])
    assert (magic, version, length) == (0x46546C67, 2, len(answer.content))
    size = struct.unpack("<I", answer.content[12:16])[0]
    document = json.loads(answer.content[20 : 20 + size])
    assert len(document["skins"]) == len(document["animations"]) == 1
    again = glb(api_client(coach), scanned, "?from=0.05&to=3", **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def _open_model_name() -> str:
    from vision.body.model import open_body

    return open_body().name


def test_a_file_needs_a_name_where_there_are_several(api_client: Client, coach: User, scanned: Video) -> None:
    for track in (HOME, AWAY):
        write_body(store_of(scanned.session_id, scanned.pk), track, model=_open_model_name())
    client = api_client(coach)
    answer = glb(client, scanned)
    assert answer.status_code == 400
    assert said(answer) == f"Several bodies were fitted; name one by track_id: {HOME}, {AWAY}."
    assert glb(client, scanned, f"?track_id={AWAY}&to=1").status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "why"),
    [
        ("?track_id=x", 400, "track_id"),
        ("?from=3&to=2", 400, "The end must lie after the start."),
        ("?from=0&to=500", 400, "Ask for at most 120 s at once; got 500 s."),
        ("?track_id=12345", 404, "No body was fitted to this person yet."),
        (f"?track_id={AWAY}", 404, "Only 2 postures"),
        ("?from=50&to=55", 404, "This person has no body in this part of the film."),
    ],
)
def test_a_file_that_cannot_be_made_says_why(
    api_client: Client, coach: User, scanned: Video, query: str, status: int, why: str
) -> None:
    write_body(store_of(scanned.session_id, scanned.pk), HOME)
    write_body(store_of(scanned.session_id, scanned.pk), AWAY, reason="Only 2 postures of track 9 show enough.")
    answer = glb(api_client(coach), scanned, query)
    assert answer.status_code == status
    assert why in said(answer)


def test_a_model_that_is_gone_is_told(api_client: Client, coach: User, scanned: Video) -> None:
    write_body(store_of(scanned.session_id, scanned.pk), HOME, model="SMPL male")
    answer = glb(api_client(coach), scanned)
    assert answer.status_code == 404
    assert "'SMPL male', which is not installed here any more. Fit it again." in said(answer)


def test_people_see_their_own_bodies_only(
    api_client: Client, coach: User, team: Team, player: Player, scanned: Video
) -> None:
    for track in (HOME, AWAY):
        write_body(store_of(scanned.session_id, scanned.pk), track, model=_open_model_name())
    guardian = make_guardian(player)
    assert [body["track_id"] for body in results(api_client(guardian), scanned)["bodies"]] == [HOME]
    asked = {
        "nobody": (None, HOME, 401),
        "stranger": (make_member(make_team()), HOME, 404),
        "another player": (make_player_user(team), HOME, 404),
        "guardian of another": (make_guardian(make_player(team)), HOME, 404),
        "guardian": (guardian, HOME, 200),
        "guardian, of a team mate": (guardian, AWAY, 404),
        "analyst": (make_member(team, Role.ANALYST), AWAY, 200),
        "coach": (coach, AWAY, 200),
    }
    for who, (user, track, status) in asked.items():
        assert glb(api_client(user), scanned, f"?track_id={track}&to=1").status_code == status, who
    rows = results(api_client(guardian), scanned, "?include=body&from=0&to=1")["arrays"]["body"]
    assert set(rows["track_id"]) == {HOME}


# Exports


def test_angles_are_a_table(api_client: Client, coach: User, player: Player, scanned: Video) -> None:
    write_body(store_of(scanned.session_id, scanned.pk), HOME, seconds=21)
    answer = api_client(coach).get(f"/api/scan/{scanned.session_id}/export?format=angles")
    assert answer.status_code == 200
    table = pd.read_csv(io.BytesIO(b"".join(answer)))
    assert len(table) == 209, "one of 210 pictures shows too little"
    assert table["t_s"].is_monotonic_increasing
    assert set(table["track_id"]) == {HOME}
    assert set(table["player_id"]) == {str(player.pk)}
    assert set(table["left_knee_flexion_deg"]) == {12.3}
    assert table["right_knee_flexion_deg"].isna().sum() == 1, "what was not seen is empty"
    assert table["estimated"].all()
    assert table["between_pictures"].sum() == 1


def test_a_body_is_exported_whole(api_client: Client, coach: User, scanned: Video) -> None:
    client, at = api_client(coach), f"/api/scan/{scanned.session_id}/export"
    missing = client.get(f"{at}?format=glb")
    assert missing.status_code == 404
    assert "No body was fitted" in said(missing)
    for track in (HOME, AWAY):
        write_body(store_of(scanned.session_id, scanned.pk), track, model=_open_model_name())
    assert client.get(f"{at}?format=glb").status_code == 400
    whole = client.get(f"{at}?format=glb&track_id={HOME}")
    assert whole.status_code == 200
    assert b"".join(whole)[:4] == b"glTF"
    assert whole["Content-Disposition"] == 'attachment; filename="Sprints.glb"'
    assert client.get(f"{at}?format=glb&track_id=12345").status_code == 404
    assert client.get(f"{at}?format=mot&track_id={HOME}").status_code == 400


# Erasure and export of a person


def test_an_erased_player_leaves_no_body(
    scanned: Video, player: Player, django_capture_on_commit_callbacks: Any
) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    for track in (HOME, AWAY):
        write_body(store, track)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        lifecycle.erase("player", [make_player(scanned.session.team).pk])
    assert bodies(scanned).tracks() == [HOME, AWAY]
    from apps.scan.lifecycle import erase_bodies

    erase_bodies([player.pk])()
    assert bodies(scanned).tracks() == [AWAY]
    assert not list(store.store.list(f"{store.prefix}/bodies/{HOME:06d}"))


def test_a_deleted_session_takes_its_bodies_along(scanned: Video, django_capture_on_commit_callbacks: Any) -> None:
    store = store_of(scanned.session_id, scanned.pk)
    write_body(store, HOME)
    job = body_job(scanned, status="running")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        lifecycle.erase("session", [scanned.session_id])
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert not list(store.store.list(f"sessions/{scanned.session_id}"))


def test_a_players_export_has_the_bodies(scanned: Video, player: Player) -> None:
    write_body(store_of(scanned.session_id, scanned.pk), HOME)
    from apps.scan.lifecycle import export_player

    (found,) = export_player(player.pk)["bodies"]
    assert found["session_id"] == str(scanned.session_id)
    assert found["fitted"]["betas"] == [0.0, 0.0]
    assert export_player(make_player(scanned.session.team).pk)["bodies"] == []
