"""Ten kills and one of each quick fault on every run; `make chaos ARGS="--kills 200"` is for people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos import scans
from tests.chaos.faults import Round
from tests.chaos.scans import Outcome
from tests.conftest import ROOT

BOUND_S = "20"
"""Promised are 5 s; these tests' machines are slow, and a step's own time counts."""
QUICK = "kill,redis,postgres-cut,disk,clock"


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.redis
@pytest.mark.timeout(600)
def test_scans_end_once_and_with_the_same_bytes_through_ten_kills_and_other_faults() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--kills", "10", "--faults", QUICK, "--seed", "8"]
    storm = subprocess.run([*command, "--bound", BOUND_S], cwd=ROOT, capture_output=True, text=True, timeout=580)
    assert storm.returncode == 0, storm.stdout[-6000:] + storm.stderr[-3000:]
    assert [line.split()[1:3] for line in storm.stdout.splitlines() if line.startswith("kill ")] == [["10", "0"]]


def calm() -> Outcome:
    return Outcome({"poses/index.json": b"1", "kpis.json": b"2"}, {"kpis": [{"max_speed_mps": 4.0}], "events": []})


def test_an_outcome_is_unlike_one_with_another_byte_file_or_row() -> None:
    assert calm().difference(calm()) == ""
    other = calm()
    other.files["kpis.json"] = b"3"
    other.files["half"] = b""
    other.rows["kpis"][0]["max_speed_mps"] = 4.0000001
    said = other.difference(calm())
    assert said == "only in one: half; other bytes: kpis.json; other rows: kpis"


def test_of_a_manifest_only_who_made_it_when_may_differ(tmp_path: Path) -> None:
    for name, made, rows in (("a", "now", 3), ("b", "later", 3), ("c", "now", 4)):
        folder = tmp_path / name / "video" / "poses"
        folder.mkdir(parents=True)
        (folder / "index.json").write_text(json.dumps({"made": made, "rows": rows}))
        (folder / ".part-index.json-dead").write_text("half")
    first, same, other = (scans._content(tmp_path / name) for name in "abc")
    assert first == same != other
    assert "poses/.part-index.json-dead" in first, "what a dead writer left is a difference"
    assert len(scans.half_written(tmp_path)) == 3


def test_silence_counts_from_the_strike_and_recovery_from_the_return() -> None:
    found = Round("kill", struck_at=100.0, back_at=103.0)
    found.lasted(90.0, 102.0)
    assert (found.silence_s, found.recovery_s) == (2.0, 0.0)
    found.lasted(102.0, 107.0)
    assert (found.silence_s, found.recovery_s) == (5.0, 4.0)
    found.lasted(107.0, 108.0)
    assert (found.silence_s, found.recovery_s) == (5.0, 4.0)
