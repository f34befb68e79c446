"""What the safety rules say, in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.safety.verdict import Decision, Severity

SEVERITIES = [(severity.value, severity.value) for severity in Severity]
DECISIONS = [(decision.value, decision.value) for decision in Decision]


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
