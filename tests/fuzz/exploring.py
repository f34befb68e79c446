"""How a parser is tried: first every input that was ever found, then generated ones."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.fuzz.bounds import bounded


@dataclass(frozen=True)
class Target:
    """A parser and what may come into it.

    Attributes:
        name: of the test.
        inputs: what is generated.
        parse: takes one input; asserts what must hold of an answer.
        refusals: errors that a sender may get; anything else is a fault.
        found: inputs that once crashed it, tried first for ever.
        examples: how many are generated in the ordinary tests.
    """

    name: str
    inputs: SearchStrategy[Any]
    parse: Callable[[Any], object]
    refusals: tuple[type[Exception], ...] = ()
    found: Sequence[Any] = ()
    examples: int = 120


def try_one(target: Target, example: Any) -> None:
    """Give one input to the parser."""
    with bounded():
        try:
            target.parse(example)
        except target.refusals as refusal:
            assert str(refusal).strip(), "a refusal says what is wrong"


def explore(target: Target, seconds: float) -> None:
    """Try what was found before and then the target's examples, the same in every run; or random ones for `seconds`."""
    for example in target.found:
        try_one(target, example)
    if not seconds:
        _generated(target, target.examples, None)
        return
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _generated(target, target.examples, secrets.randbits(64))


def _generated(target: Target, count: int, chance: int | None) -> None:
    def example(value: Any) -> None:
        try_one(target, value)

    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    configured = settings(
        max_examples=count,
        derandomize=chance is None,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )(given(target.inputs)(example))
    if chance is not None:
        configured = seed(chance)(configured)
    configured()
