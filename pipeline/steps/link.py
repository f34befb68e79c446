"""Step `link`: who is who over the whole film: pieces of tracks joined, teams told apart, coaches' words applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, cast

import numpy as np

from pipeline.artefacts import Array, Artefacts, artefacts_of
from pipeline.links import LinkedTrack, Links, Piece
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import Correction, JobRecord
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.tracking.corrections import Corrected, TrackCorrection, apply_corrections
from vision.tracking.doubt import DoubtParams
from vision.tracking.kit_colour import KIT_SIZE, kit_hex
from vision.tracking.linking import LinkConfig, LinkedPieces, link_tracklets
from vision.tracking.meetings import MeetingFinder, MeetingParams
from vision.tracking.rows import TrackRows
from vision.tracking.teams import TeamAssignment, TeamParams, assign_teams
from vision.tracking.tracklets import TrackletCollector, TrackletParams
from vision.types import CLASS_GOALKEEPER, CLASS_REFEREE

_CLASS_TEAMS = {CLASS_GOALKEEPER: "goalkeeper", CLASS_REFEREE: "referee"}
"""Detectors made for football tell these by class."""


NOBODY = (
    "Nobody was found in this film for as long as a second. Is it the right film, is the lens free and the picture "
    "light, and are people at least a twentieth of its height?"
)


@dataclass(frozen=True, slots=True)
class LinkParams:
    """Parameters of the step.

    Attributes:
        min_seen_s: people seen for less are left out [s]: mostly false boxes, and nothing can be measured on them.
        min_seen_share: … unless that is this much of a short film.
        subject_share: somebody seen for this share of the film is "long in view"; if exactly one is, and the session is
            about a player, that is the player.
        kits: shirt samples kept a person and window; bounds memory.
    """

    min_seen_s: float = 1.0
    min_seen_share: float = 0.3
    subject_share: float = 0.3
    kits: int = 8


class LinkStep(ArtefactStep):
    """Writes `links`."""

    name: ClassVar[StepName] = StepName.LINK

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        corrections = [[c.kind, c.track_id, c.player_id, c.other_track_id, c.frame] for c in context.job.corrections]
        joining = LinkConfig(), MeetingParams(), TrackletParams(), DoubtParams()
        return LinkParams(), joining, TeamParams(), corrections, context.job.subject_player_id

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        film = Film(int(analysed(timebase, context.params).sum()), timebase.duration_s)
        corrected = apply_corrections(join(store), list(spoken(context.job.corrections)))
        context.report(0.5)
        people = People.count(store, links_of(corrected.pieces), LinkParams())
        tracks = described(people, film, corrected, context.job)
        links = links_of(corrected.pieces, tracks, [track["track_id"] for track in tracks])
        warnings = (*(() if tracks else (NOBODY,)), *forgotten(corrected))
        store.write_json(ArtefactName.LINKS, links.content(), stamped(context, params_hash, warnings=warnings))
        return StepResult(frames=film.looked, warnings=warnings)


@dataclass(frozen=True, slots=True)
class Film:
    """How long a film is: analysed frames, and seconds."""

    looked: int
    duration_s: float

    def seen_s(self, frames: int) -> float:
        """Seconds for which somebody was seen in so many analysed frames."""
        return frames / max(self.looked, 1) * self.duration_s

    def shown(self, people: People, corrected: Corrected, corrections: Iterable[Correction]) -> list[int]:
        """Numbers of the people worth telling: seen long enough, or named by a coach."""
        params = LinkParams()
        enough = min(params.min_seen_s, params.min_seen_share * self.duration_s)
        named = corrected.touched | {word.track_id for word in corrections if word.kind == "assign"}
        return [
            number
            for number in sorted(people.frames)
            if number in named or self.seen_s(people.frames[number]) >= enough
        ]

    def long_in_view(self, people: People, kept: Sequence[int]) -> list[int]:
        """Who is in view for much of the film."""
        return [number for number in kept if people.frames[number] >= LinkParams().subject_share * self.looked]


def join(store: Artefacts) -> LinkedPieces:
    """The tracker's numbers joined to people by motion and shirt; a person's number is that of their first piece."""
    finder = MeetingFinder()
    for rows in _seen(store):
        finder.add(rows)
    collector = TrackletCollector(meetings=finder.finish())
    for rows in _seen(store):
        collector.add(rows)
    return link_tracklets(collector.finish(), LinkConfig())


def _seen(store: Artefacts) -> Iterator[TrackRows]:
    """The tracks window by window, without the predicted boxes."""
    for _, tracks in store.iter_windows(ArtefactName.TRACKS):
        seen = ~tracks["interpolated"]
        rows = {column: array[seen] for column, array in tracks.items()}
        yield TrackRows(rows["frame"], rows["t"], rows["track_id"], rows["xyxy"], rows["kit"])


def described(people: People, film: Film, corrected: Corrected, job: JobRecord) -> list[LinkedTrack]:
    """The people worth telling, each with team, times, and the player a coach or the film itself names."""
    kept = film.shown(people, corrected, job.corrections)
    players, auto = assign(film.long_in_view(people, kept), kept, job.corrections, job.subject_player_id)
    touched = corrected.touched | {word.track_id for word in job.corrections if word.kind == "assign"}
    teams = people.teams()
    identities = corrected.pieces.identities()
    return [
        LinkedTrack(
            track_id=number,
            player_id=players.get(number),
            auto=number in auto,
            team=people.team_of(number, teams),
            color=kit_hex(teams.descriptor[np.searchsorted(teams.track_id, number)]),
            start_s=people.start_s[number],
            end_s=people.end_s[number],
            frames=people.frames[number],
            coverage=people.frames[number] / film.looked,
            corrected=number in touched,
            identity_doubt=identities[number].doubt,
            doubtful=list(identities[number].frames),
        )
        for number in kept
    ]


@dataclass(slots=True)
class People:
    """What the tracks' rows say about people, by linked number.

    Attributes:
        frames, start_s, end_s: how often and when they were seen.
        classes: linked number → class of the boxes → rows.
        kits, wearers: samples of shirts and whose they are.
    """

    frames: dict[int, int] = field(default_factory=dict)
    start_s: dict[int, float] = field(default_factory=dict)
    end_s: dict[int, float] = field(default_factory=dict)
    classes: dict[int, dict[int, int]] = field(default_factory=dict)
    kits: list[Array] = field(default_factory=list)
    wearers: list[Array] = field(default_factory=list)

    @classmethod
    def count(cls, store: Artefacts, links: Links, params: LinkParams) -> People:
        """Read the film window by window."""
        people = cls()
        for _, tracks in store.iter_windows(ArtefactName.TRACKS):
            linked = links.linked(tracks["track_id"], tracks["frame"])
            for number in np.unique(linked[linked >= 0]).tolist():
                rows = {column: array[linked == number] for column, array in tracks.items()}
                people.add(number, rows, params)
        return people

    def add(self, number: int, rows: Mapping[str, Array], params: LinkParams) -> None:
        """Count rows of one person: `frame`, `t`, `cls`, and samples of the shirt `kit` of any number."""
        self.frames[number] = self.frames.get(number, 0) + len(np.unique(rows["frame"]))
        self.start_s.setdefault(number, float(rows["t"].min()))
        self.end_s[number] = float(rows["t"].max())
        votes = self.classes.setdefault(number, {})
        for kind, count in zip(*np.unique(rows["cls"], return_counts=True), strict=True):
            votes[int(kind)] = votes.get(int(kind), 0) + int(count)
        worn = rows["kit"][np.isfinite(rows["kit"]).all(axis=1)]
        some = worn[:: max(1, len(worn) // params.kits)]
        self.kits.append(some)
        self.wearers.append(np.full(len(some), number, np.int32))

    def teams(self) -> TeamAssignment:
        """Everybody's team by their shirt; people without a sample are there too, as unknown."""
        numbers = np.array(sorted(self.frames), np.int32)
        unworn = np.full((len(numbers), KIT_SIZE), np.nan, np.float32)
        return assign_teams(np.concatenate([unworn, *self.kits]), np.concatenate([numbers, *self.wearers]))

    def team_of(self, number: int, teams: TeamAssignment) -> str:
        """Team of a person: by the detector's class where it is one for football, else by shirt."""
        votes = self.classes[number]
        return _CLASS_TEAMS.get(max(votes, key=lambda kind: votes[kind])) or teams.of(number).value


def assign(
    long_in_view: Sequence[int], kept: Sequence[int], corrections: Iterable[Correction], subject: str | None
) -> tuple[dict[int, str], set[int]]:
    """Linked number → player, and which of these the scan found by itself.

    A coach's latest word counts; else the session's player is the only person who is long in view.
    """
    said = {word.track_id: word.player_id for word in corrections if word.kind == "assign"}
    players = {number: player for number, player in said.items() if player is not None and number in kept}
    alone = len(long_in_view) == 1 and long_in_view[0] not in said
    if subject is not None and subject not in players.values() and alone:
        return {**players, long_in_view[0]: subject}, {long_in_view[0]}
    return players, set()


def spoken(corrections: Iterable[Correction]) -> Iterable[TrackCorrection]:
    """The coaches' words that change who is who."""
    for word in corrections:
        if word.kind in ("merge", "split"):
            kind = cast(Literal["merge", "split"], word.kind)
            yield TrackCorrection(kind, word.track_id, word.other_track_id, word.frame)


def forgotten(corrected: Corrected) -> tuple[str, ...]:
    """What a coach should know of words that could not be applied."""
    count = len(corrected.unapplied)
    if not count:
        return ()
    return (f"{count} of your corrections name tracks that this scan does not have, and were left out.",)


def links_of(pieces: LinkedPieces, tracks: Sequence[LinkedTrack] = (), kept: Sequence[int] | None = None) -> Links:
    """The stored form of pieces: of everybody, or of those kept."""
    columns = np.stack((pieces.track_id, pieces.first, pieces.last, pieces.linked_id), axis=1)
    wanted = columns if kept is None else columns[np.isin(pieces.linked_id, kept)]
    return Links(tracks, [Piece(*row) for row in wanted.tolist()])


STEP = LinkStep()
