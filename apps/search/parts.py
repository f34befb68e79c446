"""Names of the parts of the index in `core.versions`: a team's by its id, that for all teams by `SHARED`."""

PART = "index"
SHARED = "shared"
