"""What a model calls its classes, and what we call them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import numpy as np

from vision.errors import ModelError
from vision.types import CLASS_BALL, CLASS_GOALKEEPER, CLASS_PERSON, CLASS_REFEREE, Int16Array

UNKNOWN_CLASS = -1

_BY_NAME: Mapping[str, int] = {
    "person": CLASS_PERSON,
    "people": CLASS_PERSON,
    "player": CLASS_PERSON,
    "football player": CLASS_PERSON,
    "goalkeeper": CLASS_GOALKEEPER,
    "keeper": CLASS_GOALKEEPER,
    "referee": CLASS_REFEREE,
    "ball": CLASS_BALL,
    "sports ball": CLASS_BALL,
    "football": CLASS_BALL,
    "soccer ball": CLASS_BALL,
}

COCO_FOOTBALL_CLASSES: Mapping[int, str] = {CLASS_PERSON: "person", CLASS_BALL: "sports ball"}


def class_ids(names: Sequence[str], model: str) -> Int16Array:
    """Our class id for each class of a model, `UNKNOWN_CLASS` for what football has no use for.

    Args:
        names: the model's classes in its order; COCO names and those of football weights are known.
        model: the model's name, for the error.

    Raises:
        ModelError: the model finds neither people nor balls.
    """
    ids = [_BY_NAME.get(name.strip().lower().replace("_", " ").replace("-", " "), UNKNOWN_CLASS) for name in names]
    if all(found == UNKNOWN_CLASS for found in ids):
        raise ModelError(f"{model} finds no people and no ball (its classes: {', '.join(names[:8]) or 'none'})")
    return np.asarray(ids, np.int16)


def coco_class_ids(count: int) -> Int16Array:
    """The same for a COCO model that does not name its classes."""
    ids = np.full(count, UNKNOWN_CLASS, np.int16)
    ids[list(COCO_FOOTBALL_CLASSES)] = list(COCO_FOOTBALL_CLASSES)
    return ids


def names_in_metadata(text: str, model: str) -> list[str]:
    """Class names from the `names` text that YOLO exports carry: `{0: 'person', …}`.

    Raises:
        ModelError: the text is no such table.
    """
    try:
        table = ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise ModelError(f"{model}: its class names cannot be read ({text[:40]!r})") from error
    if isinstance(table, dict):
        table = [table[index] for index in sorted(table)]
    if not isinstance(table, list) or not all(isinstance(name, str) for name in table):
        raise ModelError(f"{model}: its class names are not a list of texts ({text[:40]!r})")
    return table
