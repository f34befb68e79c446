"""What the calendar takes and answers."""

from __future__ import annotations

from apps.calendar.serializers.events import (
    SCOPES,
    DeleteQuery,
    EventChangeInput,
    EventCreateInput,
    EventListQuery,
    EventOutput,
    EventWrittenOutput,
    OccurrenceQuery,
    ValidateInput,
)
from apps.calendar.serializers.library import DrillOutput, FeedOutput, NewFeedOutput
from apps.calendar.serializers.proposals import (
    WEEKDAYS,
    AcceptInput,
    CommitInput,
    CommittedOutput,
    ProposalOutput,
    RecommendInput,
    RecommendOutput,
)
from apps.calendar.serializers.verdicts import VerdictOutput
from apps.calendar.serializers.words import ModifyInput, ModifyOutput

__all__ = [
    "SCOPES",
    "WEEKDAYS",
    "AcceptInput",
    "CommitInput",
    "CommittedOutput",
    "DeleteQuery",
    "DrillOutput",
    "EventChangeInput",
    "EventCreateInput",
    "EventListQuery",
    "EventOutput",
    "EventWrittenOutput",
    "FeedOutput",
    "ModifyInput",
    "ModifyOutput",
    "NewFeedOutput",
    "OccurrenceQuery",
    "ProposalOutput",
    "RecommendInput",
    "RecommendOutput",
    "ValidateInput",
    "VerdictOutput",
]
