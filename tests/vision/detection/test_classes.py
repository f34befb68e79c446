"""Names of models' classes and ours."""

from __future__ import annotations

import pytest

from vision.detection.classes import UNKNOWN_CLASS, class_ids, coco_class_ids, names_in_metadata
from vision.errors import ModelError
from vision.types import CLASS_BALL, CLASS_GOALKEEPER, CLASS_PERSON, CLASS_REFEREE


def test_football_weights_are_told_apart() -> None:
    found = class_ids(["ball", "goalkeeper", "player", "referee"], "m")
    assert found.tolist() == [CLASS_BALL, CLASS_GOALKEEPER, CLASS_PERSON, CLASS_REFEREE]


def test_other_spellings_and_other_things() -> None:
    found = class_ids(["Sports Ball", "Soccer_Ball", "PERSON", "car", "goal"], "m")
    assert found.tolist() == [CLASS_BALL, CLASS_BALL, CLASS_PERSON, UNKNOWN_CLASS, UNKNOWN_CLASS]


def test_coco_keeps_its_own_numbers() -> None:
    ids = coco_class_ids(80).tolist()
    assert ids[0] == CLASS_PERSON
    assert ids[32] == CLASS_BALL
    assert ids.count(UNKNOWN_CLASS) == 78


def test_model_of_other_things_is_refused_by_its_classes() -> None:
    with pytest.raises(ModelError, match=r"plants finds no people and no ball.*rose, oak"):
        class_ids(["rose", "oak"], "plants")


def test_names_are_read_in_order_of_their_number() -> None:
    assert names_in_metadata("{1: 'ball', 0: 'player'}", "m") == ["player", "ball"]
    assert names_in_metadata("['a', 'b']", "m") == ["a", "b"]


@pytest.mark.parametrize("text", ["", "{0: 'a'", "3", "{0: 1}", "__import__('os')"])
def test_unreadable_names_are_refused_and_never_run(text: str) -> None:
    with pytest.raises(ModelError, match="class names"):
        names_in_metadata(text, "m")
