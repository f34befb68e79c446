"""Which speed zones count for whom."""

from __future__ import annotations

import re

YOUTH_PACKS = ((12, "u12"), (14, "u14"), (16, "u16"), (18, "u18"))
"""Zone packs of `fixtures/zones.yaml` by the age they end before."""


def zone_pack(age_years: float | None, sex: str, age_group: str) -> str:
    """Which speed zones count for a player: by age, else by the team's age group, else adult."""
    if age_years is None and (written := re.search(r"\bU[- ]?(\d{1,2})\b", age_group, re.IGNORECASE)):
        age_years = int(written[1]) - 1
    for end, pack in YOUTH_PACKS:
        if age_years is not None and age_years < end:
            return pack
    return "women" if sex == "female" else "adult"
