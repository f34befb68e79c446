"""A change in words, and what is proposed for it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.calendar.models import EventIntensity, EventStatus
from apps.calendar.serializers.events import SCOPES, DrillOfEventOutput
from apps.calendar.serializers.verdicts import VerdictOutput

LONGEST_INSTRUCTION = 500
LANGUAGES = [("en", "English"), ("es", "Spanish")]
CHANGED = (
    "start", "end", "start_date", "end_date", "title", "location", "intensity", "status", "drills", "headers",
    "head_contact", "conditioning",
)  # fmt: skip
"""All that words can change of an event."""


class ModifyInput(serializers.Serializer[Any]):
    """What is to change of an event, in one's own words."""

    event_id = serializers.UUIDField()
    instruction = serializers.CharField(
        max_length=LONGEST_INSTRUCTION,
        help_text="English or Spanish: “move to Thursday at 18:00”, “acórtalo a 60 min”.",
    )
    scope = serializers.ChoiceField(SCOPES, required=False, help_text="Of a series, where the words do not say it.")
    occurrence = serializers.DateField(
        required=False, allow_null=True, help_text="Local date of the series that is looked at."
    )
    language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Of questions that are asked back.")


class WordsChangeOutput(serializers.Serializer[Any]):
    """A field, before and after."""

    field = serializers.ChoiceField([(name, name) for name in CHANGED])
    before = serializers.JSONField(allow_null=True, help_text="As the event has it now.")
    after = serializers.JSONField(allow_null=True, help_text="As it would be.")


class WordsOptionOutput(serializers.Serializer[Any]):
    """A way to answer: send this instead."""

    text = serializers.CharField()
    instruction = serializers.CharField()
    scope = serializers.ChoiceField(SCOPES, allow_null=True)
    occurrence = serializers.DateField(allow_null=True)


class WordsQuestionOutput(serializers.Serializer[Any]):
    """What must be said more clearly."""

    text = serializers.CharField()
    options = WordsOptionOutput(many=True)


class WordsSendOutput(serializers.Serializer[Any]):
    """What to send to `PATCH /api/calendar/events/{id}` so that the change is made, and nothing else with it."""

    start = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    title = serializers.CharField(required=False)
    location = serializers.CharField(required=False, allow_blank=True)
    intensity = serializers.ChoiceField(EventIntensity.choices, required=False)
    status = serializers.ChoiceField(EventStatus.choices, required=False)
    drills = DrillOfEventOutput(many=True, required=False)
    headers = serializers.IntegerField(required=False, help_text="Planned for one player.")
    head_contact = serializers.BooleanField(required=False)
    conditioning = serializers.BooleanField(required=False)
    version = serializers.IntegerField(help_text="Of the event that was read; 409 if somebody changed it since.")
    scope = serializers.ChoiceField(SCOPES, required=False)
    occurrence = serializers.DateField(required=False)


class WordsEngineOutput(serializers.Serializer[Any]):
    """Who read the words."""

    provider = serializers.CharField(help_text="rule_based or azure_openai.")
    model = serializers.CharField(allow_blank=True)


class ModifyOutput(serializers.Serializer[Any]):
    """A proposed change or questions; nothing is changed yet."""

    event_id = serializers.UUIDField()
    status = serializers.ChoiceField([("proposed", "Proposed"), ("question", "Question")])
    changes = WordsChangeOutput(many=True)
    questions = WordsQuestionOutput(many=True)
    send = WordsSendOutput(allow_null=True, help_text="null while something is asked.")
    verdict = VerdictOutput(allow_null=True, help_text="null where the safety rules have no say in it.")
    engine = WordsEngineOutput()
