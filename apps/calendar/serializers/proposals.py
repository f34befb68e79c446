"""What the planner is asked, and what it proposes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.calendar.models import EventIntensity, EventType, FocusArea, RecommendationStatus
from apps.calendar.serializers.events import DrillOfEventOutput, EventOutput
from apps.calendar.serializers.verdicts import EventPlayerOutput, VerdictOutput
from apps.core.fields import FiniteFloatField

MOST_PROPOSALS = 50
WEEKDAYS = [(name, name) for name in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")]


class ConstraintsInput(serializers.Serializer[Any]):
    """What the planner keeps to."""

    weekdays = serializers.ListField(child=serializers.ChoiceField(WEEKDAYS), required=False, max_length=7)
    not_before = serializers.TimeField(required=False, allow_null=True, help_text="Local time, such as 16:00.")
    not_after = serializers.TimeField(required=False, allow_null=True, help_text="Local time of the end at the latest.")
    max_minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=10, max_value=180, help_text="Longest session [min]."
    )
    exclude_dates = serializers.ListField(child=serializers.DateField(), required=False, max_length=60)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A time span that is one."""
        first, last = attrs.get("not_before"), attrs.get("not_after")
        if first is not None and last is not None and last <= first:
            raise serializers.ValidationError("not_after must be later than not_before.")
        return attrs


class RecommendInput(serializers.Serializer[Any]):
    """What is to be planned for a player."""

    player_id = serializers.CharField(max_length=64, help_text="Id or external id.")
    start_date = serializers.DateField()
    end_date = serializers.DateField(help_text="At most 42 days after start_date.")
    focus_areas = serializers.ListField(
        child=serializers.ChoiceField(FocusArea.choices), required=False, max_length=len(FocusArea.values)
    )
    sessions_per_week = serializers.IntegerField(required=False, min_value=1, max_value=7, help_text="1 if not sent.")
    constraints = ConstraintsInput(required=False)
    feedback_id = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="A feedback whose drills are to be planned, and its areas where none is sent.",
    )


class EvidenceOutput(serializers.Serializer[Any]):
    """What a proposal rests on."""

    kind = serializers.CharField(help_text="kpi, feedback, knowledge or calendar.")
    ref = serializers.CharField()
    text = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="The figure, where it is one.")


class ProposedEventOutput(serializers.Serializer[Any]):
    """The event that is proposed."""

    title = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    time_zone = serializers.CharField()
    event_type = serializers.ChoiceField(EventType.choices)
    intensity = serializers.ChoiceField(EventIntensity.choices, allow_null=True)
    headers = serializers.IntegerField(help_text="Planned headers.")
    head_contact = serializers.BooleanField()
    conditioning = serializers.BooleanField()
    drills = DrillOfEventOutput(many=True)
    focus = serializers.ChoiceField(FocusArea.choices)


class ProposalOutput(serializers.Serializer[Any]):
    """A proposal."""

    id = serializers.UUIDField()
    request_id = serializers.UUIDField()
    team_id = serializers.UUIDField()
    player = EventPlayerOutput()
    status = serializers.ChoiceField(RecommendationStatus.choices)
    event_id = serializers.UUIDField(allow_null=True)
    event = ProposedEventOutput()
    rationale = serializers.CharField()
    evidence = EvidenceOutput(many=True)
    verdict = VerdictOutput()
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class RecommendOutput(serializers.Serializer[Any]):
    """Proposals, and why there are not more."""

    request_id = serializers.UUIDField()
    proposals = ProposalOutput(many=True)
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What spoke against further days.")
    days_considered = serializers.IntegerField(help_text="Days looked at.")


class CommitInput(serializers.Serializer[Any]):
    """Proposals to make events of."""

    proposal_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_PROPOSALS)
    override_reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class AcceptInput(serializers.Serializer[Any]):
    """Accepting one proposal."""

    override_reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class CommittedOutput(serializers.Serializer[Any]):
    """A proposal and the event that it became."""

    proposal_id = serializers.UUIDField()
    event = EventOutput()
