"""A TRACAB match as files, with movement that we know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

FPS = 25
FIRST_FRAME = 1000
Place = Callable[[float], tuple[float, float] | None]
"""Seconds since kick-off → metres from the centre spot, or `None` while not on the pitch."""

_HOME, _AWAY = 1, 0


def write_tracab(
    folder: Path, home: dict[int, Place], away: dict[int, Place], *, seconds: float = 30.0, date: str = "2026-05-02"
) -> tuple[Path, Path]:
    """Write the meta data and the positions of players by shirt number; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = round(seconds * FPS)
    meta, raw = folder / "meta.xml", folder / "raw.dat"
    meta.write_text(_meta(frames, home, away, date), encoding="utf-8")
    people = [(_HOME, number, place) for number, place in home.items()]
    people += [(_AWAY, number, place) for number, place in away.items()]
    lines = [_frame(index, people) for index in range(frames)]
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return meta, raw


def _frame(index: int, people: list[tuple[int, int, Place]]) -> str:
    rows = []
    for target, (side, number, place) in enumerate(people, start=1):
        where = place(index / FPS)
        if where is not None:
            rows.append(f"{side},{target},{number},{round(where[0] * 100)},{round(where[1] * 100)},0.00")
    return f"{FIRST_FRAME + index}:{';'.join(rows)};:0,0,0,0.0,H,Alive;:"


def _meta(frames: int, home: dict[int, Place], away: dict[int, Place], date: str) -> str:
    last = FIRST_FRAME + frames - 1
    return f"""<TracabMetaData sVersion="1.0">
  <match iId="1" dtDate="{date} 15:00:00" iFrameRateFps="{FPS}" fPitchXSizeMeters="105.00" fPitchYSizeMeters="68.00"
         fTrackingAreaXSizeMeters="unknown" fTrackingAreaYSizeMeters="unknown">
    <period iId="1" iStartFrame="{FIRST_FRAME}" iEndFrame="{last}"/>
    <period iId="2" iStartFrame="0" iEndFrame="0"/>
  </match>
  {_team("Home", 1, home, last)}
  {_team("Away", 2, away, last)}
</TracabMetaData>
"""


def _team(name: str, team_id: int, players: dict[int, Place], last: int) -> str:
    rows = "".join(
        f"<Player><PlayerId>{team_id}{number:03d}</PlayerId><FirstName>Player</FirstName><LastName>No{number}</LastName>"
        f"<JerseyNo>{number}</JerseyNo><StartFrameCount>{FIRST_FRAME}</StartFrameCount>"
        f"<EndFrameCount>{last}</EndFrameCount></Player>"
        for number in players
    )
    long_short = f"<LongName>{name} FC</LongName><ShortName>{name}</ShortName><TeamId>{team_id}</TeamId>"
    return f"<{name}Team>{long_short}<Players>{rows}</Players></{name}Team>"
