"""Bodies fitted to the people of a scan: one artefact a person, so that each stands, is made again and goes by itself.

Light (NumPy only). A body belongs to the postures it was fitted to; when a coach says later that these are somebody
else's, or calibrates anew, it is outdated and not shown any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict, cast

from pipeline.artefacts import Array, Artefacts, Manifest
from pipeline.errors import ArtefactError
from pipeline.links import Links
from pipeline.params import hash_of
from pipeline.plan import ArtefactName

FOLDER = "bodies"
"""Below a video's artefacts: `bodies/000007/body/000000.npz`, …, `bodies/000007/body/index.json`."""
MULTI_VIEW, ONE_CAMERA = "multi_view", "one_camera"
READY, OUTDATED, REFUSED = "ready", "outdated", "refused"


class BodyFacts(TypedDict):
    """What the manifest of a person's body says.

    Keys: `reason` why there is no body, else empty; `source` of the keypoints, `multi_view` or `one_camera`; `frame`
    `world` (pitch or rig, z up) or `camera` (x right, y down, z forward); `estimated` lengths are no measurement;
    `origin` names the postures that were fitted (`origin_of`); `sized_by` the player whose height was used;
    `pictures` with a valid body, `coverage` their share of the pictures that show the person in the asked part;
    `height_m` of the fitted body; `error_m`, `error_px` medians over the valid pictures.
    """

    track_id: int
    reason: str
    source: str
    frame: Literal["world", "camera"]
    scale_source: str
    estimated: bool
    model: str
    gender: str
    height_m: float | None
    betas: list[float]
    angles: list[str]
    origin: str
    sized_by: str | None
    from_s: float
    to_s: float
    pictures: int
    coverage: float
    error_m: float | None
    error_px: float | None


class BodyReport(TypedDict):
    """A person's body as pages show it: `ready`, `outdated` or `refused`, with what is known of it."""

    status: str
    facts: BodyFacts
    warnings: list[str]
    params_hash: str


@dataclass(frozen=True, slots=True)
class BodyFile:
    """A glTF binary; its clock's 0 is the film's `start_s` [s]."""

    data: bytes
    start_s: float


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of one video's people, below its artefacts."""

    store: Artefacts

    def of(self, track_id: int) -> Artefacts:
        """Where a person's body lies."""
        return replace(self.store, prefix=f"{self.store.prefix}/{FOLDER}/{track_id:06d}")

    def tracks(self) -> list[int]:
        """Whose body was fitted, or tried to be."""
        start = f"{self.store.prefix}/{FOLDER}"
        finished = (key for key in self.store.store.list(start) if key.endswith("/index.json"))
        return sorted(int(key.removeprefix(start).split("/")[1]) for key in finished)

    def manifest(self, track_id: int) -> Manifest | None:
        """What is known of a person's body; `None` where nobody tried, or another version of Axolotl did."""
        try:
            return self.of(track_id).manifest(ArtefactName.BODY)
        except ArtefactError:
            return None

    def reports(self) -> list[BodyReport]:
        """Every person's body, by number; none before the people are known."""
        links = _links(self.store)
        if links is None:
            return []
        found = ((track_id, self.manifest(track_id)) for track_id in self.tracks())
        return [self._report(links, track_id, manifest) for track_id, manifest in found if manifest is not None]

    def report(self, track_id: int) -> BodyReport | None:
        """One person's body; `None` where there is none."""
        links, manifest = _links(self.store), self.manifest(track_id)
        return None if links is None or manifest is None else self._report(links, track_id, manifest)

    def rows(self, track_id: int, t0_s: float, t1_s: float) -> dict[str, Array]:
        """A person's rows of the series `body` with `t0_s <= t < t1_s`.

        Raises:
            ArtefactError: there is no body.
        """
        return self.of(track_id).read_range(ArtefactName.BODY, t0_s, t1_s)

    def erase(self, track_id: int) -> None:
        """Remove a person's body; harmless where there is none."""
        store = self.of(track_id)
        store.store.delete(store.manifest_key(ArtefactName.BODY))
        store.store.delete(store.prefix)

    def _report(self, links: Links, track_id: int, manifest: Manifest) -> BodyReport:
        facts = cast(BodyFacts, manifest["facts"])
        status = REFUSED if facts["reason"] else READY
        if facts["origin"] != origin_of(self.store, links, track_id) or _is_somebody_else(links, facts):
            status = OUTDATED
        return BodyReport(
            status=status, facts=facts, warnings=manifest["warnings"], params_hash=manifest["params_hash"]
        )


def origin_of(store: Artefacts, links: Links, track_id: int) -> str:
    """Names the postures that belong to a person now, and where metres come from; empty where there is no person.

    Cheap: it reads manifests, no arrays.
    """
    several = has_points(store)
    pieces = links.of_points().pieces if several else links.pieces
    mine = sorted([piece.track_id, piece.first, piece.last] for piece in pieces if piece.linked_id == track_id)
    if not mine:
        return ""
    keypoints = store.manifest(ArtefactName.POINTS3D if several else ArtefactName.POSES)["params_hash"]
    world: Mapping[str, Any] = {} if several else store.manifest(ArtefactName.WORLD)["facts"]
    return hash_of(keypoints, mine, world.get("scale"), world.get("moving"))


def has_points(store: Artefacts) -> bool:
    """Whether several cameras saw the people, so that their joints are known in space."""
    try:
        store.manifest(ArtefactName.POINTS3D)
    except ArtefactError:
        return False
    return True


def _is_somebody_else(links: Links, facts: BodyFacts) -> bool:
    """Whether a body was sized by the height of a player whom the coach no longer takes this person for."""
    return facts["sized_by"] is not None and links.players().get(facts["track_id"]) != facts["sized_by"]


def _links(store: Artefacts) -> Links | None:
    try:
        return Links.read(store)
    except ArtefactError:
        return None
