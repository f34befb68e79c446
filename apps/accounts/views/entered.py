"""What people enter about a player; growth."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any, ClassVar, cast

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from apps.accounts import selectors
from apps.accounts.maturity import NotAssessed
from apps.accounts.models import Concussion, FitnessTest, Measurement, User, WellnessReport
from apps.accounts.serializers import entered as shapes
from apps.accounts.services import entries
from apps.accounts.views import examples
from apps.core.parsing import parsed

Shape = type[BaseSerializer[Any]]


def _adds(sent: Shape, answered: Shape, shown: list[OpenApiExample]) -> Any:
    return extend_schema(request=sent, responses={201: answered}, examples=shown)


def _changes(sent: Shape, answered: Shape, shown: list[OpenApiExample]) -> Any:
    return extend_schema(request=sent, responses=answered, examples=shown)


class EntryListView(generics.ListAPIView[Any]):
    """A player's entries of one kind, newest first.

    Attributes:
        kind: of the entries.
        input_class: what comes.
    """

    kind: ClassVar[entries.Kind]
    input_class: ClassVar[type[BaseSerializer[Any]]]
    ordering_fields: tuple[str, ...] = ("date", "created_at")

    def get_queryset(self) -> Any:
        """Only this player's, and only where the caller may read them."""
        if getattr(self, "swagger_fake_view", False):
            return self.kind.model._default_manager.none()
        return selectors.list_entries(cast(User, self.request.user), self.kind.model, self.kwargs["player_id"])

    def post(self, request: Request, player_id: str) -> Response:
        """Enter a row about the player; one that hardly can be is 409 with questions, unless `confirm` is true."""
        fields = parsed(self.input_class, request)
        confirm = bool(fields.pop("confirm", False))
        user = cast(User, request.user)
        entry = entries.add_entry(self.kind, user=user, player_id=player_id, fields=fields, confirm=confirm)
        return Response(self.get_serializer(entry).data, status=status.HTTP_201_CREATED)


class EntryView(APIView):
    """One entry."""

    kind: ClassVar[entries.Kind]
    input_class: ClassVar[type[BaseSerializer[Any]]]
    output_class: ClassVar[type[BaseSerializer[Any]]]

    def patch(self, request: Request, player_id: str, entry_id: uuid.UUID) -> Response:
        """Correct a row that was entered; what is not sent stays."""
        changes = parsed(self.input_class, request, partial=True)
        confirm = bool(changes.pop("confirm", False))
        user = cast(User, request.user)
        entry = entries.change_entry(
            self.kind, user=user, player_id=player_id, entry_id=entry_id, changes=changes, confirm=confirm
        )
        return Response(self.output_class(entry).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, player_id: str, entry_id: uuid.UUID) -> Response:
        """Delete a row that was entered by mistake."""
        entries.delete_entry(self.kind, user=cast(User, request.user), player_id=player_id, entry_id=entry_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    post=extend_schema(
        request=shapes.MeasurementInput, responses={201: shapes.MeasurementOutput}, examples=examples.MEASUREMENT
    )
)
class MeasurementListView(EntryListView):
    """Height, sitting height, weight by date (staff). A figure that hardly can be is 409 with questions."""

    queryset = Measurement.objects.get_queryset()
    kind = entries.MEASUREMENT
    input_class = shapes.MeasurementInput
    serializer_class = shapes.MeasurementOutput


@extend_schema_view(
    patch=extend_schema(
        request=shapes.MeasurementInput, responses=shapes.MeasurementOutput, examples=examples.MEASUREMENT
    )
)
class MeasurementView(EntryView):
    """One measurement."""

    kind = entries.MEASUREMENT
    input_class = shapes.MeasurementInput
    output_class = shapes.MeasurementOutput


@extend_schema_view(
    post=extend_schema(
        request=shapes.FitnessTestInput, responses={201: shapes.FitnessTestOutput}, examples=examples.FITNESS_TEST
    )
)
class FitnessTestListView(EntryListView):
    """Fastest sprint and aerobic speed (staff)."""

    queryset = FitnessTest.objects.get_queryset()
    kind = entries.FITNESS_TEST
    input_class = shapes.FitnessTestInput
    serializer_class = shapes.FitnessTestOutput
    filterset_fields = ("kind",)


@extend_schema_view(
    patch=extend_schema(
        request=shapes.FitnessTestInput, responses=shapes.FitnessTestOutput, examples=examples.FITNESS_TEST
    )
)
class FitnessTestView(EntryView):
    """One fitness test."""

    kind = entries.FITNESS_TEST
    input_class = shapes.FitnessTestInput
    output_class = shapes.FitnessTestOutput


@extend_schema_view(post=_adds(shapes.WellnessInput, shapes.WellnessOutput, examples.WELLNESS))
class WellnessListView(EntryListView):
    """How a player feels: told by the player, the guardian, or a coach; once a day."""

    queryset = WellnessReport.objects.get_queryset()
    kind = entries.WELLNESS
    input_class = shapes.WellnessInput
    serializer_class = shapes.WellnessOutput


@extend_schema_view(patch=_changes(shapes.WellnessInput, shapes.WellnessOutput, examples.WELLNESS))
class WellnessView(EntryView):
    """One wellness report."""

    kind = entries.WELLNESS
    input_class = shapes.WellnessInput
    output_class = shapes.WellnessOutput


@extend_schema_view(
    post=extend_schema(
        request=shapes.ConcussionInput, responses={201: shapes.ConcussionOutput}, examples=examples.CONCUSSION
    )
)
class ConcussionListView(EntryListView):
    """Concussions: told by anybody close; that it has healed is said by the guardian or a coach."""

    queryset = Concussion.objects.get_queryset()
    kind = entries.CONCUSSION
    input_class = shapes.ConcussionInput
    serializer_class = shapes.ConcussionOutput
    ordering_fields = ("injured_at", "created_at")


@extend_schema_view(patch=_changes(shapes.ConcussionInput, shapes.ConcussionOutput, examples.CONCUSSION))
class ConcussionView(EntryView):
    """One concussion."""

    kind = entries.CONCUSSION
    input_class = shapes.ConcussionInput
    output_class = shapes.ConcussionOutput


class GrowthView(APIView):
    """How fast a player grows."""

    @extend_schema(responses=shapes.GrowthOutput, examples=examples.GROWTH)
    def get(self, request: Request, player_id: str) -> Response:
        """Show growth per year and years from the growth spurt, each with its interval or why there is none."""
        growth = selectors.growth_of_player(selectors.get_player(cast(User, request.user), player_id))
        return Response(
            {
                "height_cm_per_year": _figures(growth.height, shapes.VelocityOutput),
                "leg_cm_per_year": _figures(growth.leg, shapes.VelocityOutput),
                "maturity": _figures(growth.maturity, shapes.MaturityOutput),
            }
        )


def _figures(found: Any, shape: type[Serializer[Any]]) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(shape().fields)
    if isinstance(found, NotAssessed):
        return {**empty, "not_assessed": found.reason}
    return dict(shape({**empty, **asdict(found)}).data)
