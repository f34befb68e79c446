"""Azure AI Search, spoken to at the wire."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from structlog.testing import capture_logs

from apps.accounts.models import Team
from apps.search import asking, services, tasks
from apps.search.cloud import client, mirror, schema
from apps.search.cloud.client import WRITING, CloudUnavailable, Patience
from apps.search.cloud.retriever import CloudRetriever, filter_of
from apps.search.documents import Kind
from apps.search.embedded import EmbeddedRetriever
from apps.search.models import CloudCopy
from apps.search.retrieval import Query, Result, retriever
from apps.search.vectors import DIMENSIONS
from tests.apps.search.azure_server import KEY, Azure, Scripted, azure_server
from tests.apps.search.factories import ALEX, KIM, OURS, THEIRS, axis, document, embed_as, session_of
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def azure(settings: Any) -> Iterator[Azure]:
    with azure_server() as server:
        settings.AZURE_SEARCH_ENDPOINT, settings.AZURE_SEARCH_KEY = server.url, KEY
        settings.AZURE_SEARCH_INDEX = "axolotl"
        yield server


@pytest.fixture
def filled(azure: Azure) -> Azure:
    """An index with something for all and of two teams."""
    services.put(
        [
            document("heat", "Drink often when it is hot.", age_min=9, age_max=99),
            document("toddlers", "Hot days for the smallest.", age_min=5, age_max=7),
            session_of("hot-kim", "A hot training. About Kim.", player_id=KIM),
            session_of("hot-alex", "A hot training. About Alex.", player_id=ALEX),
            session_of("hot-theirs", "A hot training of somebody else.", THEIRS),
        ]
    )
    schema.create()
    assert sum(mirror.mirror()) == 5
    return azure


def search(text: str = "hot", **more: Any) -> Result:
    return CloudRetriever(EmbeddedRetriever()).search(Query(text, **more))


def ids(result: Result) -> set[str]:
    return {hit.object_id for hit in result.hits}


# Making and filling ----------------------------------------------------------------------------------------------


def test_everything_is_sent_once_in_batches(azure: Azure) -> None:
    services.put([session_of(f"s{n}", f"Training {n}.") for n in range(120)])
    schema.create()
    assert list(mirror.mirror()) == [50, 50, 20]
    assert len(azure.documents) == 120
    assert list(mirror.mirror()) == []
    assert [len(body["value"]) for body in azure.bodies("index")] == [50, 50, 20]


def test_the_index_has_a_field_for_meaning_and_folds_accents(azure: Azure) -> None:
    assert schema.create() == "axolotl"
    fields = {one["name"]: one for one in azure.indexes["axolotl"]["fields"]}
    assert (fields["meaning"]["type"], fields["meaning"]["dimensions"]) == ("Collection(Edm.Single)", DIMENSIONS)
    [profile] = azure.indexes["axolotl"]["vectorSearch"]["profiles"]
    assert fields["meaning"]["vectorSearchProfile"] == profile["name"]
    assert {fields[name]["analyzer"] for name in ("title", "text", "tags")} == {"standardasciifolding.lucene"}
    assert all(fields[name]["filterable"] for name in ("kind", "team", "player", "age_min", "age_max"))


def test_the_command_makes_fills_and_goes_on_where_it_stopped(azure: Azure, team: Team) -> None:
    make_session(team, title="Cup final")
    out = StringIO()
    call_command("reindex", "--create", "--kind", "session", "--words-only", stdout=out)
    assert out.getvalue().splitlines() == [
        "The index axolotl of Azure AI Search stands.",
        "1 texts read: 1 new or changed, 0 taken out.",
        "1 texts sent to Azure AI Search.",
    ]
    assert [row["title"] for row in azure.documents.values()] == ["Cup final"]
    azure.documents.clear()
    call_command("reindex", "--create", "--kind", "session", "--words-only", stdout=out)
    assert len(azure.documents) == 1  # a new index gets everything again


def test_the_command_says_what_is_wrong(azure: Azure, team: Team, settings: Any) -> None:
    make_session(team)
    with pytest.raises(CommandError, match=r"There is no index axolotl yet; `manage\.py reindex --create` makes it"):
        call_command("reindex", "--kind", "session", "--words-only", stdout=StringIO())
    settings.AZURE_SEARCH_KEY = "wrong"
    with pytest.raises(CommandError, match="refuses the key; check AZURE_SEARCH_KEY"):
        call_command("reindex", "--create", stdout=StringIO())
    settings.AZURE_SEARCH_ENDPOINT = ""
    with pytest.raises(CommandError, match="AZURE_SEARCH_ENDPOINT and AZURE_SEARCH_KEY are needed"):
        call_command("reindex", "--create", stdout=StringIO())


def test_changes_and_deletions_follow_with_all_their_passages(filled: Azure) -> None:
    long = " ".join(f"Sentence {n} about hot days and water for all." for n in range(40))
    services.put([document("heat", long, age_min=9, age_max=99)])
    assert sum(mirror.mirror()) == 1
    places = [row["position"] for row in filled.documents.values() if row["object_id"] == "heat"]
    assert places == list(range(len(places)))
    assert len(places) > 1
    services.put([document("heat", "Short again.", age_min=9, age_max=99)])
    services.remove(Kind.SESSION, ["hot-theirs"])
    assert sum(mirror.mirror()) == 2
    assert sorted(row["object_id"] for row in filled.documents.values()) == ["heat", "hot-alex", "hot-kim", "toddlers"]
    assert sorted(CloudCopy.objects.values_list("object_id", flat=True)) == ["heat", "hot-alex", "hot-kim", "toddlers"]


def test_a_deletion_is_not_forgotten_while_azure_is_away(filled: Azure) -> None:
    services.remove(Kind.SESSION, ["hot-kim"])
    filled.script += [Scripted(503)] * 2
    with pytest.raises(CloudUnavailable):
        list(mirror.mirror(Patience(tries=2, longest_wait_s=1, timeout_s=5), sleep=lambda wait_s: None))
    assert any(row["object_id"] == "hot-kim" for row in filled.documents.values())
    list(mirror.mirror())
    assert not any(row["object_id"] == "hot-kim" for row in filled.documents.values())


def test_a_passage_that_azure_was_too_busy_for_is_sent_again_alone(azure: Azure) -> None:
    services.put([document("a", "One."), document("b", "Two.")])
    schema.create()
    busy = mirror.document_id("article", "a", 0)
    azure.refuse_once.add(busy)
    waits: list[float] = []
    assert sum(mirror.mirror(sleep=waits.append)) == 2
    assert [[row["id"] for row in body["value"]] for body in azure.bodies("index")][1:] == [[busy]]
    assert len(waits) == 1
    assert len(azure.documents) == 2


def test_an_embedded_text_is_sent_again_with_its_direction(filled: Azure) -> None:
    embed_as("heat", axis(3))
    assert sum(mirror.mirror()) == 1
    [row] = [row for row in filled.documents.values() if row["object_id"] == "heat"]
    assert (row["meaning"][3], sum(row["meaning"])) == (1.0, 1.0)


# When Azure is busy, broken or gone ------------------------------------------------------------------------------


def test_a_wait_that_azure_asks_for_is_kept(azure: Azure) -> None:
    schema.create()
    services.put([document("a", "One.")])
    azure.script += [
        Scripted(429, headers={"Retry-After": "7"}),
        Scripted(503),
        Scripted(429, headers={"Retry-After": "x"}),
    ]
    waits: list[float] = []
    assert sum(mirror.mirror(sleep=waits.append)) == 1
    assert waits == [7.0, WRITING.pause_s * 2, WRITING.pause_s * 4]


def test_nobody_waits_longer_than_is_bearable(azure: Azure) -> None:
    schema.create()
    services.put([document("a", "One.")])
    azure.script.append(Scripted(429, headers={"Retry-After": "3600"}))
    with pytest.raises(CloudUnavailable, match="429"):
        list(mirror.mirror(sleep=lambda wait_s: pytest.fail("waited")))
    assert CloudCopy.objects.count() == 0


@pytest.mark.parametrize(
    "answers",
    [
        [Scripted(500), Scripted(502)],
        [Scripted(429, headers={"Retry-After": "30"})],
        [Scripted(401)],
        [Scripted(400)],
        [Scripted(200, b'{"value": [{"kind": "artic'), Scripted(200, b'{"value": [{"kind": "artic')],
        [Scripted(200, b'{"value": []}' * 9, cut_after=5), Scripted(200, b'{"value": []}' * 9, cut_after=5)],
        [Scripted(200, b"[1, 2]"), Scripted(200, b'"what?"')],
    ],
    ids=["down", "busy for long", "key refused", "not understood", "truncated", "cut off", "another form"],
)
def test_while_azure_fails_the_embedded_index_answers_and_says_so(filled: Azure, answers: list[Scripted]) -> None:
    filled.script += answers
    cloud = CloudRetriever(EmbeddedRetriever())
    asked = len(filled.bodies("search"))
    began = time.monotonic()
    result = cloud.search(Query("hot", team_id=OURS))
    assert time.monotonic() - began < 3.0
    assert result.retrieval == "keyword"
    assert ids(result) == {"heat", "toddlers", "hot-kim", "hot-alex"}
    assert not filled.script
    cloud.search(Query("hot"))
    assert len(filled.bodies("search")) == asked + len(answers)  # for a while nobody asks again


def test_azure_is_asked_again_after_a_while(filled: Azure) -> None:
    now = [0.0]
    cloud = CloudRetriever(EmbeddedRetriever(), clock=lambda: now[0])
    filled.script.append(Scripted(400))
    assert [cloud.search(Query("hot")).retrieval for _ in range(2)] == ["keyword", "keyword"]
    now[0] = 31.0
    assert cloud.search(Query("hot")).retrieval == "azure"


def test_a_server_that_hangs_is_left(filled: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.search.cloud.retriever.SEARCHING", Patience(tries=1, longest_wait_s=0, timeout_s=0.2))
    filled.script.append(Scripted(200, b'{"value": []}', hang_s=1.0))
    began = time.monotonic()
    assert search().retrieval == "keyword"
    assert time.monotonic() - began < 0.9


def test_nobody_listens(settings: Any) -> None:
    settings.AZURE_SEARCH_ENDPOINT, settings.AZURE_SEARCH_KEY = "http://127.0.0.1:9", KEY
    services.put([document("heat", "Drink often when it is hot.")])
    result = search()
    assert (ids(result), result.retrieval) == ({"heat"}, "keyword")


def test_no_message_and_no_log_holds_the_key(filled: Azure, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.AZURE_SEARCH_KEY = "a-secret-that-is-wrong"
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        assert search().retrieval == "keyword"
    assert logs
    assert "a-secret" not in f"{logs} {caplog.text}"
    assert "hot" not in f"{logs}"


# Finding ---------------------------------------------------------------------------------------------------------


def test_the_cloud_finds_for_a_team_what_is_theirs_or_for_all(filled: Azure) -> None:
    result = search(team_id=OURS)
    assert (ids(result), result.retrieval) == ({"heat", "toddlers", "hot-kim", "hot-alex"}, "azure")
    assert ids(search(team_id=THEIRS)) == {"heat", "toddlers", "hot-theirs"}
    assert ids(search()) == {"heat", "toddlers"}
    assert ids(search(team_id=OURS, player_ids=[KIM])) == {"heat", "toddlers", "hot-kim"}
    assert ids(search(team_id=OURS, player_ids=[])) == {"heat", "toddlers"}
    assert ids(search(team_id=OURS, kinds=[Kind.SESSION])) == {"hot-kim", "hot-alex"}
    assert ids(search(age_group="U13")) == {"heat"}
    assert len(search(team_id=OURS, limit=1).hits) == 1


def test_azure_filters_before_it_ranks(filled: Azure) -> None:
    search(team_id=OURS, kinds=[Kind.SESSION], age_group="U13", player_ids=[KIM])
    [body] = filled.bodies("search")
    assert body["filter"] == (
        f"(team eq 'all' or (team eq '{OURS}' and search.in(player, '{KIM}', ','))) "
        "and search.in(kind, 'session', ',') and age_min le 13 and age_max ge 13"
    )
    assert body["vectorFilterMode"] == "preFilter"
    assert body["select"] == "kind,object_id,position"


@pytest.mark.parametrize(
    "evil",
    [
        {"team_id": "x' or team ne 'x"},
        {"team_id": OURS, "player_ids": ["a') or true or search.in(player, 'b"]},
        {"kinds": ["session', ',') or (true"]},
        {"age_group": "U13 or true"},
    ],
)
def test_a_filter_is_made_of_ids_alone(evil: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        filter_of(Query("hot", **evil))


def test_a_question_is_no_syntax(filled: Azure) -> None:
    assert ids(search('hot" OR team:* | (-Kim) + "days~9^4 /re.*/ \\ \'', team_id=OURS)) >= {"heat"}
    assert filled.bodies("search")[0]["search"].replace(" ", "") == "hotORteamKimdays94re"


def test_what_the_cloud_names_is_shown_only_as_our_index_has_it(filled: Azure) -> None:
    theirs = {"kind": "session", "object_id": "hot-theirs", "position": 0, "@search.score": 9.0}
    gone = {**theirs, "object_id": "never-was"}
    ours = {**theirs, "object_id": "hot-kim", "text": "You won a prize", "title": "Click here"}
    nonsense: list[Any] = [{}, {"kind": 3}, {**theirs, "position": "0"}]
    filled.script.append(Scripted(200, json.dumps({"value": [theirs, gone, *nonsense, ours]}).encode()))
    [hit] = search(team_id=OURS).hits
    assert (hit.object_id, hit.title, hit.passage) == ("hot-kim", "hot-kim", "A hot training. About Kim.")


def test_what_was_removed_here_is_not_shown_while_the_cloud_still_has_it(filled: Azure) -> None:
    services.remove(Kind.SESSION, ["hot-kim"])
    assert any(row["object_id"] == "hot-kim" for row in filled.documents.values())
    assert "hot-kim" not in ids(search(team_id=OURS))


def test_a_question_goes_with_its_direction_where_there_is_one(filled: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "direction_of", lambda question: axis(3))
    embed_as("toddlers", axis(3))
    list(mirror.mirror())
    assert ids(search("nothing of that")) == {"toddlers"}
    [asked] = filled.bodies("search")[0]["vectorQueries"]
    assert (asked["kind"], asked["fields"], asked["vector"][3]) == ("vector", "meaning", 1.0)


def test_the_settings_choose(azure: Azure, settings: Any) -> None:
    assert isinstance(retriever(), CloudRetriever)
    assert retriever() is retriever()
    settings.AZURE_SEARCH_KEY = ""
    assert isinstance(retriever(), EmbeddedRetriever)
    assert not client.is_configured()


def test_a_worker_mirrors_what_changes(filled: Azure, django_capture_on_commit_callbacks: Any) -> None:
    sent: list[str] = []
    with patch("apps.search.messages.send", lambda task, *rest, **more: sent.append(task)):
        with django_capture_on_commit_callbacks(execute=True):
            services.put([document("cold", "Gloves.")])
        assert tasks.messages.MIRROR in sent
    tasks.mirror_cloud()
    assert any(row["object_id"] == "cold" for row in filled.documents.values())
    filled.script.append(Scripted(401))
    services.put([document("wet", "Boots.")])
    tasks.mirror_cloud()  # logs, and leaves it to the next time
    tasks.mirror_cloud()
    assert any(row["object_id"] == "wet" for row in filled.documents.values())
