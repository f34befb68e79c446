"""The registry and the check of model files."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from vision.errors import ModelError
from vision.skeletons import SKELETONS
from vision.weights import registry
from vision.weights.registry import REGISTRY, ModelEntry, resolve, sha256_of

CONTENT = b"a model"


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch) -> ModelEntry:
    made = replace(REGISTRY["nanodet"], key="mine", file_name="mine.onnx", sha256=sha256(CONTENT).hexdigest())
    monkeypatch.setattr(registry, "REGISTRY", {"mine": made})
    return made


def test_right_file_is_found(entry: ModelEntry, tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(CONTENT)
    assert resolve("mine", tmp_path) == tmp_path / "mine.onnx"


def test_missing_file_names_the_command(entry: ModelEntry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'mine' is not there.*make models"):
        resolve("mine", tmp_path)


@pytest.mark.parametrize(
    "content", [b"", CONTENT[:-1], b"another", CONTENT + b"x"], ids=["empty", "cut", "other", "long"]
)
def test_wrong_content_is_refused(entry: ModelEntry, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged or another version.*make models"):
        resolve("mine", tmp_path)


def test_a_folder_is_not_a_model(entry: ModelEntry, tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").mkdir()
    with pytest.raises(ModelError, match="is not there"):
        resolve("mine", tmp_path)


def test_unknown_key_lists_the_known(entry: ModelEntry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model is called 'yours'; known: mine"):
        resolve("yours", tmp_path)


def test_hash_follows_a_replaced_file_and_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert sha256_of(path) == sha256(b"one").hexdigest()
    hits = registry._digest.cache_info().hits
    assert sha256_of(path) == sha256(b"one").hexdigest()
    assert registry._digest.cache_info().hits == hits + 1
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert sha256_of(path) == sha256(b"two").hexdigest()


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=REGISTRY)
def test_every_entry_is_complete(entry: ModelEntry) -> None:
    assert REGISTRY[entry.key] is entry
    assert entry.licence in ("Apache-2.0", "AGPL-3.0")
    assert entry.source
    assert all(side % 32 == 0 for side in entry.input_size)
    assert (entry.finds in SKELETONS) == (entry.task == "pose")
    if entry.embedded:
        assert entry.sha256 is not None
        assert entry.url is None


def test_file_names_are_unique() -> None:
    names = [entry.file_name for entry in REGISTRY.values()]
    assert len(set(names)) == len(names)
