"""What goes with a session, a player, a person; what an export holds; names leave texts."""

from __future__ import annotations

import copy
from typing import Any

from apps.core.lifecycle import lifecycle
from apps.feedback import indexing
from apps.feedback.models import Feedback, FeedbackMention, FeedbackRating
from apps.search.models import IndexEntry
from tests.apps.feedback.conftest import Scene
from tests.factories.feedback import BODY, make_feedback


def indexed(row: Feedback) -> bool:
    return IndexEntry.objects.filter(kind="feedback", object_id=str(row.pk)).exists()


def test_a_session_takes_its_feedback_along(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    row = make_feedback(scene.session, player=scene.kim)
    other = make_feedback(scene.earlier[0], player=scene.kim)
    for one in (row, other):
        indexing.put_feedback(one.pk)
    lifecycle.erase("session", [scene.session.pk])
    assert list(Feedback.objects.all()) == [other]
    assert not indexed(row) and indexed(other)


def test_an_erased_player_leaves_the_teams_texts(scene: Scene) -> None:
    own = make_feedback(scene.session, player=scene.kim)
    body = copy.deepcopy(BODY)
    body["summary"] = "Kim ran far; Lou too. Kimberly did not play."
    team = make_feedback(scene.session, player=None, text=body["summary"], body=body, cache_key="k")
    FeedbackMention.objects.create(feedback=team, player=scene.kim, name="Kim")
    FeedbackMention.objects.create(feedback=team, player=scene.lou, name="Lou")
    indexing.put_feedback(team.pk)
    lifecycle.erase("player", [scene.kim.pk])
    assert not Feedback.objects.filter(pk=own.pk).exists()
    team.refresh_from_db()
    assert team.body["summary"] == "(removed) ran far; Lou too. Kimberly did not play."
    assert team.text == team.body["summary"] and team.cache_key == ""
    assert "Kim ran" not in IndexEntry.objects.get(object_id=str(team.pk)).text


def test_a_person_who_goes_leaves_the_texts_to_the_team(scene: Scene) -> None:
    row = make_feedback(scene.session, player=scene.kim, created_by=scene.coach, shared_by=scene.coach)
    FeedbackRating.objects.create(feedback=row, user=scene.coach, rating=5)
    lifecycle.erase("user", [scene.coach.pk])
    row.refresh_from_db()
    assert (row.created_by, row.shared_by, row.ratings.count()) == (None, None, 0)


def test_exports_hold_what_is_theirs(scene: Scene) -> None:
    own = make_feedback(scene.session, player=scene.kim, created_by=scene.coach)
    make_feedback(scene.session, player=scene.lou)
    FeedbackRating.objects.create(feedback=own, user=scene.coach, rating=4, notes="Good.")
    of_kim = lifecycle.export("player", scene.kim.pk)["feedback"]["feedback"]
    assert [row["id"] for row in of_kim] == [str(own.pk)]
    of_coach = lifecycle.export("user", scene.coach.pk)["feedback"]
    assert [row["id"] for row in of_coach["feedback_asked_for"]] == [str(own.pk)]
    assert [row["notes"] for row in of_coach["feedback_ratings"]] == ["Good."]
    assert len(lifecycle.export("session", scene.session.pk)["feedback"]["feedback"]) == 2
    assert len(lifecycle.export("team", scene.team.pk)["feedback"]["feedback"]) == 2


def test_figures_over_time_are_indexed_by_player(scene: Scene) -> None:
    found = {one.player_id: one for one in indexing.history_documents(scene.team.pk)}
    assert set(found) == {scene.kim.pk, scene.lou.pk}
    assert "top speed 7.0 m/s, 3000 m covered, 6 sprints (grade B)" in found[scene.kim.pk].text
    assert list(indexing.history_documents(None)) == []
