"""OpenAPI descriptions: parameters and numbers that say nothing of themselves get a sentence by their name.

What a view or serializer says of its own (`OpenApiParameter`, `help_text`) stays. A parameter that is in no table stays
bare, and a test names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

PATH: dict[str, str] = {
    "attachment_id": "The file beside the session.",
    "device_id": "The paired device.",
    "drill_key": "The drill's name in the library.",
    "entry_id": "The row of what was entered.",
    "event_id": "The planned event.",
    "feedback_id": "The feedback.",
    "guardianship_id": "The guardian's tie to the player.",
    "invitation_id": "The invitation.",
    "login_id": "The log-in, one for each place where you are logged in.",
    "membership_id": "The member's place in the team.",
    "node_id": "The edge box.",
    "note_id": "The note.",
    "object_id": "A session or one of its scan jobs.",
    "pairing_id": "The offer to join.",
    "player_id": "The player's id, or the short name that is theirs within the team (`external_id`).",
    "proposal_id": "The proposed event.",
    "session_id": "The session.",
    "slug": "The article's name.",
    "team_id": "The team.",
    "token": "The secret of the link; whoever has it may read.",
    "upload_id": "The resumable upload.",
}
QUERY: dict[str, str] = {
    "duration_s": "Length of the film [s].",
    "fps": "Frames a second.",
    "height": "Height of the picture [px].",
    "length": "Length of the pitch [m].",
    "max_side": "Longer side of the picture that is sent [px].",
    "name": "Part of the name.",
    "player_id": "Only of this player.",
    "request_id": "Only what was proposed by this request.",
    "batch_id": "Only of this batch.",
    "session_id": "Only of this session.",
    "shared": "Only what the player and the family may read (`true`), or only what they may not (`false`).",
    "track_id": "Only of this track.",
    "start_after": "Only what starts at this moment or later.",
    "start_before": "Only what starts at this moment or earlier.",
    "synthetic": "Whether figures come from made-up movement instead of a film.",
    "t": "Moment of the film [s], 0 at its first frame.",
    "team_id": "Only of this team.",
    "version": "The version that you saw; refused with 409 when somebody changed it since.",
    "width": "Width of the picture [px], or of the pitch [m].",
}
HEADER: dict[str, str] = {
    "Range": "Bytes that are wanted, such as `bytes=0-1023`.",
    "Tus-Resumable": "Version of the tus protocol.",
    "Upload-Length": "Size of the whole file [bytes].",
    "Upload-Offset": "How many bytes are stored already; where this piece starts.",
}
PLACES = {"path": PATH, "query": QUERY, "header": HEADER}
NUMBERS: dict[str, str] = {
    "after": "Mean after the change, in the metric's unit.",
    "age_years": "Age today [years].",
    "attempt": "Which try this is.",
    "before": "Mean before the change, in the metric's unit.",
    "breaks_per_hour": "Breaks to drink in an hour.",
    "counter": "Tells edits of one moment apart; the larger is the later.",
    "coverage": "Share of the time in which it was measured, 0 to 1.",
    "default_training_duration_min": "How long a training lasts unless said otherwise [min].",
    "difference": "After less before, in the metric's unit.",
    "duration_s": "Length [s].",
    "end_s": "Last moment [s], 0 at the first frame.",
    "error_m": "Typical distance between what was marked and where it was put [m].",
    "eta_s": "About how long it will still take [s]; null while that is unknown.",
    "estimate_s": "About how long the analysis will take [s]; null while that is unknown.",
    "fps": "Frames a second.",
    "frames": "Number of frames.",
    "headers": "Headers a player makes in it.",
    "height": "Height of the picture [px].",
    "high": "Upper end of the uncertainty, in the metric's unit.",
    "jersey_number": "Number on the shirt.",
    "least": "Smallest value, in the metric's unit.",
    "length_bytes": "Size of the whole file [bytes].",
    "length_m": "Length of the pitch [m].",
    "low": "Lower end of the uncertainty, in the metric's unit.",
    "max_error_m": "Largest distance between what was marked and where it was put [m].",
    "max_speed_mps": "Fastest speed [m/s]; null where it was not measured.",
    "most": "Largest value, in the metric's unit.",
    "offset_bytes": "How many bytes are stored.",
    "players_min": "Players it needs.",
    "points": "How many points were marked.",
    "progress": "How much is done [percent].",
    "sessions": "How many sessions.",
    "size_bytes": "Size of the file [bytes].",
    "start_s": "First moment [s], 0 at the first frame.",
    "t_s": "Moment of the film [s], 0 at its first frame.",
    "total_distance_m": "Distance covered [m]; null where it was not measured.",
    "track_id": "Number of the tracked figure in the film; -1 for none.",
    "value": "In the metric's unit; null where it was not measured.",
    "version": "Which computation of the session this is; grows.",
    "weight_kg": "Body mass [kg].",
    "width": "Width of the picture [px].",
    "width_m": "Width of the pitch [m].",
    "windows_done": "Pieces of the film that are done.",
    "windows_total": "Pieces into which the film was cut.",
    "x": "Along the pitch [m], 0 at the centre spot.",
    "y": "Across the pitch, to the left of who looks along x [m]; 0 at the centre spot.",
}


def fill_in(result: Schema, generator: Any, request: Any, public: bool) -> Schema:  # noqa: FBT001  (the hook's form)
    """Add what is missing (a postprocessing hook of drf-spectacular)."""
    for parameter in _parameters(result):
        text = PLACES.get(parameter["in"], {}).get(parameter["name"])
        if text and not parameter.get("description"):
            parameter["description"] = text
    for name, part in _bare_numbers(result):
        if name in NUMBERS:
            part["description"] = NUMBERS[name]
    for name, component in result["components"]["schemas"].items():
        if name.startswith("Paginated") and not component.get("description"):
            component["description"] = "One page of a list."
    return result


def _parameters(document: Schema) -> Iterator[Schema]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from operation.get("parameters", []) if isinstance(operation, dict) else ()


def _bare_numbers(document: Schema) -> Iterator[tuple[str, Schema]]:
    for component in document["components"]["schemas"].values():
        for name, part in component.get("properties", {}).items():
            kinds = part.get("type", [])
            numeric = {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds)
            if numeric and not part.get("description"):
                yield name, part
