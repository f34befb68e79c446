"""What the calendar takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.calendar.models import (
    LONGEST_RRULE,
    LONGEST_TITLE,
    Drill,
    EventIntensity,
    EventStatus,
    EventType,
    FocusArea,
    RecommendationStatus,
)
from apps.core.fields import BlankAsNullCharField, BlankAsNullChoiceField, FiniteFloatField
from apps.safety.verdict import Decision, Severity
from vision.kpi.catalogue import CATALOGUE

MOST_DRILLS = 30
MOST_KPIS = 20
MOST_EXCUSED = 200
MOST_EXDATES = 366
MOST_PROPOSALS = 50
MINUTES_OF_A_DAY = 1440
SCOPES = [("one", "One date"), ("following", "That date and all after it"), ("all", "The whole series")]
WEEKDAYS = [(name, name) for name in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")]
SEVERITIES = [(severity.value, severity.value) for severity in Severity]
DECISIONS = [(decision.value, decision.value) for decision in Decision]
NOT_KPI = "There is no KPI of this key; /api/kpis/catalogue lists them."


class AwareDateTimeField(serializers.DateTimeField):
    """A time with its offset: one without would be planned at another hour than meant."""

    default_error_messages = {"naive": "A time needs its offset, such as 2026-03-03T18:00:00+01:00 or …Z."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time without an offset."""
        if value.utcoffset() is None:
            self.fail("naive")
        return value


class DrillOfEvent(serializers.Serializer[Any]):
    """A part of a session: one of the library, or in own words."""

    drill = BlankAsNullCharField(max_length=64, help_text="Key of a drill of /api/drills, if it is one of those.")
    title = serializers.CharField(max_length=LONGEST_TITLE)
    minutes = FiniteFloatField(min_value=1, max_value=MINUTES_OF_A_DAY, help_text="How long [min].")
    notes = BlankAsNullCharField(max_length=1000)


class EventFields(serializers.Serializer[Any]):
    """What a coach enters of an event."""

    player_id = serializers.CharField(
        max_length=64, required=False, allow_null=True, help_text="Whom it is for; null: the whole team."
    )
    title = serializers.CharField(max_length=LONGEST_TITLE)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    location = serializers.CharField(max_length=LONGEST_TITLE, required=False, allow_blank=True)
    start = AwareDateTimeField(required=False)
    end = AwareDateTimeField(required=False)
    all_day = serializers.BooleanField(required=False)
    start_date = serializers.DateField(required=False, allow_null=True, help_text="First day of an all-day event.")
    end_date = serializers.DateField(required=False, allow_null=True, help_text="Its last day, inclusive.")
    active_minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=1, max_value=MINUTES_OF_A_DAY,
        help_text="Minutes of sport on each day of an all-day event.",
    )  # fmt: skip
    time_zone = serializers.CharField(max_length=64, required=False, help_text="IANA name; the team's where not sent.")
    rrule = BlankAsNullCharField(
        max_length=LONGEST_RRULE, help_text="RFC 5545, with COUNT or UNTIL: FREQ=WEEKLY;BYDAY=TU,TH;COUNT=20."
    )
    exdates = serializers.ListField(
        child=serializers.DateField(), required=False, max_length=MOST_EXDATES, help_text="Dates left out of a series."
    )
    event_type = serializers.ChoiceField(EventType.choices, required=False)
    status = serializers.ChoiceField(EventStatus.choices, required=False)
    intensity = BlankAsNullChoiceField(EventIntensity.choices)
    sport = serializers.CharField(max_length=40, required=False)
    tournament = serializers.BooleanField(required=False, help_text="A match of a tournament day.")
    match_minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=0, max_value=MINUTES_OF_A_DAY,
        help_text="Minutes that one player plays [min].",
    )  # fmt: skip
    half_minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=1, max_value=120, help_text="Length of a half [min]."
    )
    headers = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=1000, help_text="Headers planned for one player."
    )
    head_contact = serializers.BooleanField(required=False, allow_null=True)
    conditioning = serializers.BooleanField(required=False, allow_null=True, help_text="Running for fitness.")
    wbgt_c = FiniteFloatField(
        required=False, allow_null=True, min_value=-50, max_value=60,
        help_text="Expected wet-bulb globe temperature [°C].",
    )  # fmt: skip
    breaks_per_hour = FiniteFloatField(required=False, allow_null=True, min_value=0, max_value=60)
    break_minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=0, max_value=60, help_text="Length of a break [min]."
    )
    drills = serializers.ListField(child=DrillOfEvent(), required=False, max_length=MOST_DRILLS)
    target_kpis = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=MOST_KPIS, help_text="Keys of KPIs."
    )
    excused_player_ids = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=MOST_EXCUSED,
        help_text="Players of the team who do not take part; the rules do not look at them.",
    )  # fmt: skip
    completed_session_id = serializers.UUIDField(required=False, allow_null=True)

    def validate_target_kpis(self, keys: list[str]) -> list[str]:
        """Only KPIs that exist."""
        unknown = [key for key in keys if key not in CATALOGUE]
        if unknown:
            raise serializers.ValidationError(f"{', '.join(unknown)}: {NOT_KPI}")
        return keys


class EventCreateInput(EventFields):
    """A new event or series: of a team, or for one player."""

    team_id = serializers.UUIDField(required=False, allow_null=True)
    override_reason = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="Why a safety rule may be broken (owner, coach)."
    )


class EventChangeInput(EventFields):
    """A change: what is not sent stays."""

    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The version that was read; 409 if somebody changed it since."
    )
    scope = serializers.ChoiceField(SCOPES, required=False, help_text="How much of a series; all where not sent.")
    occurrence = serializers.DateField(
        required=False, allow_null=True, help_text="Local date of the series for scope one or following."
    )
    override_reason = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="Why a safety rule may be broken (owner, coach)."
    )


class ValidateInput(EventCreateInput):
    """An event that is judged but not kept; with `event_id` a change of that event."""

    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    event_id = serializers.UUIDField(required=False, allow_null=True)
    scope = serializers.ChoiceField(SCOPES, required=False)
    occurrence = serializers.DateField(required=False, allow_null=True)


class EventListQuery(serializers.Serializer[Any]):
    """What a list of events is narrowed to."""

    start = AwareDateTimeField(required=False, help_text="From here on; a month ago where not sent.")
    end = AwareDateTimeField(required=False, help_text="Before here; three months on where not sent.")
    team_id = serializers.UUIDField(required=False)
    player_id = serializers.CharField(max_length=64, required=False, help_text="Id or external id.")
    event_type = serializers.ChoiceField(EventType.choices, required=False)
    status = serializers.ChoiceField(EventStatus.choices, required=False)


class OccurrenceQuery(serializers.Serializer[Any]):
    """Which event of a series."""

    occurrence = serializers.DateField(required=False, help_text="Local date of the series.")


class DeleteQuery(OccurrenceQuery):
    """How much is deleted."""

    scope = serializers.ChoiceField(SCOPES, required=False)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class EventPlayerOutput(serializers.Serializer[Any]):
    """A player by name."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()


class FindingOutput(serializers.Serializer[Any]):
    """A broken rule, and whom and which events it concerns."""

    rule_id = serializers.CharField()
    code = serializers.CharField(help_text="Stays when the words change.")
    title = serializers.CharField()
    severity = serializers.ChoiceField(SEVERITIES)
    overridable = serializers.BooleanField(help_text="Whether an owner or coach may go ahead with a reason.")
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name, as rules have sources
    value = serializers.FloatField(help_text="What the plan comes to, in `unit`.")
    edge = serializers.FloatField(help_text="The limit, in `unit`.")
    unit = serializers.CharField(allow_blank=True)
    players = EventPlayerOutput(many=True)
    events = serializers.ListField(child=serializers.CharField(), help_text="Keys of events, at most 20.")
    event_count = serializers.IntegerField(help_text="Events concerned.")


class GapOutput(serializers.Serializer[Any]):
    """A rule that could not be judged."""

    rule_id = serializers.CharField()
    missing = serializers.CharField(help_text="What nobody entered.")
    players = serializers.IntegerField(help_text="Players whom it concerns.")


class AlternativeOutput(serializers.Serializer[Any]):
    """What would be allowed."""

    changes = serializers.DictField(help_text="Fields to send instead.")
    text = serializers.CharField(allow_blank=True)


class VerdictOutput(serializers.Serializer[Any]):
    """What the safety rules say."""

    decision = serializers.ChoiceField(DECISIONS)
    needs_reason = serializers.BooleanField(help_text="Whether it is refused without an override.")
    overridable = serializers.BooleanField(help_text="False where a hard limit stands against it.")
    policy = serializers.CharField(help_text="Id and version of the rules.")
    findings = FindingOutput(many=True)
    not_assessed = GapOutput(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    alternative = AlternativeOutput(allow_null=True)


class DrillOfEventOutput(serializers.Serializer[Any]):
    """A part of a session."""

    drill = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    title = serializers.CharField()
    minutes = serializers.FloatField(help_text="How long [min].")
    notes = serializers.CharField(required=False, allow_null=True, allow_blank=True)


class EventOutput(serializers.Serializer[Any]):
    """An event: a single one, a series by its first date, or one date of a series."""

    id = serializers.UUIDField(help_text="Of the event or its series.")
    key = serializers.CharField(help_text="Names this one event among all, dates of series included.")
    occurrence = serializers.DateField(allow_null=True, help_text="Local date that names it within its series.")
    is_series = serializers.BooleanField()
    changed = serializers.BooleanField(help_text="Whether this date differs from its series.")
    team_id = serializers.UUIDField()
    player = EventPlayerOutput(allow_null=True)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    start_date = serializers.DateField(allow_null=True)
    end_date = serializers.DateField(allow_null=True)
    rrule = serializers.CharField(allow_null=True)
    exdates = serializers.ListField(child=serializers.DateField())
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    location = serializers.CharField(allow_blank=True)
    all_day = serializers.BooleanField()
    active_minutes = serializers.FloatField(allow_null=True, help_text="Of each day of an all-day event [min].")
    time_zone = serializers.CharField()
    event_type = serializers.ChoiceField(EventType.choices)
    status = serializers.ChoiceField(EventStatus.choices)
    intensity = serializers.ChoiceField(EventIntensity.choices, allow_null=True)
    sport = serializers.CharField()
    tournament = serializers.BooleanField()
    match_minutes = serializers.FloatField(allow_null=True, help_text="Of one player [min].")
    half_minutes = serializers.FloatField(allow_null=True, help_text="[min]")
    headers = serializers.IntegerField(allow_null=True, help_text="Planned for one player.")
    head_contact = serializers.BooleanField(allow_null=True)
    conditioning = serializers.BooleanField(allow_null=True)
    wbgt_c = serializers.FloatField(allow_null=True, help_text="[°C]")
    breaks_per_hour = serializers.FloatField(allow_null=True, help_text="Planned pauses an hour.")
    break_minutes = serializers.FloatField(allow_null=True, help_text="[min]")
    drills = DrillOfEventOutput(many=True)
    target_kpis = serializers.ListField(child=serializers.CharField())
    excused = EventPlayerOutput(many=True, help_text="Who does not take part; families see only their own.")
    ai_generated = serializers.BooleanField(help_text="Proposed by the planner, accepted by a coach.")
    completed_session_id = serializers.UUIDField(allow_null=True)
    override_reason = serializers.CharField(allow_null=True, help_text="For staff only.")
    policy = serializers.CharField(allow_null=True, help_text="The rules it was judged by.")
    version = serializers.IntegerField(help_text="Send it back with a change.")
    changed_by = serializers.CharField(allow_null=True, help_text="For staff only.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EventWrittenOutput(EventOutput):
    """An event as it now is, with what the rules said if they were asked."""

    verdict = VerdictOutput(allow_null=True)


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


class EvidenceOutput(serializers.Serializer[Any]):
    """What a proposal rests on."""

    kind = serializers.CharField()
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


class FeedOutput(serializers.Serializer[Any]):
    """Whether there is a link, and when it was last read."""

    exists = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    last_read_at = serializers.DateTimeField(allow_null=True)


class NewFeedOutput(FeedOutput):
    """The link, shown this once."""

    url = serializers.CharField(help_text="For Google, Apple and Outlook: subscribe to this address.")
    webcal_url = serializers.CharField(help_text="Opens the calendar program of a phone or computer.")


class DrillOutput(serializers.ModelSerializer[Drill]):
    """A drill of the library."""

    age_groups = serializers.SerializerMethodField(help_text="For whom, such as U9 to adults.")

    class Meta:
        model = Drill
        fields = [
            "key", "title", "aim", "focus", "youngest", "oldest", "age_groups", "minutes", "players_min", "equipment",
            "setup", "steps", "progressions", "intensity", "load", "head_contact", "headers", "conditioning", "safety",
            "sources",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_age_groups(self, drill: Drill) -> str:
        """The ages in words."""
        last = "adults" if drill.oldest >= 99 else f"U{drill.oldest}"
        return f"U{drill.youngest} to {last}"
