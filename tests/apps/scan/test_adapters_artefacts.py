"""Artefact stores: whole files or none, whatever happens while they are written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.scan.adapters import LocalArtefactStore
from pipeline.errors import ArtefactError
from pipeline.ports import ArtefactStore
from pipeline.testing import MemoryArtefactStore
from tests.conftest import ROOT


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtefactStore:
    return MemoryArtefactStore(tmp_path) if request.param == "memory" else LocalArtefactStore(tmp_path / "artefacts")


def test_what_was_written_is_read(store: ArtefactStore) -> None:
    store.write("sessions/s/v/kpis.json", b"one")
    store.write("sessions/s/v/kpis.json", b"two")
    assert store.read("sessions/s/v/kpis.json") == b"two"
    assert store.exists("sessions/s/v/kpis.json")
    assert not store.exists("sessions/s/v")


def test_a_missing_artefact_says_what_to_do(store: ArtefactStore) -> None:
    with pytest.raises(ArtefactError, match="missing"):
        store.read("sessions/s/v/none.json")


def test_list_and_delete_take_a_folder_but_no_namesake(store: ArtefactStore) -> None:
    for key in ("v/tracks/000001.npz", "v/tracks/000000.npz", "v/tracks.json", "v/tracks2/000000.npz"):
        store.write(key, b"x")
    assert list(store.list("v/tracks")) == ["v/tracks/000000.npz", "v/tracks/000001.npz"]
    store.delete("v/tracks")
    assert list(store.list("v")) == ["v/tracks.json", "v/tracks2/000000.npz"]
    store.delete("v/tracks.json")
    store.delete("v/never there")
    assert list(store.list("v")) == ["v/tracks2/000000.npz"]


def test_a_writer_that_dies_before_the_rename_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalArtefactStore(tmp_path)
    store.write("v/kpis.json", b"old")

    def die(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        store.write("v/kpis.json", b"new")
    assert store.read("v/kpis.json") == b"old"
    assert [path.name for path in (tmp_path / "v").iterdir()] == ["kpis.json"]


def test_a_part_that_a_killed_writer_left_is_not_an_artefact(tmp_path: Path) -> None:
    store = LocalArtefactStore(tmp_path)
    store.write("v/tracks/000000.npz", b"x")
    (tmp_path / "v/tracks/.part-abc").write_bytes(b"half")
    assert list(store.list("v")) == ["v/tracks/000000.npz"]
    store.delete("v/tracks")
    assert not (tmp_path / "v/tracks").exists()


def test_the_next_write_sweeps_away_a_dead_writers_part_but_not_a_living_ones(tmp_path: Path) -> None:
    store = LocalArtefactStore(tmp_path)
    dead, living = tmp_path / "v/.part-kpis.json-dead", tmp_path / "v/.part-kpis.json-living"
    store.write("v/other.json", b"x")
    for part in (dead, living):
        part.write_bytes(b"half")
    os.utime(dead, (0, 0))
    store.write("v/kpis.json", b"whole")
    assert sorted(path.name for path in (tmp_path / "v").iterdir()) == [living.name, "kpis.json", "other.json"]


def test_the_part_of_a_writer_that_was_just_killed_goes_with_the_next_write(tmp_path: Path) -> None:
    code = "import os, sys, django; django.setup(); from apps.scan.adapters import artefacts as a"
    code += "; os.fsync = lambda n: os.kill(os.getpid(), 9)"
    code += "; a.LocalArtefactStore(a.Path(sys.argv[1])).write('v/kpis.json', b'half')"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "axolotl_project.settings.test"}
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, cwd=ROOT).returncode == -9
    assert [path.name.startswith(".part-kpis.json-") for path in (tmp_path / "v").iterdir()] == [True]
    LocalArtefactStore(tmp_path).write("v/kpis.json", b"whole")
    assert [path.name for path in (tmp_path / "v").iterdir()] == ["kpis.json"]


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "a/../../b", ""])
def test_no_key_leads_outside_the_folder(tmp_path: Path, key: str) -> None:
    store = LocalArtefactStore(tmp_path / "artefacts")
    with pytest.raises(ArtefactError):
        store.write(key, b"x")


def test_a_local_video_is_read_in_place(tmp_path: Path) -> None:
    name = default_storage.save("videos/film.mp4", ContentFile(b"film"))
    with LocalArtefactStore(tmp_path).local_video(name) as path:
        assert path.read_bytes() == b"film"
        assert str(path) == default_storage.path(name)
    assert default_storage.exists(name)
    default_storage.delete(name)


def test_a_video_that_is_gone_is_said_in_a_coachs_words(tmp_path: Path) -> None:
    store = LocalArtefactStore(tmp_path)
    with pytest.raises(ArtefactError, match="upload it again") as caught, store.local_video("videos/none.mp4"):
        pass
    assert caught.value.code == "VIDEO_MISSING"


class RemoteStorage:
    """A storage without paths, as Azure Blob is."""

    def exists(self, name: str) -> bool:
        return True

    def path(self, name: str) -> str:
        raise NotImplementedError

    def open(self, name: str, mode: str) -> ContentFile:
        return ContentFile(b"remote film")


def test_a_remote_video_is_copied_and_the_copy_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.scan.adapters.artefacts.default_storage", RemoteStorage())
    with LocalArtefactStore(tmp_path).local_video("videos/film.mp4") as path:
        assert (path.name, path.read_bytes()) == ("film.mp4", b"remote film")
    assert not path.exists()
