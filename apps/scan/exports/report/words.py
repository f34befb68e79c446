"""What a report says besides the figures, in English and Spanish: for a parent who never saw the app."""
# ruff: noqa: E501 - a sentence reads better whole

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from vision.kpi.catalogue import CATALOGUE
from vision.kpi.catalogue_es import SPANISH

Words = Mapping[str, str]
_EN: Words = MappingProxyType(
    {
        "training": "Training", "match": "Match", "analysis": "Analysis", "live": "Live session",
        "person": "Track {number}", "no": "No. {shirt}", "report": "Player report", "session": "Session report",
        "sure": "How sure are we?", "view": "In view {share} of the film",
        "grade": "Grade {grade}", "grade.A": "very good measurement", "grade.B": "good measurement",
        "grade.C": "rough measurement", "grade.D": "very rough measurement", "grade.": "nothing in metres",
        "pitch_homography": "Metres come from the pitch marked in the picture",
        "multi_view": "Metres come from several cameras",
        "imported_tracking": "Positions come from another tracking system",
        "player_height": "Metres are estimated from body height",
        "player_height_side_view": "Metres are estimated from body height",
        "none": "No metres: the pitch is not marked and no height is known",
        "error": "places are right to about {metres}", "frames": "{rate} pictures a second",
        "range": "{low} to {high}", "estimated": "estimated", "about": "about {value}",
        "where": "Where on the pitch", "where.plain": "The darker, the longer {name} was there.",
        "curve": "Speed over the session", "curve.text": "Every point is the fastest moment of {seconds} s. A gap: not in view.",
        "curve.plain": "A gap: not in view.", "zones": "How the time was spent", "minutes": "minutes of film",
        "zone.1": "slowest", "zone.5": "fastest",
        "more": "More figures", "left": "{count} more figures are in the app.",
        "nothing": "Nothing could be measured of {name} in this film.",
        "impossible": "Some figures were faster than any human and are left out: two people were probably mixed up. The coach can put it right in the app.",
        "absent": "What could not be measured is left out; the app says why. A figure that is missing is not zero.",
        "ranges": "The range under a figure: the true value lies inside it in about 9 of 10 cases. Compare two days only where the ranges do not overlap.",
        "children": "Figures describe one session, not a person. Fun, friends and sleep matter more.",
        "synthetic": "SYNTHETIC: computed from made-up movement, not from a film. For trying out only.",
        "made": "Made by Axolotl on {day} · figures by catalogue {version}",
        "zone": "times in {zone}", "people": "named players: {named}", "others": "others followed: {unnamed}", "length": "Film of {length}",
        "player": "Player", "seen": "In view", "measured": "Grade", "almost": "≈ means estimated: the metres behind it are not from a marked pitch or are very rough.", "average": "Average places on the pitch",
        "average.text": "Each dot is a player's average place; the number is that of the row in the table.",
        "rest": "{count} more people are in the app.", "page": "Page {page} of {pages}",
        "none.session": "No figures could be measured in this film.",
        "distances": "Distance of each player", "distances.text": "The line at the end of a bar is its range.",
    }
)  # fmt: skip
_ES: Words = MappingProxyType(
    {
        "training": "Entrenamiento", "match": "Partido", "analysis": "Análisis", "live": "Sesión en directo",
        "person": "Recorrido {number}", "no": "N.º {shirt}", "report": "Informe del jugador", "session": "Informe de la sesión",
        "sure": "¿Cómo de seguro es?", "view": "En imagen el {share} del vídeo",
        "grade": "Nota {grade}", "grade.A": "medida muy buena", "grade.B": "medida buena",
        "grade.C": "medida aproximada", "grade.D": "medida muy aproximada", "grade.": "nada en metros",
        "pitch_homography": "Los metros salen del campo marcado en la imagen",
        "multi_view": "Los metros salen de varias cámaras",
        "imported_tracking": "Las posiciones vienen de otro sistema de seguimiento",
        "player_height": "Los metros se estiman a partir de la altura del cuerpo",
        "player_height_side_view": "Los metros se estiman a partir de la altura del cuerpo",
        "none": "Sin metros: el campo no está marcado y no se conoce ninguna altura",
        "error": "el sitio es exacto a unos {metres}", "frames": "{rate} imágenes por segundo",
        "range": "de {low} a {high}", "estimated": "estimado", "about": "unos {value}",
        "where": "Dónde estuvo en el campo", "where.plain": "Cuanto más oscuro, más tiempo estuvo ahí {name}.",
        "curve": "Velocidad durante la sesión", "curve.text": "Cada punto es el momento más rápido de {seconds} s. Un hueco: no se veía.",
        "curve.plain": "Un hueco: no se veía.", "zones": "En qué se fue el tiempo", "minutes": "minutos de vídeo",
        "zone.1": "la más lenta", "zone.5": "la más rápida",
        "more": "Más cifras", "left": "Hay {count} cifras más en la aplicación.",
        "nothing": "En este vídeo no se pudo medir nada de {name}.",
        "impossible": "Algunas cifras eran más rápidas que cualquier persona y no se muestran: seguramente se confundió a dos personas. El entrenador puede corregirlo en la aplicación.",
        "absent": "Lo que no se pudo medir no aparece; la aplicación dice por qué. Una cifra que falta no es un cero.",
        "ranges": "El margen debajo de cada cifra: el valor real está dentro en unos 9 de cada 10 casos. Compara dos días solo si los márgenes no se solapan.",
        "children": "Las cifras describen una sesión, no a una persona. Importa más disfrutar, los amigos y dormir.",
        "synthetic": "SINTÉTICO: calculado con movimientos inventados, no con un vídeo. Solo para probar.",
        "made": "Hecho con Axolotl el {day} · cifras según el catálogo {version}",
        "zone": "horas de {zone}", "people": "jugadores con nombre: {named}", "others": "otros seguidos: {unnamed}", "length": "Vídeo de {length}",
        "player": "Jugador", "seen": "En imagen", "measured": "Nota", "almost": "≈ quiere decir estimado: sus metros no salen de un campo marcado o son muy aproximados.", "average": "Posición media en el campo",
        "average.text": "Cada punto es la posición media de un jugador; el número es el de su fila en la tabla.",
        "rest": "Hay {count} personas más en la aplicación.", "page": "Página {page} de {pages}",
        "none.session": "En este vídeo no se pudo medir ninguna cifra.",
        "distances": "Distancia de cada jugador", "distances.text": "La línea al final de cada barra es su margen.",
    }
)  # fmt: skip
WORDS: Mapping[str, Words] = MappingProxyType({"en": _EN, "es": _ES})
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


def title_of(key: str, language: str) -> str:
    """A KPI's two or three words."""
    return SPANISH[key][0] if language == "es" else CATALOGUE[key].title


def definition_of(key: str, language: str) -> str:
    """What it means, in a sentence."""
    return SPANISH[key][1] if language == "es" else CATALOGUE[key].definition


def day_of(moment: datetime, language: str) -> str:
    """`Saturday, 2 May 2026`, `sábado, 2 de mayo de 2026`."""
    weekday, month = _DAYS[language][moment.weekday()], _MONTHS[language][moment.month - 1]
    if language == "es":
        return f"{weekday}, {moment.day} de {month} de {moment.year}"
    return f"{weekday}, {moment.day} {month} {moment.year}"
