"""Events: list, make, show, change, delete, judge."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.calendar import serializers as shapes
from apps.calendar.selectors import events as selectors
from apps.calendar.services import events as services
from apps.calendar.services.modify import Said, propose_change
from apps.calendar.services.words import ask_model
from apps.calendar.views import examples
from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same answer."
)


def asked(serializer: type[Any], request: Request) -> dict[str, Any]:
    """Return the checked query parameters.

    Raises:
        rest_framework.exceptions.ValidationError: with every parameter's error.
    """
    checked = serializer(data=request.query_params)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def user_of(request: Request) -> User:
    """Return who asks."""
    return cast(User, request.user)


class EventListView(generics.GenericAPIView[Any]):
    """Events in a window of time, series expanded."""

    filter_backends = ()
    serializer_class = shapes.EventOutput

    @extend_schema(parameters=[shapes.EventListQuery], responses=shapes.EventOutput(many=True))
    def get(self, request: Request) -> Response:
        """List what the caller may see; a series gives each of its dates in the window."""
        query = selectors.EventQuery(**asked(shapes.EventListQuery, request))
        found = selectors.list_events(user_of(request), query)
        page = cast(list[Any], self.paginate_queryset(cast(Any, found)))
        return self.get_paginated_response(selectors.bodies(user_of(request), page))

    @extend_schema(
        request=shapes.EventCreateInput,
        responses={201: shapes.EventWrittenOutput},
        parameters=[KEY],
        examples=[examples.NEW_SERIES, examples.NEW_MATCH],
    )
    def post(self, request: Request) -> Response:
        """Plan an event or series (owner, coach, analyst); 422 where a safety rule stands against it."""
        fields = parsed(shapes.EventCreateInput, request)
        reason = fields.pop("override_reason", "")

        def work() -> Answer:
            written = services.create_event(user=user_of(request), fields=fields, reason=reason)
            return Answer(written.body, status=status.HTTP_201_CREATED)

        return idempotent_json(request, "calendar.events", work)


class EventView(APIView):
    """One event or series."""

    @extend_schema(parameters=[shapes.OccurrenceQuery], responses=shapes.EventOutput)
    def get(self, request: Request, event_id: uuid.UUID) -> Response:
        """Show the event, or with `occurrence` one date of the series."""
        day = asked(shapes.OccurrenceQuery, request).get("occurrence")
        return Response(selectors.show(user_of(request), event_id, day))

    @extend_schema(
        request=shapes.EventChangeInput, responses=shapes.EventWrittenOutput, examples=[examples.CHANGE_REST]
    )
    def put(self, request: Request, event_id: uuid.UUID) -> Response:
        """Change the event (what is not sent stays)."""
        return self._update(request, event_id)

    @extend_schema(
        request=shapes.EventChangeInput,
        responses=shapes.EventWrittenOutput,
        examples=[examples.CHANGE_ONE, examples.COMPLETE],
    )
    def patch(self, request: Request, event_id: uuid.UUID) -> Response:
        """Change the event, one date of a series, or that date and all after it; judged as a new one."""
        return self._update(request, event_id)

    @extend_schema(parameters=[shapes.DeleteQuery], responses={204: None})
    def delete(self, request: Request, event_id: uuid.UUID) -> Response:
        """Delete the event, or as much of a series as `scope` says."""
        sent = asked(shapes.DeleteQuery, request)
        services.delete_event(user=user_of(request), target=_target(event_id, sent))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _update(self, request: Request, event_id: uuid.UUID) -> Response:
        fields = parsed(shapes.EventChangeInput, request)
        target, reason = _target(event_id, fields), fields.pop("override_reason", "")
        written = services.update_event(user=user_of(request), target=target, changes=fields, reason=reason)
        return Response(written.body)


class ValidateView(APIView):
    """A dry run."""

    @extend_schema(
        request=shapes.ValidateInput, responses=shapes.VerdictOutput, examples=[examples.NEW_SERIES, examples.NEW_MATCH]
    )
    def post(self, request: Request) -> Response:
        """Say what the safety rules think of an event, or of a change of one; nothing is kept."""
        fields = parsed(shapes.ValidateInput, request)
        fields.pop("override_reason", None)
        event_id = fields.pop("event_id", None)
        target = None if event_id is None else _target(event_id, fields)
        for name in ("scope", "occurrence", "version"):
            fields.pop(name, None)
        fields.setdefault("title", "")
        return Response(services.validate_event(user=user_of(request), fields=fields, target=target))


class ModifyView(APIView):
    """A change in words."""

    @extend_schema(
        request=shapes.ModifyInput,
        responses=shapes.ModifyOutput,
        examples=[examples.MODIFY, examples.MODIFY_ONE, examples.MODIFIED, examples.MODIFY_ASKED],
    )
    def post(self, request: Request) -> Response:
        """Read a change out of words and judge it; nothing changes until `send` is sent as a PATCH of the event."""
        sent = parsed(shapes.ModifyInput, request)
        said = Said(
            event_id=sent["event_id"],
            instruction=sent["instruction"],
            scope=sent.get("scope"),
            day=sent.get("occurrence"),
            language=sent.get("language", "en"),
        )
        return Response(propose_change(user=user_of(request), said=said, reader=ask_model).body)


def _target(event_id: uuid.UUID, fields: dict[str, Any]) -> services.Target:
    """What is changed; takes it out of the fields."""
    return services.Target(
        event_id=event_id,
        version=fields.pop("version", None),
        scope=fields.pop("scope", "all"),
        day=fields.pop("occurrence", None),
    )
