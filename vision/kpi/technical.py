"""Technical KPIs: absent with their reason until ball events exist for the film."""

from __future__ import annotations

from vision.kpi.catalogue import keys_of
from vision.kpi.values import KPIGroup

NO_EVENTS = (
    "Not measured: touches and passes need the ball and both feet found through most of the film, "
    "and this version does not detect ball events yet."
)
NO_BALL = "Not measured: the ball was not tracked in this film."


def technical_group(*, ball_tracked: bool) -> KPIGroup:
    """Every technical KPI with the reason why it is absent."""
    reason = NO_EVENTS if ball_tracked else NO_BALL
    return {key: {"absent": reason} for key in keys_of("technical")}
