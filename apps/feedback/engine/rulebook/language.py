"""Numbers, dates and sentences in a language; which of several wordings is taken follows from the evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType

from apps.feedback.engine.brief import Brief, Fact
from apps.feedback.engine.lexicon import WRITTEN_OUT
from apps.feedback.engine.rulebook import cues_es, phrases_en, phrases_es

MODULES: Mapping[str, ModuleType] = {"en": phrases_en, "es": phrases_es}
LONG = 1000.0
SECONDS = 60
MOST_DECIMALS = 2
CLOSE = 0.04
"""A rounded form this near says the same; the check allows a little more."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Says things in the brief's language.

    Attributes:
        language: "en" or "es".
        seed: of the evidence; the same evidence has the same words.
        brief: knows in which units figures are told.
    """

    language: str
    seed: str
    brief: Brief

    @classmethod
    def of(cls, brief: Brief) -> Speech:
        """Return the speech for a brief."""
        told = [brief.session_ref, brief.kind, brief.person.ref if brief.person else brief.team, brief.question]
        return cls(brief.language, "|".join(map(str, told)), brief)

    def say(self, slot: str, **fields: object) -> str:
        """Return one of the wordings of a slot as a sentence."""
        return self._joined(self.part(slot, **fields))

    def part(self, slot: str, **fields: object) -> str:
        """Return one of the wordings of a slot as it stands, to be put into a sentence."""
        variants: Sequence[str] = self._words.PHRASES[slot]
        digest = hashlib.sha256(
            f"{self.seed}|{slot}|{fields.get('name', '')}{fields.get('what', '')}".encode()
        ).digest()
        return variants[digest[0] % len(variants)].format(**fields)

    def name(self, key: str) -> str:
        """How a KPI is called."""
        return str(self._words.NAMES.get(key, key))

    def knows(self, key: str) -> bool:
        """Whether there is a word for a KPI."""
        return key in self._words.NAMES

    def area(self, key: str) -> str:
        """How a focus area is called."""
        return str(self._words.AREAS.get(key, key.replace("_", " ")))

    def cues(self, area: str) -> Sequence[str]:
        """Coaching cues for a focus area; in English the drills' own steps say it."""
        return cues_es.CUES.get(area, ()) if self.language == "es" else ()

    def group(self, key: str) -> str:
        """How a group of KPIs is called."""
        return str(self._words.GROUPS.get(key, key))

    def type(self, key: str) -> str:
        """How a type of session is called."""
        return str(self._words.TYPES.get(key, self._words.TYPES["training"]))

    def weekday(self, day: date) -> str:
        """Return the day of the week."""
        return str(self._words.WEEKDAYS[day.weekday()])

    def day(self, day: date) -> str:
        """Return day and month."""
        month = self._words.MONTHS[day.month - 1]
        return f"{day.day} de {month}" if self.language == "es" else f"{day.day} {month}"

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as the language writes it."""
        written = f"{value:,.{decimals}f}"
        if self.language == "es":
            written = written.replace(",", " ").replace(".", ",").replace(" ", ".")
        return written

    def figure(self, value: float, least: int = 0) -> str:
        """Return a number as fine as it takes to say the same."""
        return self.number(value, _decimals(value, least))

    def count(self, value: float, key: str) -> str:
        """Return "16 sprints"."""
        one, many = self._words.COUNTED[key]
        if round(value, 1) != round(value):
            return f"{self.number(value, 1)} {many}"
        return f"{self.number(value)} {one if round(value) == 1 else many}"

    def counts(self, key: str) -> bool:
        """Whether a KPI is told as "16 sprints"."""
        return key in self._words.COUNTED

    def value(self, value: float, fact_or_unit: Fact | str, key: str = "") -> str:
        """Return a value with its unit, both as the reader has them, as fine as it is worth."""
        unit = fact_or_unit.unit if isinstance(fact_or_unit, Fact) else fact_or_unit
        key = fact_or_unit.key if isinstance(fact_or_unit, Fact) else key
        if self.counts(key):
            return self.count(value, key)
        scale = self.brief.scale(key, unit)
        value *= scale.factor
        if unit == "m/s":
            return f"{self.figure(value, 1)} {scale.unit}"
        if unit in ("share", "%"):
            return f"{self.number(value * 100 if unit == 'share' else value)} %"
        if unit == "s" and value >= 2 * SECONDS:
            return self.minutes(value / SECONDS)
        if unit == "min":
            return self.minutes(value)
        return self._plain(value, WRITTEN_OUT.get(scale.unit, {}).get(self.language, scale.unit))

    def bare(self, value: float, fact: Fact) -> str:
        """Return a value as `value` does, where its unit stands in the sentence anyway."""
        return self.figure(value * self.brief.scale(fact.key, fact.unit).factor, 1)

    def minutes(self, value: float) -> str:
        """Return "10 min"."""
        return f"{self.number(value, 0 if value >= 10 or value == round(value) else 1)} min"

    def clock(self, t_s: float) -> str:
        """Return a time in the film."""
        return f"{int(t_s) // SECONDS}:{int(t_s) % SECONDS:02d}"

    def reason(self, text: str) -> str:
        """Return a reason in the language; one that is not known stays as it came."""
        return next((told for start, told in self._words.REASONS if start in text), text)

    def inside(self, reason: str) -> str:
        """Return a reason as it stands within a sentence."""
        told = self.reason(reason).removeprefix("Not measured: ").rstrip(".")
        return told[:1].lower() + told[1:]

    def listed(self, parts: Sequence[str]) -> str:
        """Return "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        joint = "and"
        if self.language == "es":
            joint = "e" if parts[-1].lower().startswith(("i", "hi")) else "y"
        return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"

    @property
    def _words(self) -> ModuleType:
        return MODULES[self.language]

    def _plain(self, value: float, unit: str) -> str:
        if abs(value) >= LONG:
            value = round(value, -1)
        least = 0 if abs(value) >= 10 or value == round(value) else 1
        return f"{self.number(value, _decimals(value, least))} {unit}".rstrip()

    def _joined(self, text: str) -> str:
        if self.language == "es":
            text = text.replace(" de el ", " del ").replace(" a el ", " al ").replace("De el ", "Del ")
        text = " ".join(text.split())
        return text[:1].upper() + text[1:]


def _decimals(value: float, least: int) -> int:
    """So many digits that the rounded form says the same; small values need more."""
    fitting = (number for number in range(least, MOST_DECIMALS) if _near(round(value, number), value))
    return next(fitting, MOST_DECIMALS)


def _near(rounded: float, value: float) -> bool:
    return abs(rounded - value) <= CLOSE * abs(value)
