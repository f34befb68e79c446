"""What an engine is: something that writes a draft from a brief."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.feedback.engine.brief import Brief
from apps.feedback.engine.schema import Draft

Tell = Callable[[str], None]
"""Takes the whole text so far, each time more of it is there."""


class CoachError(Exception):
    """An engine could not write: not reached, over budget, refused by its provider, or its answer is malformed.

    The message is shown to staff beside the text that the rule-based coach wrote instead.
    """


@dataclass(frozen=True, slots=True)
class Written:
    """A draft and what it cost."""

    draft: Draft
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Coach(Protocol):
    """An engine."""

    @property
    def provider(self) -> str:
        """`rule_based`, `azure_openai`."""

    def write(self, brief: Brief, *, tell: Tell, complaints: Sequence[str] = ()) -> Written:
        """Write a draft.

        Args:
            brief: the evidence.
            tell: is told the text as it grows; may be called never.
            complaints: why the draft before was refused ("'32' is not in the evidence"); empty the first time.

        Raises:
            CoachError: nothing usable was written.
        """
