"""What coaches usually ask for, in both languages: offered beside the free question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.feedback.models import FeedbackType

FOCUS_AREAS: Sequence[tuple[str, str]] = (
    ("warm_up", "Warm-up"),
    ("ball_mastery", "Ball mastery"),
    ("first_touch", "First touch"),
    ("passing", "Passing"),
    ("dribbling", "Dribbling"),
    ("finishing", "Finishing"),
    ("defending", "Defending"),
    ("goalkeeping", "Goalkeeping"),
    ("small_sided", "Small-sided games"),
    ("speed", "Speed"),
    ("agility", "Agility"),
    ("coordination", "Coordination"),
    ("strength", "Strength and prevention"),
    ("endurance", "Endurance"),
    ("recovery", "Recovery"),
)
"""The drill library's areas (the calendar's own list stands above this app; a test compares the two)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Language → words; see `FeedbackTemplateOutput`."""

    key: str
    feedback_type: FeedbackType
    title: Mapping[str, str]
    description: Mapping[str, str]
    question: Mapping[str, str]
    focus_areas: tuple[str, ...] = ()
    for_team: bool = False

    def body(self, language: str) -> dict[str, Any]:
        """Return it in a language."""
        return {
            "key": self.key,
            "feedback_type": self.feedback_type.value,
            "title": self.title[language],
            "description": self.description[language],
            "question": self.question.get(language, ""),
            "focus_areas": list(self.focus_areas),
            "for_team": self.for_team,
        }


TEMPLATES: Sequence[Template] = (
    Template(
        key="whole_picture",
        feedback_type=FeedbackType.COMPREHENSIVE,
        title={"en": "The whole picture", "es": "La visión completa"},
        description={
            "en": "What was measured, what changed, what is missing, and three drills.",
            "es": "Qué se midió, qué cambió, qué falta y tres ejercicios.",
        },
        question={},
    ),
    Template(
        key="in_short",
        feedback_type=FeedbackType.QUICK,
        title={"en": "In short", "es": "En breve"},
        description={"en": "A few sentences and one drill.", "es": "Unas frases y un ejercicio."},
        question={},
    ),
    Template(
        key="whole_team",
        feedback_type=FeedbackType.COMPREHENSIVE,
        title={"en": "The team's session", "es": "La sesión del equipo"},
        description={
            "en": "How the session went for everybody, without ranking anybody.",
            "es": "Cómo fue la sesión para todo el equipo, sin clasificar a nadie.",
        },
        question={},
        for_team=True,
    ),
    Template(
        key="speed",
        feedback_type=FeedbackType.SPECIFIC,
        title={"en": "Speed", "es": "Velocidad"},
        description={
            "en": "Top speed, sprints and how to train them.",
            "es": "Velocidad punta, sprints y cómo entrenarlos.",
        },
        question={
            "en": "How fast was it, and what trains speed at this age?",
            "es": "¿Qué velocidad alcanzó y cómo se entrena a esta edad?",
        },
        focus_areas=("speed", "coordination"),
    ),
    Template(
        key="how_hard",
        feedback_type=FeedbackType.SPECIFIC,
        title={"en": "How hard was it?", "es": "¿Cómo de duro fue?"},
        description={"en": "Effort, load and rest.", "es": "Esfuerzo, carga y descanso."},
        question={
            "en": "How hard was the session, and how much rest does it ask for?",
            "es": "¿Cómo de dura fue la sesión y cuánto descanso pide?",
        },
        focus_areas=("recovery",),
    ),
    Template(
        key="first_touch",
        feedback_type=FeedbackType.SPECIFIC,
        title={"en": "First touch", "es": "Primer toque"},
        description={
            "en": "What is known of the touch, and how to train it.",
            "es": "Qué se sabe del toque y cómo entrenarlo.",
        },
        question={"en": "How can the first touch get better?", "es": "¿Cómo puede mejorar el primer toque?"},
        focus_areas=("first_touch", "ball_mastery"),
    ),
    Template(
        key="next_training",
        feedback_type=FeedbackType.SPECIFIC,
        title={"en": "The next training", "es": "El próximo entrenamiento"},
        description={"en": "Two drills that fit this session.", "es": "Dos ejercicios que encajan con esta sesión."},
        question={
            "en": "What should the next training work on?",
            "es": "¿En qué debería centrarse el próximo entrenamiento?",
        },
        focus_areas=(),
    ),
)


def templates(language: str) -> list[dict[str, Any]]:
    """Return all templates in a language."""
    return [template.body(language) for template in TEMPLATES]
