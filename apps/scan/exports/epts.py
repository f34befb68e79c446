"""Places on the pitch in FIFA's data transfer format for electronic performance and tracking systems (EPTS).

A zip of two files: `metadata.xml` says who is who and what the columns are, `positions.txt` has a line a frame:
`frame:x,y;x,y;…:ball`. Positions are shares of the pitch: (0, 0) is its upper left corner, (1, 1) its lower right.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import RawIOBase
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
from numpy.typing import NDArray

from apps.core.errors import Conflict, NotFound
from apps.scan.exports.grid import EvenGrid
from apps.scan.exports.source import ExportSource
from apps.scan.selectors.results import TrackSummary

PROVIDER = "Axolotl"
UNCALIBRATED = (
    "EPTS holds places on a pitch, and the pitch of this session is not marked in the picture. Calibrate the session, "
    "then export again."
)
_DECIMALS = 5
_NO_BALL = "NaN,NaN"
"""Where the ball lies on the ground is not told by one camera for balls in the air; none is better than a wrong one."""
_NAMESPACE = "FIFADataTransferFormatEPTSNamespace/FIFADataTransferFormatEPTS"
HOME, AWAY = "home", "away"


@dataclass(frozen=True, slots=True)
class _Person:
    """A column of the file."""

    track: TrackSummary
    side: str
    shirt: int

    @property
    def key(self) -> str:
        return f"P{self.track['track_id']}"

    @property
    def name(self) -> str:
        return self.track["player"]["display_name"] if self.track["player"] else f"Track {self.track['track_id']}"


def write_epts(source: ExportSource) -> Iterator[bytes]:
    """The zip, piece by piece. Referees, and people whose side is not known, are left out where sides are.

    Raises:
        Conflict: the pitch is not marked.
        NotFound: nobody of the film is in one of the teams, or was placed on the pitch.
    """
    film = source.film
    if source.pitch_m is None:
        raise Conflict(UNCALIBRATED)
    people = _people(source)
    times = next((rows["t"] for (rows,) in source.windows("world") if rows and len(rows["t"])), None)
    if not people or times is None:
        raise NotFound("Nobody of this session has a place on the pitch.")
    steps = np.diff(np.unique(times))
    step_s = float(np.median(steps)) if len(steps) else 1.0 / film.video.fps
    grid = EvenGrid([person.track["track_id"] for person in people], max(1, round(1.0 / step_s)), step_s)
    return _zipped(source, people, grid)


def _people(source: ExportSource) -> list[_Person]:
    """Everybody who is in a team, our own first: `home` is the kit that most named players wear."""
    own = [track["team"] for track in source.tracks if track["player"] and track["team"] in ("a", "b")]
    ours = "b" if own.count("b") > own.count("a") else "a"
    sides = {ours: HOME, "b" if ours == "a" else "a": AWAY}
    kits = any(track["team"] in sides for track in source.tracks)
    found = []
    for track in source.tracks:
        player = track["player"]
        side = sides.get(track["team"], HOME if player or not kits else None)
        if side is not None and track["team"] != "referee":
            found.append(_Person(track, side, source.shirts.get(player["id"], 0) if player else 0))
    return found


def _zipped(source: ExportSource, people: Sequence[_Person], grid: EvenGrid) -> Iterator[bytes]:
    drain, last = _Drain(), 0
    with zipfile.ZipFile(cast(Any, drain), "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("positions.txt", "w", force_zip64=True) as file:
            for (rows,) in source.windows("world"):
                for number, places in grid.add(rows) if rows else ():
                    file.write(_line(number, _shares(places, cast(tuple[float, float], source.pitch_m))))
                    last = number
                yield drain.taken()
        archive.writestr("metadata.xml", _metadata(source, people, grid.rate_hz, last))
    yield drain.taken()


class _Drain(RawIOBase):
    """Takes what the zip writes until it is sent on."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep a piece."""
        self._held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Everything since the last time."""
        piece = b"".join(self._held)
        self._held.clear()
        return piece


def _shares(xy_m: NDArray[np.float64], pitch_m: tuple[float, float]) -> NDArray[np.float64]:
    """Metres from the centre spot, y to the left, as shares from the upper left corner."""
    length, width = pitch_m
    return np.stack([xy_m[:, 0] / length + 0.5, 0.5 - xy_m[:, 1] / width], axis=1)


def _line(number: int, shares: NDArray[np.float64]) -> bytes:
    cells = ["NaN,NaN" if x != x else f"{x:.{_DECIMALS}f},{y:.{_DECIMALS}f}" for x, y in shares.tolist()]
    return f"{number}:{';'.join(cells)}:{_NO_BALL}\n".encode()


def _metadata(source: ExportSource, people: Sequence[_Person], rate_hz: int, last: int) -> bytes:
    root = Element("main", {"xmlns:tns": _NAMESPACE})
    about = SubElement(root, "Metadata")
    _configuration(about, source, rate_hz, last)
    _session(about, source)
    teams = SubElement(about, "Teams")
    for side, name in ((HOME, source.session.team.name), (AWAY, "Opponents")):
        team = SubElement(teams, "Team", id=side)
        _text(team, "Name", name)
        _parameters(team, "ProviderTeamsParameters", {})
    players = SubElement(about, "Players")
    for person in people:
        player = SubElement(players, "Player", id=person.key, teamId=person.side)
        _text(player, "Name", person.name)
        _text(player, "ShirtNumber", person.shirt)
        _parameters(player, "ProviderPlayerParameters", {"track_id": person.track["track_id"]})
    _sensor(about)
    channels = SubElement(about, "PlayerChannels")
    for person in people:
        for axis in ("x", "y"):
            SubElement(channels, "PlayerChannel", channelId=axis, id=f"{person.key}_{axis}", playerId=person.key)
    _format(root, people, last)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _configuration(about: Element, source: ExportSource, rate_hz: int, last: int) -> None:
    config = SubElement(about, "GlobalConfig")
    _text(config, "FileDate", source.session.start.isoformat())
    _text(config, "FileName", "positions.txt")
    _text(config, "TrackingType", "Optical")
    _text(config, "ProviderName", PROVIDER)
    _text(config, "FrameRate", rate_hz)
    error_m = (source.results["calibration"] or {}).get("error_m") if source.results else None
    # Times run through the whole film, breaks included: where the halves begin is not known.
    parameters = {"first_half_start": 0, "first_half_end": last, "session_id": source.session.pk}
    _parameters(config, "ProviderGlobalParameters", {**parameters, "calibration_error_m": error_m})


def _session(about: Element, source: ExportSource) -> None:
    session = SubElement(SubElement(about, "Sessions"), "Session", id=str(source.session.pk))
    _text(session, "SessionType", "Match" if source.session.session_type == "match" else "Training")
    _text(session, "Start", source.session.start.isoformat())
    score = SubElement(SubElement(session, "MatchParameters"), "Score", idLocalTeam=HOME, idVisitingTeam=AWAY)
    _text(score, "LocalTeamScore", "")
    _text(score, "VisitingTeamScore", "")
    size = SubElement(session, "FieldSize")
    for name, metres in zip(("Width", "Height"), cast(tuple[float, float], source.pitch_m), strict=True):
        _text(size, name, f"{metres:g}")
    _parameters(session, "ProviderSessionParameters", {"title": source.session.title})


def _sensor(about: Element) -> None:
    device = SubElement(SubElement(about, "Devices"), "Device", id="camera")
    _text(device, "Name", "Camera")
    sensor = SubElement(SubElement(device, "Sensors"), "Sensor", id="position")
    _text(sensor, "Name", "Position")
    channels = SubElement(sensor, "Channels")
    for axis in ("x", "y"):
        channel = SubElement(channels, "Channel", id=axis)
        _text(channel, "Name", f"position_{axis}")
        _text(channel, "Unit", "normalized")


def _format(root: Element, people: Sequence[_Person], last: int) -> None:
    whole = SubElement(root, "DataFormatSpecifications")
    line = SubElement(whole, "DataFormatSpecification", startFrame="0", endFrame=str(last), separator=":")
    SubElement(line, "StringRegister", name="frameCount")
    everybody = SubElement(line, "SplitRegister", separator=";")
    for person in people:
        place = SubElement(everybody, "SplitRegister", separator=",")
        for axis in ("x", "y"):
            SubElement(place, "PlayerChannelRef", playerChannelId=f"{person.key}_{axis}")
    ball = SubElement(line, "SplitRegister", separator=",")
    for axis in ("x", "y"):
        SubElement(ball, "BallChannelRef", channelId=axis)


def _parameters(parent: Element, name: str, values: dict[str, object]) -> None:
    whole = SubElement(parent, name)
    for key, value in values.items():
        parameter = SubElement(whole, "ProviderParameter")
        _text(parameter, "Name", key)
        _text(parameter, "Value", "" if value is None else value)


def _text(parent: Element, name: str, value: object) -> None:
    # XML has no place for control characters; a title may hold any.
    SubElement(parent, name).text = "".join(sign for sign in str(value) if sign.isprintable())
