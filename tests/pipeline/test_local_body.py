"""`manage.py scan --body`: bodies of a scan that was run in this process, as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import trimesh

from pipeline.links import Piece
from pipeline.local_body import LocalBodies, fit_bodies
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.plan import JobKind
from pipeline.ports import Ports
from pipeline.runner import Tools
from pipeline.steps import registry
from pipeline.testing import MemoryJobStore, MemoryProgressSink
from tests.pipeline.body_scene import BodyScene, Walker

WHO = 7


def fitted(scene: BodyScene, folder: Path) -> LocalBodies:
    jobs = MemoryJobStore()
    tools = Tools(steps=registry.get, params=params_of, models=ModelPool(Path()))
    ports = Ports(jobs, scene.store, MemoryProgressSink())
    return fit_bodies(ports, jobs, tools, replace(scene.job, kind=JobKind.MULTIVIEW), folder)


def test_everybody_gets_a_file_or_a_reason(tmp_path: Path) -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    scene.link([Piece(WHO + 100, 0, 2, 8), Piece(WHO + 100, 3, 999, WHO)])
    made = fitted(scene, tmp_path)
    assert [facts["track_id"] for facts in made.fitted] == [WHO]
    assert made.files == {"body-7": "body-7.glb"}
    assert len(made.reasons) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["body-7.glb"]
    (mesh,) = trimesh.load(tmp_path / "body-7.glb").geometry.values()
    assert len(mesh.vertices) > 1000


def test_nobodys_body_is_no_failure(tmp_path: Path) -> None:
    scene = BodyScene({WHO: Walker.bending(1.0)}, several=True)
    scene.link([Piece(WHO + 100, 0, 2, 8)])
    made = fitted(scene, tmp_path)
    assert (made.fitted, made.files) == ([], {})
    assert made.reasons[0].startswith("Only 3 postures of track 8")
    assert list(tmp_path.iterdir()) == []
