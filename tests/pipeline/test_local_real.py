"""The whole chain with the embedded models on a real film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from pipeline.artefacts import Artefacts
from pipeline.local import FolderArtefactStore, ScanRequest, default_tools, run_local
from pipeline.plan import ArtefactName
from pipeline.ports import PlayerRecord
from tests.conftest import data_root

CLIP = "clips/single_player_cone_drill.mp4"


@pytest.mark.data
@pytest.mark.models
@pytest.mark.slow
def test_a_goalkeepers_drill_is_one_person_with_a_skeleton_inside_the_box(tmp_path: Path) -> None:
    """15 s of one goalkeeper who runs, dives and gets up before a panning camera."""
    player = PlayerRecord("keeper", height_m=1.8)
    request = ScanRequest(data_root() / CLIP, tmp_path, preset="fast", player=player, overlay=False)
    results = run_local(request, default_tools(Path(settings.MODEL_DIR)))
    subject = [track for track in results["tracks"] if track["player_id"] == "keeper"]
    assert len(subject) == 1 and subject[0]["auto"]
    assert subject[0]["coverage"] > 0.95
    assert results["scale_source"] == "none"
    assert any("camera moves" in warning for warning in results["warnings"])
    assert [model["key"] for model in results["models"]] == ["nanodet", "movenet-lightning"]

    root = tmp_path / "artefacts"
    video = next((root / "sessions" / "local").iterdir()).name
    store = Artefacts(FolderArtefactStore(root, tmp_path), f"sessions/local/{video}")
    poses, tracks = store.read_range(ArtefactName.POSES), store.read_range(ArtefactName.TRACKS)
    own = tracks["track_id"] == np.bincount(tracks["track_id"]).argmax()
    boxes = {int(frame): box for frame, box in zip(tracks["frame"][own], tracks["xyxy"][own], strict=True)}
    inside = []
    for frame, keypoints in zip(poses["frame"], poses["keypoints"], strict=True):
        box = boxes.get(int(frame))
        if box is not None:
            margin = 0.15 * (box[2:] - box[:2])
            sure = keypoints[keypoints[:, 2] > 0.4, :2]
            inside.append(((sure > box[:2] - margin) & (sure < box[2:] + margin)).all(axis=1).mean())
    assert len(inside) > 60
    assert np.mean(inside) > 0.95
