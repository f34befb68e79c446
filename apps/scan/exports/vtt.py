"""What happened as WebVTT chapters: players of films show them beside the picture, one click from each moment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from apps.scan.exports.source import ExportSource
from apps.scan.models import SessionEvent

SHOWN_S = 1.0
"""A touch takes no time; its cue stays this long."""
SURE = 0.5
"""Below, the app draws an event's mark pale; here it is called unsure."""

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "touch": "Touch", "possession": "With the ball", "dribble": "Dribble", "pass": "Pass", "shot": "Shot",
            "sprint": "Sprint", "jump": "Jump", "turn": "Turn", "unsure": "unsure", "person": "Track {number}",
            "made": "Found in the film by Axolotl. Look at the moment before you rely on it.",
            "none": "No events were found in this film.",
        },
        "es": {
            "touch": "Toque", "possession": "Con el balón", "dribble": "Conducción", "pass": "Pase", "shot": "Tiro",
            "sprint": "Esprint", "jump": "Salto", "turn": "Giro", "unsure": "dudoso", "person": "Recorrido {number}",
            "made": "Encontrado en el vídeo por Axolotl. Mira el momento antes de fiarte.",
            "none": "No se encontró ningún suceso en este vídeo.",
        },
    }
)  # fmt: skip
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def write_vtt(source: ExportSource) -> Iterator[bytes]:
    """A cue an event, in order of time, in the reader's language; times are the film's.

    Raises:
        NotFound: there is no film.
    """
    _ = source.film
    return _cues(source, _WORDS.get(source.reader.language, _WORDS["en"]))


def _cues(source: ExportSource, words: Mapping[str, str]) -> Iterator[bytes]:
    note = words["made"] if source.events else words["none"]
    yield f"WEBVTT - {_line(str(source.session))}\n\nNOTE {note}\n".encode()
    for number, event in enumerate(source.events, 1):
        start = max(event.t0_s, 0.0)
        times = f"{_clock(start)} --> {_clock(max(event.t1_s, start + SHOWN_S))}"
        yield f"\n{number}\n{times}\n{_line(_told(event, words))}\n".encode()


def _told(event: SessionEvent, words: Mapping[str, str]) -> str:
    who = event.player.display_name if event.player else words["person"].format(number=event.track_id)
    unsure = event.confidence is not None and event.confidence < SURE
    return f"{who}: {words.get(event.kind, event.kind)}" + (f" ({words['unsure']})" if unsure else "")


def _line(text: str) -> str:
    """Text that cannot end its cue or be taken for a tag."""
    return re.sub(r"\s+", " ", text).strip().translate(_ESCAPED)


def _clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"
