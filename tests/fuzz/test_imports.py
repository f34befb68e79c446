"""Other systems' tracking files: read by kloppy, which knows only good ones."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from pipeline.imports import ImportRefused, ImportRequest, import_match
from pipeline.steps.kpis import plain_json
from tests.factories.tracab import write_tracab
from tests.fuzz.damage import damaged_bytes
from tests.fuzz.exploring import Target, explore

METRICA = "\n".join(
    [
        ",,,Home,,Home,,,", ",,,11,,7,,,", "Period,Frame,Time [s],Player11,,Player7,,Ball,",
        *(f"1,{n},{n / 25:.2f},0.{10 + n},0.50,0.20,0.{30 + n},0.5,0.5" for n in range(40)),
    ]
)  # fmt: skip
"""A side of Metrica's sample data: shares of the pitch, one row a frame."""


def tracab() -> tuple[bytes, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        files = write_tracab(
            Path(folder), {7: lambda t: (3 * t, 5.0), 9: lambda _: (0.0, 0.0)}, {1: lambda _: (1.0, 1.0)}, seconds=2.0
        )
        return files[0].read_bytes(), files[1].read_bytes()


META, RAW = tracab()
matches = st.one_of(
    st.tuples(st.just("tracab"), damaged_bytes([META]), st.just(RAW)),
    st.tuples(st.just("tracab"), st.just(META), damaged_bytes([RAW])),
    st.tuples(
        st.just("metrica_csv"),
        damaged_bytes([METRICA.encode()]),
        st.just(METRICA.replace("Home", "Away").encode()),
    ),
    st.tuples(st.sampled_from(["sportec", "metrica_epts", "skillcorner"]), damaged_bytes([META]), st.just(RAW)),
)


def imported(example: tuple[str, bytes, bytes]) -> None:
    """Figures that are JSON, or a refusal."""
    provider, first, second = example
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("first", "second")]
        for path, content in zip(paths, (first, second), strict=True):
            path.write_bytes(content)
        wanted: dict[str, Any] = {
            "provider": provider, "files": [str(path) for path in paths], "side": "home", "sigma_m": 0.1,
            "pitch_m": [105.0, 68.0], "zones": {}, "default_zones": "adult",
        }  # fmt: skip
        header, *players = import_match(ImportRequest(**wanted))  # type: ignore[typeddict-item]
        json.dumps(plain_json({"header": header, "players": players}), allow_nan=False)
        assert len(players) == header["players"]


TARGET = Target("match", matches, imported, (ImportRefused,), examples=25)


@pytest.mark.filterwarnings("ignore")
def test_a_match_of_another_system(fuzz_seconds: float) -> None:
    explore(TARGET, fuzz_seconds)
