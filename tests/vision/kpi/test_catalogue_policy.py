"""Catalogue and zones as data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from vision.kpi.catalogue import CATALOGUE, GROUPS, keys_of
from vision.kpi.policy import PolicyError, ZonePolicy

ZONES = Path(__file__).parents[3] / "fixtures" / "zones.yaml"
HEAVY = ("scipy", "cv2", "torch", "onnxruntime", "av", "ultralytics")


def zones() -> dict[str, object]:
    data = yaml.safe_load(ZONES.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def test_the_web_process_may_import_these() -> None:
    """A fresh interpreter: catalogue, policy, values and load pull in nothing heavy."""
    code = (
        "import sys, vision.kpi.catalogue, vision.kpi.load, vision.kpi.policy, vision.kpi.values;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_definition_is_complete() -> None:
    assert [group for group in GROUPS if not keys_of(group)] == []
    policy_fields = {item.name for item in fields(ZonePolicy)}
    for key, item in CATALOGUE.items():
        assert item.key == key and re.fullmatch(r"[a-z0-9_]+", key)
        assert item.definition.endswith(".") and len(item.definition) < 140
        assert item.title and item.formula and item.source and item.needs
        assert set(re.findall(r"\{(\w+)\}", item.formula)) <= policy_fields
        assert not (item.count and item.unit)
        assert json.loads(json.dumps(item.as_dict()))["version"]


@pytest.mark.parametrize(
    ("suffix", "unit"), [("_mps", "m/s"), ("_m", "m"), ("_s", "s"), ("_mps2", "m/s²"), ("_deg", "°"), ("_ms", "ms")]
)
def test_the_key_carries_the_unit(suffix: str, unit: str) -> None:
    matching = [item for key, item in CATALOGUE.items() if key.endswith(suffix) and key != "distance_per_min_m"]
    assert matching
    assert {item.unit for item in matching} == {unit}


def test_the_default_is_the_adult_pack() -> None:
    adult = ZonePolicy.from_mapping(zones(), "adult")
    assert {**_numbers(adult)} == _numbers(ZonePolicy())


def _numbers(policy: ZonePolicy) -> dict[str, object]:
    return {item.name: getattr(policy, item.name) for item in fields(policy) if item.name != "sources"}


@pytest.mark.parametrize(
    ("pack", "high_speed", "sprint"),
    [
        ("adult", 5.5, 7.0),
        ("women", 3.46, 6.26),
        ("u12", 4.0, 5.1),
        ("u14", 4.3, 5.5),
        ("u16", 4.8, 6.2),
        ("u18", 5.2, 6.7),
    ],
)
def test_packs_of_the_kpi_page(pack: str, high_speed: float, sprint: float) -> None:
    policy = ZonePolicy.from_mapping(zones(), pack)
    assert (policy.high_speed_mps, policy.sprint_mps) == (high_speed, sprint)
    assert policy.zone_edges_mps[3] == sprint and high_speed in policy.zone_edges_mps
    for item in fields(policy):
        if item.name not in ("name", "version", "sources"):
            mark = policy.sources[item.name]
            assert re.search(r"\[V\]|\[R\]|\[derived\]|choice|chosen|above", mark), (pack, item.name)


def test_youth_edges_follow_their_formula() -> None:
    """edge × own maximal sprint speed / 9.0, rounded to a tenth."""
    for pack, top in (("u14", 7.02), ("u16", 7.91), ("u18", 8.55)):
        policy = ZonePolicy.from_mapping(zones(), pack)
        expected = [edge * top / 9.0 for edge in ZonePolicy().zone_edges_mps]
        assert list(policy.zone_edges_mps) == pytest.approx(expected, abs=0.06)


def test_bad_data_is_refused() -> None:
    with pytest.raises(PolicyError, match="no speed zones called 'u9'; known: adult"):
        ZonePolicy.from_mapping(zones(), "u9")
    with pytest.raises(PolicyError, match="sprint edge"):
        ZonePolicy(high_speed_mps=7.5)
    with pytest.raises(PolicyError, match="four rising edges"):
        ZonePolicy(zone_edges_mps=(2.0, 4.0, 4.0, 7.0))
    data = zones()
    data["packs"] = {"adult": {"zone_edges_mps": [2, 4, 5.5, 7], "high_speed_mps": 5.5, "sprnt_mps": 7.0}}
    with pytest.raises(PolicyError, match="missing or unknown sprint_mps, sprnt_mps"):
        ZonePolicy.from_mapping(data, "adult")


def test_hash_follows_the_numbers_only() -> None:
    base = ZonePolicy()
    assert ZonePolicy(sources={"sprint_mps": "elsewhere"}).params_hash() == base.params_hash()
    assert ZonePolicy(sprint_mps=7.1).params_hash() != base.params_hash()
