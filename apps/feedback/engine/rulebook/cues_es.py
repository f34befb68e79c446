"""Spanish coaching cues by focus area, for drills whose own steps are in English."""
# ruff: noqa: E501 - a cue reads better whole

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
    "warm_up": ("Empieza despacio y sube el ritmo poco a poco.", "Cabeza alta: nadie choca con nadie."),
    "ball_mastery": ("Toques cortos y suaves, con los dos pies.", "Levanta la vista entre toque y toque."),
    "first_touch": ("Mira por encima del hombro antes de recibir.", "Cuerpo abierto y tobillo relajado.", "El primer toque, hacia el espacio."),
    "passing": ("Mira antes de que llegue el balón.", "Pase firme y raso, al pie más alejado.", "Después de pasar, muévete."),
    "dribbling": ("El balón cerca cuando hay gente, más largo cuando hay espacio.", "Cambia de ritmo al salir."),
    "finishing": ("Elige el sitio antes de tirar.", "Pie de apoyo junto al balón, cuerpo encima.", "Sigue el rechace."),
    "defending": ("Acércate rápido y frena antes.", "De lado y con pasos cortos.", "Paciencia: espera el momento."),
    "goalkeeping": ("Manos delante, listo para moverte.", "Pasos cortos antes de cada parada."),
    "small_sided": ("Deja jugar y pregunta después.", "Cambia los equipos para que todos participen."),
    "speed": ("Siempre con las piernas frescas y ya calientes.", "Descanso completo entre carreras.", "Frena con suavidad."),
    "agility": ("Baja la cadera antes de cambiar de dirección.", "Mira a la persona, no al suelo."),
    "coordination": ("Calidad antes que rapidez.", "Rodilla quieta al caer."),
    "strength": ("Despacio y con control.", "Para si algo molesta y díselo a una persona adulta."),
    "endurance": ("A un ritmo que deje hablar.", "Pausas para beber."),
    "recovery": ("Sin prisa y sin dolor.", "Respira hondo y charla."),
}
)  # fmt: skip
