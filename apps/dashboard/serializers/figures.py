"""Parts that several answers share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[dict[str, Any]]


class FigureOutput(Shape):
    """A figure, or the reason why there is none: exactly one of `value` and `absent` is set."""

    value = serializers.FloatField(allow_null=True, help_text="In `unit`.")
    unit = serializers.CharField(help_text="Empty for counts and ratios without one.")
    low = serializers.FloatField(allow_null=True, help_text="Lower limit, in `unit`; null where unknown.")
    high = serializers.FloatField(allow_null=True, help_text="Upper limit, in `unit`; null where unknown.")
    n = serializers.IntegerField(help_text="How many sessions, players or days stand behind it.")
    coverage = serializers.FloatField(allow_null=True, help_text="Share of those asked for that is known (0-1).")
    absent = serializers.CharField(allow_null=True, help_text="Why there is no value, in a sentence.")


class MetricOutput(Shape):
    """What a figure is."""

    key = serializers.CharField(help_text="As in /api/kpis/catalogue; names the stored, metric unit.")
    name = serializers.CharField()
    unit = serializers.CharField(help_text="Of every number of it in this answer.")
    definition = serializers.CharField()
    group = serializers.CharField()
    catalogue_version = serializers.CharField(allow_null=True)
    experimental = serializers.BooleanField(help_text="To be shown with that mark.")
    remark = serializers.CharField(allow_null=True, help_text="What to mind when comparing.")


class LeftOutOutput(Shape):
    """Figures that were not used, and why."""

    n = serializers.IntegerField(help_text="How many.")
    reason = serializers.CharField()


class ComparableOutput(Shape):
    """What all figures used share; only such may be put beside each other."""

    catalogue_version = serializers.CharField(allow_null=True)
    grade = serializers.CharField(allow_null=True, help_text="A to D; null where nothing is in metres.")
    zones = serializers.CharField(allow_null=True, help_text="Speed zones, where the figure depends on them.")
    synthetic = serializers.BooleanField(allow_null=True, help_text="From made-up movement, not from a film.")
    n = serializers.IntegerField(help_text="How many figures were used.")
    left_out = LeftOutOutput(many=True)


class PeriodOutput(Shape):
    """Days of the team's calendar, both included."""

    start = serializers.DateField()
    end = serializers.DateField()
    days = serializers.IntegerField(help_text="How many.")
    time_zone = serializers.CharField(source="zone")


class PersonOutput(Shape):
    """A player by name."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()


class LoadPointOutput(Shape):
    """One day: means over the players of whom it is known [AU]."""

    date = serializers.DateField()
    load = serializers.FloatField(allow_null=True, help_text="AU")
    acute = serializers.FloatField(allow_null=True, help_text="Exponential mean over 7 days, AU a day.")
    chronic = serializers.FloatField(allow_null=True, help_text="Exponential mean over 28 days, AU a day.")
    n = serializers.IntegerField(help_text="Players behind the load of the day.")


class LoadFlagOutput(Shape):
    """A mark of the load rules. It describes training; it says nothing about injuries."""

    kind = serializers.CharField(help_text="monotony, strain or week_change")
    threshold = serializers.FloatField(help_text="Above it the mark is set.")
    players = serializers.IntegerField(help_text="How many players have it.")
    text = serializers.CharField()


class PlayerLoadOutput(Shape):
    """One player's load on the last day."""

    player = PersonOutput()
    days = serializers.IntegerField(help_text="Days since the first entered session.")
    low_trust = serializers.BooleanField(help_text="Under 14: effort is judged poorly at this age.")
    week = FigureOutput(help_text="Sum of the last seven days.")
    previous_week = FigureOutput()
    change = FigureOutput(help_text="Of the week against the one before, as a share.")
    monotony = FigureOutput(help_text="Mean of seven days over their population standard deviation.")
    strain = FigureOutput(help_text="Week times monotony.")
    ratio = FigureOutput(help_text="Mean day of the week over that of the three weeks before (uncoupled).")
    flags = serializers.ListField(child=serializers.CharField())


class TrainingLoadOutput(Shape):
    """Training load as entered: effort (0-10) times minutes. Means are over the players of whom it is known."""

    until = serializers.DateField(help_text="The last day told: today only once something was entered for it.")
    days = serializers.IntegerField(help_text="Days since the first entered session, the longest of the players'.")
    week = FigureOutput(help_text="Last seven days, mean of the players.")
    previous_week = FigureOutput()
    change = FigureOutput(help_text="Of the summed week against the one before, of those with both, as a share.")
    monotony = FigureOutput()
    strain = FigureOutput()
    flags = LoadFlagOutput(many=True)
    lines = LoadPointOutput(many=True)
    players = PlayerLoadOutput(many=True)
    description = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
