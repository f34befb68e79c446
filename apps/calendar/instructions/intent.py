"""What somebody wants changed of an event, whoever read it out of their words: the parser or a language model.

A closed list of wishes: nothing else of an event can be changed in words, whatever the words say.
"""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Scope = Literal["one", "following", "all"]
LONGEST_TEXT = 200
"""Of a title or a place, as the calendar stores them."""
MOST_MINUTES = 1440
MOST_DAYS = 366
MOST_SWAPS = 5


class Swap(BaseModel):
    """A drill of the event, and the one that takes its place (none: it is left out)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: str = Field(max_length=LONGEST_TEXT, description="Title of the drill, as the words have it.")
    new: str | None = Field(default=None, max_length=LONGEST_TEXT, description="null: the drill is left out.")


class Intent(BaseModel):
    """What is wanted; None: not spoken of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: Scope | None = Field(default=None, description="Of a series: only this date, this and later ones, all.")
    day: date | None = Field(default=None, description="A calendar date that was named.")
    weekday: int | None = Field(
        default=None, ge=0, le=6, description="0 Monday to 6 Sunday, where a weekday was named."
    )
    next_week: bool = Field(default=False, description="The weekday of the next week was named.")
    days_later: int | None = Field(default=None, ge=-MOST_DAYS, le=MOST_DAYS, description="Negative: earlier.")
    start: time | None = Field(default=None, description="Local time at which it is to begin.")
    start_is_vague: bool = Field(default=False, description="Hours that may be morning or evening ('at 6').")
    end: time | None = Field(default=None, description="Local time at which it is to end.")
    minutes_later: int | None = Field(default=None, ge=-MOST_MINUTES, le=MOST_MINUTES, description="Negative: earlier.")
    minutes: int | None = Field(default=None, ge=1, le=MOST_MINUTES, description="How long it is to last.")
    minutes_longer: int | None = Field(
        default=None, ge=-MOST_MINUTES, le=MOST_MINUTES, description="Negative: shorter."
    )
    title: str | None = Field(default=None, max_length=LONGEST_TEXT)
    location: str | None = Field(default=None, max_length=LONGEST_TEXT)
    intensity: Literal["low", "moderate", "high"] | None = None
    status: Literal["planned", "cancelled"] | None = None
    swaps: tuple[Swap, ...] = Field(default=(), max_length=MOST_SWAPS)
    deletes: bool = Field(default=False, description="It was asked to delete the event, not to cancel it.")
    not_understood: tuple[str, ...] = Field(default=(), description="Parts of the words that say something else.")

    @property
    def moves(self) -> bool:
        """Whether it is about when."""
        told = (self.day, self.weekday, self.days_later, self.start, self.end, self.minutes_later, self.minutes)
        return any(one is not None for one in (*told, self.minutes_longer))

    @property
    def is_empty(self) -> bool:
        """Whether nothing that can be changed was spoken of."""
        words = (self.title, self.location, self.intensity, self.status)
        return not (self.moves or self.swaps or self.deletes or any(one is not None for one in words))
