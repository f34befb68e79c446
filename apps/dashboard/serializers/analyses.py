"""Trends, comparisons, sessions side by side."""

from __future__ import annotations

from rest_framework import serializers

from apps.dashboard.serializers.figures import ComparableOutput, FigureOutput, MetricOutput, PeriodOutput, Shape


class TrendPointOutput(Shape):
    """One day, week or month; everything in the metric's unit, null where there is nothing comparable."""

    start = serializers.DateField()
    end = serializers.DateField()
    value = serializers.FloatField(
        allow_null=True, help_text="Mean of the players, each by the mean of their sessions."
    )
    adjusted = serializers.FloatField(
        allow_null=True, help_text="As if every player had been there in every bucket (two-way fixed effects)."
    )
    low = serializers.FloatField(allow_null=True, help_text="Mean lower limit of the figures' own 90 % intervals.")
    high = serializers.FloatField(allow_null=True, help_text="Mean upper limit of the figures' own 90 % intervals.")
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(help_text="Figures behind it.")
    players = serializers.IntegerField(help_text="Players behind it.")
    moving_average = serializers.FloatField(allow_null=True, help_text="Of `adjusted`, over the last buckets.")


class TrendChangeOutput(Shape):
    """What the slope amounts to, and whether it may be spoken of."""

    direction = serializers.ChoiceField(
        ("up", "down", "no_clear_change", "not_assessed"),
        help_text="up and down only beyond the slope's interval and the figure's own.",
    )
    change = serializers.FloatField(
        allow_null=True, help_text="From the first point to the last, in the metric's unit."
    )
    own_interval = serializers.FloatField(allow_null=True, help_text="Half of the figures' own 90 % interval.")
    text = serializers.CharField()


class TrendStepOutput(Shape):
    """A change point: from `start` on the series has another level."""

    start = serializers.DateField()
    before = serializers.FloatField()
    after = serializers.FloatField()
    difference = serializers.FloatField()
    p_value = serializers.FloatField(help_text="Of the permutation test.")
    beyond_own_interval = serializers.BooleanField(allow_null=True)


class TrendStepsOutput(Shape):
    """Change points, how they were looked for, or why not."""

    points = TrendStepOutput(many=True)
    absent = serializers.CharField(allow_null=True)
    method = serializers.CharField()
    reference = serializers.CharField(help_text="Where the method is from.")
    n = serializers.IntegerField(help_text="Points looked at.")


class TrendSubjectOutput(Shape):
    """Whose figure."""

    kind = serializers.CharField(help_text="player or team")
    id = serializers.UUIDField()
    name = serializers.CharField()


class TrendOutput(Shape):
    """A figure over time."""

    subject = TrendSubjectOutput()
    period = PeriodOutput()
    units = serializers.CharField()
    metric = MetricOutput()
    bucket = serializers.CharField()
    comparable = ComparableOutput()
    points = TrendPointOutput(many=True)
    moving_average_span = serializers.IntegerField(help_text="Buckets of the moving average.")
    slope_per_week = FigureOutput(help_text="With its 95 % interval.")
    slope_method = serializers.CharField()
    slope_source = serializers.CharField()
    change = TrendChangeOutput()
    change_points = TrendStepsOutput()
    remarks = serializers.ListField(child=serializers.CharField())


class ComparedValueOutput(Shape):
    """One player's or session's figure and its place in the team."""

    id = serializers.UUIDField()
    value = FigureOutput(help_text="Mean with its 95 % interval.")
    own_interval = serializers.FloatField(allow_null=True, help_text="Half of the figures' own 90 % interval.")
    z_score = FigureOutput(help_text="Standard deviations above the team's mean.")
    percentile = FigureOutput(help_text="Share of the team below, equals counted half.")


class ComparedPairOutput(Shape):
    """Second less first."""

    first = serializers.UUIDField()
    second = serializers.UUIDField()
    difference = FigureOutput(help_text="With its 95 % interval (Welch; of sessions: of the paired differences).")
    effect = FigureOutput(help_text="Hedges' g with its 95 % interval.")
    effect_kind = serializers.ChoiceField(("hedges_g", "hedges_g_paired"))
    distinguishable = serializers.BooleanField(
        allow_null=True, help_text="Beyond both the 95 % interval and the figures' own; null where not assessed."
    )
    text = serializers.CharField()


class ComparisonOutput(Shape):
    """One metric of several players or sessions."""

    metric = MetricOutput()
    comparable = ComparableOutput()
    values = ComparedValueOutput(many=True)
    pairs = ComparedPairOutput(many=True)
    team = FigureOutput(help_text="Mean of the team's players (or sessions), with its 95 % interval.")
    effect_source = serializers.CharField()


class ComparedSubjectOutput(Shape):
    """Who or what is compared."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ComparisonsOutput(Shape):
    """Players beside players, or sessions beside sessions."""

    kind = serializers.CharField(help_text="players or sessions")
    subjects = ComparedSubjectOutput(many=True)
    period = PeriodOutput()
    units = serializers.CharField()
    metrics = ComparisonOutput(many=True)


class ComparedSessionOutput(Shape):
    """One of the sessions."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    session_type = serializers.CharField()
    start = serializers.DateTimeField()
    synthetic = serializers.BooleanField()
    players = serializers.IntegerField(help_text="Named players with a figure.")


class SessionValueOutput(Shape):
    """A player's figure in one session, with its own 90 % interval."""

    session_id = serializers.UUIDField()
    value = FigureOutput()
    grade = serializers.CharField(allow_null=True)
    catalogue_version = serializers.CharField(allow_null=True)


class SessionDifferenceOutput(Shape):
    """A session less the first one, with the 90 % interval of the difference."""

    session_id = serializers.UUIDField()
    difference = FigureOutput()
    distinguishable = serializers.BooleanField(allow_null=True, help_text="Beyond the figures' own intervals.")


class SessionPlayerRowOutput(Shape):
    """One player in all sessions."""

    player_id = serializers.UUIDField()
    display_name = serializers.CharField()
    values = SessionValueOutput(many=True)
    differences = SessionDifferenceOutput(many=True)


class SessionTableOutput(Shape):
    """One metric in all sessions."""

    metric = MetricOutput()
    players = SessionPlayerRowOutput(many=True)


class SessionsCompareOutput(Shape):
    """Sessions side by side."""

    units = serializers.CharField()
    sessions = ComparedSessionOutput(many=True)
    tables = SessionTableOutput(many=True)
    remarks = serializers.ListField(child=serializers.CharField())
