"""Events as the calendar takes and shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.calendar.models import LONGEST_RRULE, LONGEST_TITLE, EventIntensity, EventStatus, EventType
from apps.calendar.serializers.verdicts import EventPlayerOutput, VerdictOutput
from apps.core.fields import AwareDateTimeField, BlankAsNullCharField, BlankAsNullChoiceField, FiniteFloatField
from vision.kpi.catalogue import CATALOGUE

MOST_DRILLS = 30
MOST_KPIS = 20
MOST_EXCUSED = 200
MOST_EXDATES = 366
MINUTES_OF_A_DAY = 1440
SCOPES = [("one", "One date"), ("following", "That date and all after it"), ("all", "The whole series")]
NOT_KPI = "There is no KPI of this key; /api/kpis/catalogue lists them."


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
