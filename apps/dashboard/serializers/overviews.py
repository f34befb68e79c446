"""A team at a glance."""

from __future__ import annotations

from rest_framework import serializers

from apps.dashboard.serializers.figures import FigureOutput, PeriodOutput, PersonOutput, Shape, TrainingLoadOutput


class OverviewTeamOutput(Shape):
    """The team."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    time_zone = serializers.CharField()


class WeekOutput(Shape):
    """This ISO week in the team's time zone, so far."""

    start = serializers.DateField()
    end = serializers.DateField()
    iso_week = serializers.CharField(help_text="For example 2026-W47.")
    sessions = FigureOutput(help_text="`n` is the days of the week so far.")
    trainings = serializers.IntegerField(help_text="Of these, trainings.")
    matches = serializers.IntegerField(help_text="Of these, matches.")
    last_week = FigureOutput(help_text="The whole week before.")


class GradeShareOutput(Shape):
    """Sessions of one grade."""

    grade = serializers.CharField(help_text="A to D.")
    sessions = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of all sessions of the period (0-1).")


class DataQualityOutput(Shape):
    """How good the films of the period were."""

    sessions = serializers.IntegerField(help_text="All of the period.")
    by_grade = GradeShareOutput(many=True)
    no_metres = serializers.IntegerField(help_text="Sessions with figures, none of them in metres.")
    not_assessed = serializers.IntegerField(help_text="Sessions without a figure of a named player.")
    synthetic = serializers.IntegerField(help_text="Of all: made from computed movement, not from a film.")
    absent = serializers.CharField(allow_null=True)
    rule = serializers.CharField()


class RecentSessionOutput(Shape):
    """A session as the overview shows it."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField(source="__str__")
    session_type = serializers.CharField()
    start = serializers.DateTimeField()
    status = serializers.CharField()
    synthetic = serializers.BooleanField()
    player = PersonOutput(allow_null=True)
    grade = serializers.SerializerMethodField()
    thumbnail_url = serializers.CharField(source="summary.thumbnail_url", allow_null=True)

    def get_grade(self, session: object) -> str | None:
        """Return the grade of the session's figures."""
        kpis: dict[str, str | None] | None = session.summary["kpis"]  # type: ignore[attr-defined]
        return kpis["grade"] if kpis else None


class RunningJobOutput(Shape):
    """A scan that waits or runs; `/ws/scan/<job_id>` tells its progress live."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    title = serializers.CharField()
    status = serializers.CharField()
    progress = serializers.FloatField(help_text="Percent.")
    step = serializers.CharField()
    created_at = serializers.DateTimeField()


class OverviewOutput(Shape):
    """A team at a glance; events to come are at /api/calendar/events."""

    team = OverviewTeamOutput()
    period = PeriodOutput()
    units = serializers.CharField()
    active_players = FigureOutput(help_text="With a figure, a load or a named track in the period; `n` is the roster.")
    roster = serializers.IntegerField(help_text="Players of the team whom you may read.")
    week = WeekOutput()
    load = TrainingLoadOutput()
    data_quality = DataQualityOutput()
    recent_sessions = RecentSessionOutput(many=True)
    jobs = RunningJobOutput(many=True)
