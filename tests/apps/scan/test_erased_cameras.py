"""A camera called after somebody loses that name with them, in the film and in the steps alike."""

from __future__ import annotations

import pytest

from apps.accounts.models import Team
from apps.core.lifecycle import lifecycle
from apps.scan.models import JobStep, ProcessingJob, Video
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.scans import make_job, make_video
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db


def filmed(team: Team, *cameras: str, status: str = "completed") -> ProcessingJob:
    session = make_session(team=team)
    job = make_job(session, status=status)
    for camera in cameras:
        make_video(session, camera=camera)
        JobStep.objects.create(job=job, step="detect", camera=camera, window=0, status="done")
    return job


def names() -> tuple[list[str], list[str]]:
    films = Video.objects.values_list("camera", flat=True).order_by("camera")
    return list(films), list(JobStep.objects.values_list("camera", flat=True).order_by("camera"))


def test_a_players_name_leaves_films_and_steps(team: Team) -> None:
    kim = make_player(team, first_name="Kim", last_name="Winterbottom")
    filmed(team, "left", "Winterbottom phone")
    lifecycle.erase("player", [kim.pk])
    films, steps = names()
    renamed = f"camera {Video.objects.exclude(camera='left').get().pk.hex[:8]}"
    assert films == steps == sorted(["left", renamed])


def test_a_users_name_goes_too_and_other_teams_keep_theirs(team: Team) -> None:
    coach = make_member(team)
    coach.name = "Quintus Trainerson"
    coach.save()
    filmed(team, "Quintus Trainerson")
    filmed(make_team(), "Quintus Trainerson")
    lifecycle.erase("user", [coach.pk])
    films, steps = names()
    assert films == steps
    assert films.count("Quintus Trainerson") == 1
    assert Video.objects.get(session__team=team).camera.startswith("camera ")


def test_a_scan_under_way_keeps_its_names(team: Team) -> None:
    kim = make_player(team, first_name="Kim", last_name="Winterbottom")
    filmed(team, "Winterbottom phone", status="running")
    lifecycle.erase("player", [kim.pk])
    assert names() == (["Winterbottom phone"], ["Winterbottom phone"])
