"""The evidence: values with intervals, what is missing and why, change beyond doubt, notes without others' names."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from apps.feedback import registries
from apps.feedback.engine.brief import Brief, NextTraining
from apps.feedback.engine.rulebook.cues_es import CUES
from apps.feedback.engine.safety import allows
from apps.feedback.evidence import Wish, build_brief, fingerprint, retrieve_for
from apps.feedback.evidence.subjects import band_of, team_group
from apps.feedback.evidence.translations import spanish_articles, spanish_drills
from apps.feedback.models import KnowledgeDocument
from apps.feedback.services.knowledge import load_knowledge
from apps.feedback.templates import FOCUS_AREAS
from apps.scan.models import SessionKPI
from tests.apps.feedback.conftest import Scene
from tests.factories.accounts import make_concussion, make_wellness
from tests.factories.calendar import make_drill, make_event
from tests.factories.sessions import START, make_note


def brief(scene: Scene, **more: Any) -> Brief:
    values: dict[str, Any] = {"session": scene.session, "player": scene.kim, "now": START}
    return build_brief(Wish(**{**values, **more}))


def trend_of(found: Brief, key: str) -> str:
    return next(trend.direction for trend in found.trends if trend.key == key)


def test_facts_carry_what_they_are_worth(scene: Scene) -> None:
    fact = next(fact for fact in brief(scene).facts if fact.key == "total_distance_m")
    assert (fact.value, fact.low, fact.high, fact.unit, fact.grade, fact.coverage) == (3000, 2960, 3040, "m", "B", 0.9)
    assert fact.version == "1.0/1" or fact.version.endswith("/1")


def test_change_is_spoken_of_only_beyond_interval_and_habit(scene: Scene) -> None:
    found = brief(scene)
    assert trend_of(found, "total_distance_m") == "up"
    assert trend_of(found, "max_speed_mps") == "steady", "within its own interval"
    assert trend_of(found, "sprint_count") == "steady", "no other than usual"
    assert next(trend.before for trend in found.trends if trend.key == "total_distance_m") == 2000


@pytest.mark.parametrize(
    ("zone", "day", "since"),
    [("", (5, 2), (4, 11)), ("Pacific/Auckland", (5, 3), (4, 12)), ("Asia/Tokyo", (5, 3), (4, 12))],
)
def test_days_are_the_readers_else_the_teams(
    scene: Scene, zone: str, day: tuple[int, int], since: tuple[int, int]
) -> None:
    found = brief(scene, time_zone=zone)
    assert (found.day.month, found.day.day) == day
    assert {(trend.since.month, trend.since.day) for trend in found.trends} == {since}


@pytest.mark.parametrize("change", [{"grade": "C"}, {"catalogue_version": "0.9"}, {"synthetic": True}])
def test_only_like_is_compared_with_like(scene: Scene, change: dict[str, Any]) -> None:
    SessionKPI.objects.filter(session=scene.earlier[0]).update(**change)
    assert brief(scene).trends == (), "two are too few to compare with"


def test_the_impossible_is_missing_not_told(scene: Scene, figures_of: Any) -> None:
    row = figures_of(scene.session, scene.kim)
    row.groups["speed"]["max_speed_mps"]["implausible"] = True
    row.save()
    found = brief(scene)
    assert "max_speed_mps" not in {fact.key for fact in found.facts}
    assert "humanly possible" in next(gap.reason for gap in found.missing if gap.key == "max_speed_mps")


def test_the_moment_of_top_speed_comes_from_the_efforts(scene: Scene, figures_of: Any) -> None:
    row = figures_of(scene.session, scene.kim)
    row.details = {"efforts": [{"t0_s": 10.0, "max_speed_mps": 6.0}, {"t0_s": 83.4, "max_speed_mps": 7.1}]}
    row.save()
    assert next(fact.t_s for fact in brief(scene).facts if fact.key == "max_speed_mps") == 83.4


def test_a_player_without_figures_has_reasons(scene: Scene) -> None:
    SessionKPI.objects.filter(session=scene.session, player=scene.kim).delete()
    found = brief(scene)
    assert {fact.group for fact in found.facts} == {"load"}
    assert "no figures of this player" in found.missing[0].reason


def test_effort_is_told_as_entered_and_unrated_as_missing(scene: Scene) -> None:
    told = {fact.key: fact.value for fact in brief(scene).facts if fact.group == "load"}
    assert (told["rpe"], told["minutes"], told["load_au"]) == (6.0, 60.0, 360.0)
    of_lou = brief(scene, player=scene.lou)
    assert "Nobody rated" in next(gap.reason for gap in of_lou.missing if gap.key == "rpe")


def test_notes_lose_the_names_of_others(scene: Scene) -> None:
    make_note(scene.session, text="Kim and Lou press well.\nTarget: Kim passes to Lou Winter earlier")
    make_note(scene.session, text="Lou was late again.")
    found = brief(scene)
    assert [(note.text, note.target) for note in found.notes] == [
        ("Kim passes to a team-mate earlier", True),
        ("Kim and a team-mate press well.", False),
    ]


def test_the_team_knows_everybody_and_ranks_nobody(scene: Scene) -> None:
    found = brief(scene, player=None)
    assert [person.name for person in found.people] == ["Kim", "Lou"]
    assert found.person is None
    assert {fact.player for fact in found.facts if fact.group != "load"} == {
        f"player:{scene.kim.pk}",
        f"player:{scene.lou.pk}",
    }


@pytest.mark.parametrize(
    ("text", "group", "band"),
    [("U9", 9, "child"), ("U13", 13, "child"), ("U14", 14, "youth"), ("U18", 18, "youth"), ("Senior", 19, "adult")],
)
def test_age_bands(text: str, group: int, band: str) -> None:
    assert (team_group(text), band_of(group)) == (group, band)


def test_an_unknown_age_has_the_strictest_rules() -> None:
    assert (team_group("The Tigers"), band_of(None)) == (None, "child")


def test_pain_holds_recommendations_back(scene: Scene) -> None:
    make_wellness(scene.kim, date=START.date(), pain=6)
    found = brief(scene)
    assert "Pain of 6 out of 10" in found.caution[0]
    assert retrieve_for(Wish(session=scene.session, player=scene.kim, now=START))(found).drills == ()
    assert "dolor" in brief(scene, language="es").caution[0]


def test_a_head_injury_leaves_no_contact_drills(scene: Scene) -> None:
    make_drill("contact", title="Shoulder to shoulder", focus=["defending"], head_contact=True)
    wish = Wish(session=scene.session, player=scene.kim, now=START)
    keys = {drill.key for drill in retrieve_for(wish)(build_brief(wish)).drills}
    assert "contact" in keys
    make_concussion(scene.kim, injured_at=START - timedelta(days=3))
    after = {drill.key for drill in retrieve_for(wish)(build_brief(wish)).drills}
    assert after == keys - {"contact"}


def test_drills_suit_the_age(scene: Scene) -> None:
    make_drill("toddlers", title="For the smallest", focus=["passing"], youngest=5, oldest=8)
    make_drill("adults", title="For adults", focus=["passing"], youngest=19, oldest=99)
    wish = Wish(session=scene.session, player=scene.kim, now=START)
    keys = {drill.key for drill in retrieve_for(wish)(build_brief(wish)).drills}
    assert keys and not keys & {"toddlers", "adults"}


def test_the_calendar_says_when_the_next_training_is(scene: Scene) -> None:
    make_event(scene.team, start=START + timedelta(days=2), event_type="match")
    make_event(scene.team, start=START + timedelta(days=3))
    found = brief(scene).next_training
    assert found is not None and found.day == (START + timedelta(days=3)).date()
    assert registries.next_training(scene.team.pk, None, START + timedelta(days=30)) is None


def test_the_same_evidence_has_the_same_fingerprint(scene: Scene) -> None:
    now = timezone.now()
    one, two = (brief(scene, now=now) for _ in range(2))
    assert fingerprint(one, "rule_based") == fingerprint(two, "rule_based")
    assert fingerprint(one, "rule_based") != fingerprint(one, "azure_openai:x")
    assert fingerprint(one, "rule_based") != fingerprint(brief(scene, question="Why?", now=now), "rule_based")


def test_the_brief_costs_the_same_for_few_and_many(
    scene: Scene, django_assert_max_num_queries: Any, figures_of: Any
) -> None:
    with django_assert_max_num_queries(22):
        brief(scene, player=None)


def test_a_registered_calendar_is_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "_trainings", [lambda team, player, after: NextTraining(START.date(), 45)])
    assert brief(scene).next_training == NextTraining(START.date(), 45)


def test_every_drill_has_its_spanish_words_and_every_area_its_cues() -> None:
    drills = json.loads((settings.ROOT / "fixtures" / "drills.json").read_text(encoding="utf-8"))
    words = spanish_drills()
    assert set(words) == {drill["pk"] for drill in drills}
    assert all(title and aim.endswith((".", "!", "?")) for title, aim in words.values())
    assert set(CUES) == {key for key, _ in FOCUS_AREAS}
    assert all(allows(text, "child") for pair in words.values() for text in pair)
    assert all(allows(cue, "child") for cues in CUES.values() for cue in cues)


def test_a_text_in_spanish_quotes_spanish(scene: Scene) -> None:
    load_knowledge()
    for language, said in (("en", "Nothing that we do on the pitch"), ("es", "Se recomiendan de 9 a 12 horas")):
        wish = Wish(session=scene.session, player=scene.kim, now=START, language=language, question="sleep hours")
        passages = {one.ref: one for one in retrieve_for(wish)(build_brief(wish)).passages}
        assert passages["article:sleep"].text.startswith(said)
    KnowledgeDocument.objects.filter(slug="sleep").update(language="es", text="Dormir, dormir.")
    assert "Dormir, dormir." in [one.text for one in retrieve_for(wish)(build_brief(wish)).passages]


def test_every_article_has_its_spanish_summary() -> None:
    folder = settings.ROOT / "fixtures" / "knowledge"
    assert spanish_articles().keys() == {path.stem for path in folder.glob("*.md")}
    for slug, (title, text) in spanish_articles().items():
        assert 3 <= len(title) <= 60, slug
        assert 100 <= len(text) <= 420, slug
        assert text.endswith((".", "?")), slug
        sentences = re.split(r"(?<=[.!?])\s+", text)
        assert any(allows(one, "child") and not one.endswith("?") for one in sentences), slug
