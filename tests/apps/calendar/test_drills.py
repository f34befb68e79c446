"""The library of drills: what is in it, how it is loaded, found and shown."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from apps.calendar.models import Drill, FocusArea
from apps.calendar.services.drills import LIBRARY, load_drills

ROWS = json.loads(LIBRARY.read_text(encoding="utf-8"))


def found(client: APIClient, **query: Any) -> list[str]:
    """Keys of all pages."""
    keys: list[str] = []
    more = True
    while more:
        answer = client.get("/api/drills", {"per_page": 100, "page": len(keys) // 100 + 1, **query})
        assert answer.status_code == 200, answer.json()
        keys += [drill["key"] for drill in answer.json()["data"]]
        more = answer.json()["pagination"]["has_next"]
    return keys


def test_every_drill_is_complete() -> None:
    assert len({row["pk"] for row in ROWS}) == len(ROWS) >= 40
    for row in ROWS:
        drill = row["fields"]
        for name in ("title", "aim", "setup", "steps", "progressions", "load", "safety", "sources", "focus"):
            assert drill[name], (row["pk"], name)
        assert set(drill["focus"]) <= set(FocusArea.values)
        assert drill["headers"] == 0, "no drill of the library plans headers: each age group has its own limit"
    focuses = {focus for row in ROWS for focus in row["fields"]["focus"]}
    assert focuses == set(FocusArea.values)


@pytest.mark.django_db
def test_the_command_loads_once_and_brings_up_to_date() -> None:
    out = StringIO()
    call_command("load_drills", stdout=out)
    Drill.objects.filter(key="sprint-10").update(title="Old words")
    call_command("load_drills", stdout=out)
    count = len(ROWS)
    assert out.getvalue().splitlines() == [
        f"{count} drills are new, 0 were brought up to date.",
        f"0 drills are new, {count} were brought up to date.",
    ]
    assert Drill.objects.get(key="sprint-10").title == "Ten-metre starts"


@pytest.mark.django_db
def test_loaddata_reads_the_same_file() -> None:
    call_command("loaddata", str(LIBRARY), verbosity=0)
    assert Drill.objects.count() == len(ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "not a list of drills"),
        ('[{"pk": "a"}]', "not a list of drills"),
        (json.dumps([{**ROWS[0], "fields": {**ROWS[0]["fields"], "title": ""}}]), "cannot be blank"),
        (json.dumps([{**ROWS[0], "fields": {**ROWS[0]["fields"], "focus": ["luck"]}}]), "unknown focus luck"),
        (json.dumps([{**ROWS[0], "fields": {**ROWS[0]["fields"], "youngest": 50, "oldest": 9}}]), "youngest is older"),
    ],
)
def test_a_bad_file_loads_nothing(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=f"own.json: .*{what}"):
        call_command("load_drills", str(path))
    assert Drill.objects.count() == 0


def test_finding_drills(client: APIClient) -> None:
    load_drills()
    assert len(found(client)) == len(ROWS)
    children = found(client, age_group="U8")
    assert "treasure-hunt" in children
    assert "nordic-hamstring" not in children
    assert "treasure-hunt" not in found(client, age_group="senior")
    keepers = {row["pk"] for row in ROWS if "goalkeeping" in row["fields"]["focus"]}
    assert set(found(client, focus="goalkeeping")) == keepers >= {"gk-basic-catch", "ssg-4v4-keepers"}
    assert "ssg-4v4-keepers" not in found(client, focus="goalkeeping", players=2)
    assert found(client, q="hamstring") == ["nordic-hamstring"]
    assert all(Drill.objects.get(key=key).intensity == "low" for key in found(client, intensity="low"))
    assert client.get("/api/drills", {"age_group": "babies"}).status_code == 400
    assert client.get("/api/drills", {"focus": "luck"}).status_code == 400


def test_one_drill(client: APIClient) -> None:
    load_drills()
    drill = client.get("/api/drills/sprint-10").json()["data"]
    assert (drill["title"], drill["age_groups"], drill["minutes"]) == ("Ten-metre starts", "U9 to adults", 10)
    assert client.get("/api/drills/none").json()["error"]["code"] == "NOT_FOUND"
