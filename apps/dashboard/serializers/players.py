"""One player over time."""

from __future__ import annotations

from rest_framework import serializers

from apps.dashboard.serializers.figures import (
    ComparableOutput,
    FigureOutput,
    MetricOutput,
    PeriodOutput,
    Shape,
    TrainingLoadOutput,
)


class DashboardPlayerOutput(Shape):
    """The player."""

    id = serializers.UUIDField(source="pk")
    team_id = serializers.UUIDField()
    display_name = serializers.CharField()
    age_years = serializers.IntegerField(allow_null=True)
    position = serializers.CharField(help_text="Empty where unknown.")


class PlayerPointOutput(Shape):
    """A figure of one session, in the metric's unit, with its own 90 % interval."""

    session_id = serializers.UUIDField()
    start = serializers.DateTimeField()
    title = serializers.CharField()
    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    synthetic = serializers.BooleanField()
    comparable = serializers.BooleanField(help_text="Whether it may be put beside the others.")
    reason = serializers.CharField(allow_null=True, help_text="Why not.")


class BestOutput(Shape):
    """A personal best over all time."""

    value = serializers.FloatField(help_text="In `unit`.")
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    session_id = serializers.UUIDField()
    start = serializers.DateTimeField()
    clear = serializers.BooleanField(
        allow_null=True, help_text="Whether its interval lies above that of the next best; null where unknown."
    )


class PlayerMetricOutput(Shape):
    """One metric of the player."""

    metric = MetricOutput()
    comparable = ComparableOutput()
    points = PlayerPointOutput(many=True)
    latest = FigureOutput(help_text="Of the newest session, with its own 90 % interval.")
    mean = FigureOutput(help_text="Of the comparable sessions of the period, with a 95 % interval.")
    best = BestOutput(allow_null=True)
    best_absent = serializers.CharField(allow_null=True)


class HeatMapRefOutput(Shape):
    """Where the newest heat map is."""

    session_id = serializers.UUIDField()
    start = serializers.DateTimeField()
    url = serializers.CharField()


class TargetOutput(Shape):
    """An event to come (of a series the next one) that aims at metrics."""

    event_id = serializers.UUIDField()
    title = serializers.CharField()
    start = serializers.DateTimeField()
    metrics = serializers.ListField(child=serializers.CharField(), help_text="Keys of /api/kpis/catalogue.")


class DoubtOutput(Shape):
    """A session in which the player's track may show somebody else in turn: its figures may be two people's."""

    session_id = serializers.UUIDField()
    start = serializers.DateTimeField()
    title = serializers.CharField()
    identity_doubt = serializers.FloatField(help_text="Chance that the track shows two people in turn, 0 to 1.")
    doubtful_s = serializers.ListField(
        child=serializers.FloatField(), help_text="Moments of the film [s] at which it may have gone over to another."
    )


class PlayerPageOutput(Shape):
    """One player over time."""

    player = DashboardPlayerOutput()
    period = PeriodOutput()
    units = serializers.CharField()
    metrics = PlayerMetricOutput(many=True)
    targets = TargetOutput(many=True, help_text="Planned events of the next four weeks that aim at metrics.")
    doubts = DoubtOutput(many=True, help_text="Sessions of the period in which two players may have been mixed up.")
    asymmetries = PlayerMetricOutput(many=True, help_text="Left against right, where sessions measured it.")
    asymmetries_absent = serializers.CharField(allow_null=True)
    heat_map = HeatMapRefOutput(allow_null=True)
    heat_map_absent = serializers.CharField(allow_null=True)
    load = TrainingLoadOutput()


class HeatMapOutput(Shape):
    """Seconds spent per cell of the pitch, smoothed. Always in metres: it is drawn on a pitch."""

    session_id = serializers.UUIDField()
    start = serializers.DateTimeField()
    title = serializers.CharField()
    grade = serializers.CharField(allow_null=True)
    synthetic = serializers.BooleanField()
    coverage = serializers.FloatField(allow_null=True, help_text="Share of the film in which the player was seen.")
    x_edges_m = serializers.ListField(child=serializers.FloatField(), help_text="Along the pitch, 0 = centre spot.")
    y_edges_m = serializers.ListField(child=serializers.FloatField(), help_text="Across the pitch.")
    seconds = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), help_text="Row = y, column = x, both ascending."
    )
