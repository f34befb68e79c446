"""A body that was fitted to a player, moving, as a glTF binary for 3D programs."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core.errors import InvalidRequest, NotFound
from apps.scan.exports.source import ExportSource
from apps.scan.selectors.body import BodyClip, body_file
from pipeline.api import BodyReport


def write_glb(source: ExportSource) -> Iterator[bytes]:
    """One person's whole fit: metres, y up, one skinned mesh with an animation.

    Raises:
        NotFound: no body was fitted to these people, or it is outdated.
        InvalidRequest: several people have one.
    """
    ready = bodies_of(source)
    if len(ready) > 1:
        numbers = ", ".join(str(report["facts"]["track_id"]) for report in ready)
        raise InvalidRequest(f"Several bodies were fitted; name one by track_id: {numbers}.")
    facts = ready[0]["facts"]
    clip = BodyClip(source.film.video, ready[0], facts["from_s"], facts["to_s"])
    return iter([body_file(clip).data])


def bodies_of(source: ExportSource) -> list[BodyReport]:
    """The bodies of these people that stand.

    Raises:
        NotFound: none.
    """
    numbers = {track["track_id"] for track in source.tracks}
    reports = [report for report in source.film.reader.bodies().reports() if report["facts"]["track_id"] in numbers]
    ready = [report for report in reports if report["status"] == "ready"]
    if not ready:
        outdated = any(report["status"] == "outdated" for report in reports)
        raise NotFound(
            "The tracks or the calibration were changed since the bodies were fitted; fit them again."
            if outdated
            else "No body was fitted to these people yet: choose 'Fit 3D body' first."
        )
    return ready
