"""What a question asks for: figures, a focus area, a plan, or advice. Words of both languages."""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.feedback.engine.lexicon import TOPICS

FIGURES = {
    "max_speed_mps": r"\bhow (?:fast|quick)\b|\b(?:fast|quick|slow)er\b|m[aá]s (?:r[aá]pid|lent)|\bspeed\b|\bpace\b|qu[eé] velocidad|velocidad|c[oó]mo de r[aá]pid",
    "speed_mps": r"\bright now\b|\bat the moment\b|\bspeed now\b|ahora mismo|velocidad actual|en este momento",
    "total_distance_m": (
        r"\bhow (?:far|much)\b.*\brun|\bdistance\b|\bkilomet\w+|\bdistancia\b|cu[aá]nto\b.*\bcorr|kil[oó]metros"
    ),
    "sprint_count": r"\bsprint\w*|\besprint\w*",
    "high_speed_distance_m": r"\bhigh[- ]speed|alta velocidad|\bintens\w+",
    "rpe": r"\btired\w*|\bhard\b|\beffort\b|\bfatigue\w*|cansad\w+|esfuerzo|dur[oa]\b|fatiga",
    "load_au": r"\bload\b|\bcarga\b",
    "touches": r"\btouch\w*|\btoques?\b|\bball control|control del bal[oó]n",
    "passes_attempted": r"\bpass(?:es|ing|ed)?\b|\bpases?\b|\bpasar\b",
    "shot_ball_speed_mps": r"\bshots?\b|\bshoot\w*|\btiros?\b|\bdispar\w+",
    "movement_area_m2": r"\bposition\w*|\bwhere\b|\bspac\w+|posici[oó]n|colocaci[oó]n|espacios?|\bd[oó]nde\b",
    "jump_height_m": r"\bjump\w*|\bsalt\w+",
}
"""How people ask for a figure."""
AREAS = {
    "first_touch": r"first touch|\breceiv\w+|\bcontrol\b|primer toque|recib\w+|\bcontrol\w*",
    "passing": r"\bpass(?:es|ing|ed)?\b|\bpases?\b|\bpasar\b",
    "dribbling": r"\bdribbl\w+|one against one|regate\w*|conducci[oó]n",
    "finishing": r"\bfinish\w*|\bshoot\w*|\bshots?\b|\bscor\w+|\bgoals?\b|finaliza\w+|\btiros?\b|\bgol(?:es)?\b|remat\w+",
    "defending": r"\bdefen[dc]\w*|\btackl\w+|defen\w+",
    "goalkeeping": r"\bgoalkeep\w*|\bkeeper\w*|porter[oa]\w*|porter[ií]a",
    "speed": r"\bsprint\w*|\bfast\w*|\bspeed\b|\bquick\w*|velocidad|r[aá]pid\w+",
    "agility": r"\bagil\w+|\bturn(?:s|ing)?\b|cambios? de direcci[oó]n",
    "coordination": r"\bcoordinat\w*|\bbalance\b|coordinaci\w+|equilibrio",
    "strength": r"\bstrength\b|\bstrong\w*|\bprevent\w*|fuerza|prevenci\w+",
    "endurance": r"\bendurance\b|\bstamina\b|\bfitness\b|resistencia",
    "recovery": r"\brecover\w*|\brest(?:ing)?\b|recupera\w+|descans\w+",
    "warm_up": r"\bwarm\w*|calenta\w+",
    "small_sided": r"\bsmall[- ]sided|juegos reducidos|partidillos?",
}
ADVICE = re.compile(
    r"\bhow (?:often|can|do|does|to|could|should|many .*should|much .*(?:should|rest|need))\b|\bshould\b|\bwhy\b|\bbest way\b|"
    r"\bget better\b|\bimprove\b|\bdrills?\b|\bexercises?\b|\btrains?\b|\bc[oó]mo (?:puede|podr|se |mejora|hago|ayud)|"
    r"\bdeber[ií]a\w*|\bpor qu[eé]\b|\bmejora\w*|\bejercicios?\b|\bcu[aá]ntas veces|\bentren\w+|\bpide\b",
    re.IGNORECASE,
)
PLAN = re.compile(
    r"\bnext (?:training|session|practice)\b|\bwork on\b|\bplan\b|\bwhat (?:should|shall|do) (?:we|i)\b|"
    r"\bpr[oó]xim[oa] (?:entrenamiento|sesi[oó]n)|\bcentrarse\b|\bqu[eé] (?:hacemos|hago|trabajamos)",
    re.IGNORECASE,
)
COMPARED = re.compile(
    r"\b(?:than|since|as)\b.*\b(?:before|last|usual|earlier|previous)\b|\b(?:more|less|\w+er)\b.*\blast (?:week|time|match|session)\b|"
    r"\bque (?:antes|nunca|siempre|de costumbre)\b|\bque (?:en )?(?:la|el) (?:[uú]ltim|semana pasada|sesi[oó]n anterior|partido anterior)",
    re.IGNORECASE,
)
"""Whether it was more or less than before."""
WHEN = re.compile(r"\bwhen\b|\bwhat (?:moment|minute|time)\b|\bcu[aá]ndo\b|\bqu[eé] (?:momento|minuto)", re.IGNORECASE)


def figures_asked(question: str) -> list[str]:
    """Return the keys of the figures that a question names."""
    patterns = {
        key: f"{FIGURES.get(key, '(?!)')}|{TOPICS.get(key, '(?!)')}" for key in dict.fromkeys([*FIGURES, *TOPICS])
    }
    return [key for key, pattern in patterns.items() if re.search(pattern, question, re.IGNORECASE)]


def areas_asked(question: str) -> list[str]:
    """Return the focus areas that a question names."""
    return [area for area, pattern in AREAS.items() if re.search(pattern, question, re.IGNORECASE)]


STRAND_OF = {
    **dict.fromkeys(("first_touch", "passing", "dribbling", "finishing", "ball_mastery", "goalkeeping"), "technical"),
    **dict.fromkeys(("defending", "small_sided"), "tactical"),
}
"""Side of the game of a focus area; the others are physical."""


def strands_asked(question: str, focus: Sequence[str]) -> set[str]:
    """Return the sides of the game that a question and focus areas are about; the physical one where nothing tells."""
    areas = [*areas_asked(question), *focus]
    found = {STRAND_OF.get(area, "physical") for area in areas}
    return found | ({"tactical"} if "movement_area_m2" in figures_asked(question) else set()) or {"physical"}
