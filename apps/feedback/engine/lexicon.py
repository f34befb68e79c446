"""The words by which a text speaks of figures, in English and Spanish: plain data for reading and for checking."""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from apps.core.units import FOOT_M, INCH_M, MILE_PER_HOUR_MPS, YARD_M

UNITS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "m/s": ("m/s", 1.0),
        "metres per second": ("m/s", 1.0),
        "meters per second": ("m/s", 1.0),
        "metros por segundo": ("m/s", 1.0),
        "km/h": ("m/s", 1 / 3.6),
        "kph": ("m/s", 1 / 3.6),
        "kilometres per hour": ("m/s", 1 / 3.6),
        "kilometers per hour": ("m/s", 1 / 3.6),
        "kilómetros por hora": ("m/s", 1 / 3.6),
        "mph": ("m/s", MILE_PER_HOUR_MPS),
        "miles per hour": ("m/s", MILE_PER_HOUR_MPS),
        "miles an hour": ("m/s", MILE_PER_HOUR_MPS),
        "millas por hora": ("m/s", MILE_PER_HOUR_MPS),
        "yd/min": ("m/min", YARD_M),
        "yards per minute": ("m/min", YARD_M),
        "yards a minute": ("m/min", YARD_M),
        "yardas por minuto": ("m/min", YARD_M),
        "ft/s²": ("m/s²", FOOT_M),
        "yd²": ("m²", YARD_M**2),
        "square yards": ("m²", YARD_M**2),
        "yardas cuadradas": ("m²", YARD_M**2),
        "yd": ("m", YARD_M),
        "yards": ("m", YARD_M),
        "yard": ("m", YARD_M),
        "yardas": ("m", YARD_M),
        "ft": ("m", FOOT_M),
        "inches": ("m", INCH_M),
        "inch": ("m", INCH_M),
        "pulgadas": ("m", INCH_M),
        "m/min": ("m/min", 1.0),
        "metres per minute": ("m/min", 1.0),
        "metres a minute": ("m/min", 1.0),
        "metros por minuto": ("m/min", 1.0),
        "m/s²": ("m/s²", 1.0),
        "m²": ("m²", 1.0),
        "square metres": ("m²", 1.0),
        "metros cuadrados": ("m²", 1.0),
        "1/min": ("1/min", 1.0),
        "steps per minute": ("1/min", 1.0),
        "steps a minute": ("1/min", 1.0),
        "pasos por minuto": ("1/min", 1.0),
        "w/kg": ("W/kg", 1.0),
        "km": ("m", 1000.0),
        "kilometres": ("m", 1000.0),
        "kilometers": ("m", 1000.0),
        "kilómetros": ("m", 1000.0),
        "cm": ("m", 0.01),
        "centimetres": ("m", 0.01),
        "centímetros": ("m", 0.01),
        "m": ("m", 1.0),
        "metres": ("m", 1.0),
        "meters": ("m", 1.0),
        "metre": ("m", 1.0),
        "metros": ("m", 1.0),
        "ms": ("s", 0.001),
        "milliseconds": ("s", 0.001),
        "milisegundos": ("s", 0.001),
        "s": ("s", 1.0),
        "sec": ("s", 1.0),
        "seconds": ("s", 1.0),
        "second": ("s", 1.0),
        "segundos": ("s", 1.0),
        "segundo": ("s", 1.0),
        "min": ("s", 60.0),
        "mins": ("s", 60.0),
        "minutes": ("s", 60.0),
        "minute": ("s", 60.0),
        "minutos": ("s", 60.0),
        "minuto": ("s", 60.0),
        "h": ("s", 3600.0),
        "hour": ("s", 3600.0),
        "hours": ("s", 3600.0),
        "horas": ("s", 3600.0),
        "hora": ("s", 3600.0),
        "%": ("share", 0.01),
        "percent": ("share", 0.01),
        "per cent": ("share", 0.01),
        "por ciento": ("share", 0.01),
        "°": ("°", 1.0),
        "degrees": ("°", 1.0),
        "grados": ("°", 1.0),
        "au": ("AU", 1.0),
        "ua": ("AU", 1.0),
        "arbitrary units": ("AU", 1.0),
        "unidades arbitrarias": ("AU", 1.0),
        "bpm": ("bpm", 1.0),
        "kg": ("kg", 1.0),
        "kilos": ("kg", 1.0),
        "reps": ("reps", 1.0),
        "repetitions": ("reps", 1.0),
        "repeticiones": ("reps", 1.0),
    }
)
"""As written (small letters) → unit in which values are compared, factor to it. Without "in" and "feet", which in a
sentence are something else."""
WRITTEN_OUT: Mapping[str, Mapping[str, str]] = MappingProxyType({"in": {"en": "inches", "es": "pulgadas"}})
"""Signs of units that would be read as another word."""

WORDS_EN: Mapping[str, float] = MappingProxyType(
    {
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "once": 1, "twice": 2, "thrice": 3, "dozen": 12,
        "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "hundred": 100, "thousand": 1000,
    }
)  # fmt: skip
WORDS_ES: Mapping[str, float] = MappingProxyType(
    {
        "cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
        "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciséis": 16,
        "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiuno": 21, "veintidós": 22,
        "veintitrés": 23, "veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintisiete": 27,
        "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
        "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200,
        "trescientos": 300, "cuatrocientos": 400, "quinientos": 500, "mil": 1000, "docena": 12, "doble": 2,
        "triple": 3, "duplicó": 2, "triplicó": 3,
    }
)  # fmt: skip
TIMES_A_WEEK_ES: Mapping[str, float] = MappingProxyType({"una vez": 1, "una sola vez": 1})

FOOTBALL = (
    r"\b\d{1,2}\s?(?:v|x|contra)\s?\d{1,2}\b",
    r"\b\d-\d-\d(?:-\d)?\b",
    r"\b(?:one|two|three)[-\s]touch(?:es)?\b",
    r"\bone[-\s]two\b",
    r"\bone[-\s](?:on|v|versus)[-\s]one\b",
    r"\bone[-\s]to[-\s]one\b",
    r"\b(?:a|al|de)\s(?:un|dos|tres|primer)\stoques?\b",
    r"\buno\scontra\suno\b",
    r"\bdos\scontra\suno\b",
    r"\b(?:no|this|that|each|every|some|any|which)\sone\b|\bone\s(?:another|by\sone|of\s(?:the|her|his|their|your|our))\b",
    r"\b(?:the|a)\s(?:next|best|right|better|good|new|quieter|harder|easier)\sone\b",
    r"\b(?:cada|alguno|ninguno|todo)\suno\b|\buno\s(?:a|por)\suno\b|\bunos?\sa\sotros\b",
    r"\bday\sone\b|\bnumber\sone\b|\bone\sday\b|\bat\sonce\b|\bfor\sonce\b|\bonce\s(?:more|again|the|it|she|he|they|you|a\splayer)\b",
)
"""Numbers in them are football or idiom, not figures."""

OWN_ITEMS = (
    r"\b(?:one|two|three|four|five|\d)\s"
    r"(?:(?:simple|small|clear|short|good|other|more|main|quick|easy)\s)?"
    r"(?:things?|points?|ideas?|areas?|steps?|priorit(?:y|ies)|suggestions?|drills?|cues?|words?|questions?|focus)\b",
    r"\b(?:uno|dos|tres|cuatro|cinco|\d)\s"
    r"(?:cosas?|puntos?|ideas?|áreas?|pasos?|prioridades?|propuestas?|ejercicios?|claves?|palabras?|preguntas?)\b",
)
"""What a text counts of its own; at most five."""

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "max_speed_mps": r"top speed|velocidades? m[aá]xima|maximum speed|max speed|peak speed|fastest|velocidad máxima|velocidad punta|punta de velocidad",
        "speed_mps": r"speed now|right now|velocidad actual|ahora mismo",
        "mean_speed_mps": r"average speed|mean speed|velocidad media",
        "mean_moving_speed_mps": r"average moving speed|velocidad media en movimiento",
        "total_distance_m": r"total distance|in all|en total|covered|ground|distancia total|recorrió|recorrido|recorrieron|recorre",
        "distance_per_min_m": r"per minute|a minute|por minuto",
        "high_speed_distance_m": r"high[- ]speed distance|at high speed|high[- ]speed running|alta velocidad",
        "sprint_distance_m": r"sprint distance|while sprinting|distancia en sprint|distancia esprintando",
        "sprint_count": r"\bsprints?\b|\besprints?\b",
        "high_intensity_runs": r"high[- ]intensity runs?|fast runs?|carreras? (?:de alta intensidad|rápidas?|intensas?)",
        "repeated_sprint_bouts": r"repeated[- ]sprint|bouts?|sprints repetidos|sprints seguidos",
        "accelerations_high": r"hard accelerations?|aceleraciones fuertes",
        "decelerations_high": r"hard decelerations?|frenadas fuertes",
        "touches": r"\btouches\b|\btoques\b",
        "passes_attempted": r"\bpasses\b|\bpases\b",
        "passes_completed": r"completed passes|passes completed|passes reached|pases completados",
        "time_on_ball_s": r"on the ball|con el balón",
        "possessions": r"possessions|posesiones",
        "dribble_distance_m": r"dribbl\w+ distance|conducción",
        "shot_ball_speed_mps": r"shot speed|velocidad de (?:tiro|disparo)",
        "cadence_spm": r"cadence|cadencia",
        "stride_length_m": r"stride|zancada",
        "knee_flexion_range_deg": r"knee|rodilla",
        "jump_height_m": r"jump|salto",
        "movement_area_m2": r"area covered|area of the pitch|zona cubierta|área cubierta",
        "rpe": r"effort|esfuerzo",
        "load_au": r"\bload\b|\bcarga\b",
        "minutes": r"minutes of (?:training|play|football)|minutos de (?:entrenamiento|juego)",
        "monotony": r"monoton\w+|monoton[ií]a",
        "week_load_au": r"week'?s load|weekly load|load of the week|carga (?:semanal|de la semana)",
    }
)
"""How a KPI is called in a text, as patterns. A sentence that names figures may hold only the numbers of those."""

CHANGE_UP = r"\b(?:improv\w+|increas\w+|faster than (?:before|last|usual|in)|more than (?:before|last|usual|in the)|higher than (?:before|last|usual|in the)|(?:above|beyond) the \d+ sessions|up from|up on|rose|risen|went up|above (?:her|his|their|the) (?:usual|average|earlier|last)|mejor(?:ó|ado|a respecto|ando)|aument\w+|subi(?:ó|do)|(?:más|más rápid[oa]|más alt[oa]) que (?:antes|en las)|superó sus|por encima de (?:su|lo|las \d))\b"
CHANGE_DOWN = r"\b(?:declin\w+|decreas\w+|worsen\w*|slower than (?:before|last|usual|in)|less than (?:before|last|usual|in the)|lower than (?:before|last|usual|in the)|below the \d+ sessions|down from|down on|dropped|fell|fallen|went down|below (?:her|his|their|the) (?:usual|average|earlier|last)|empeor\w+|disminu\w+|baj(?:ó|ado)|cay(?:ó|eron)|menos que (?:antes|en las)|más (?:lent[oa]|baj[oa]) que (?:antes|en)|por debajo de (?:su|lo|las \d))\b"
NOT_A_CHANGE = (
    r"\b(?:to improve|improvements?|can improve|could improve|improve (?:it|this|that|the|her|his|their|your)|"
    r"helps? (?:to )?improve|para mejorar|mejorar|no (?:clear )?change|not (?:more|less|higher|lower) than|"
    r"neither .* nor|increase (?:the|only|it)|no (?:subió|bajó|cambió)|sin cambios)\b"
)
"""Wishes and denials, which claim no change."""

WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {
        "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
        "lunes": 0, "martes": 1, "miércoles": 2, "jueves": 3, "viernes": 4, "sábado": 5, "domingo": 6,
    }
)  # fmt: skip
MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name: number % 12 + 1
        for number, name in enumerate(
            (
                *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
                *("october", "november", "december"),
                *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre"),
                *("octubre", "noviembre", "diciembre"),
            )
        )
    }
)
