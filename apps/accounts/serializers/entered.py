"""What is entered about players, growth, guardians and consent."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import (
    Concussion,
    ConsentPurpose,
    ConsentRecord,
    FitnessTest,
    FitnessTestKind,
    Guardianship,
    Measurement,
    User,
    WellnessReport,
)
from apps.core.units import KMH_PER_MPS

ENTERED = ["entered_by", "created_at", "updated_at"]
MAX_MSS_MPS = 12.5
"""Faster than the fastest human sprint (12.3 m/s)."""
MAX_MAS_MPS = 7.5
"""Faster than anybody runs for the minutes that an aerobic test lasts."""


class PersonBrief(serializers.ModelSerializer[User]):
    """Somebody, named."""

    class Meta:
        model = User
        fields = ["id", "name"]
        read_only_fields = fields


class EnteredOutput(serializers.ModelSerializer[Any]):
    """An entry, and who made it (`null`: their account is gone)."""

    entered_by = PersonBrief(read_only=True, allow_null=True)


class MeasurementOutput(EnteredOutput):
    """A body measured on a day. What nobody measured is `null`."""

    class Meta:
        model = Measurement
        fields = ["id", "date", "height_cm", "sitting_height_cm", "weight_kg", *ENTERED]
        read_only_fields = fields


class MeasurementInput(serializers.Serializer[Any]):
    """A body measured on a day; at least one of the three."""

    date = serializers.DateField(help_text="Day of the team's calendar.")
    height_cm = serializers.FloatField(
        min_value=60, max_value=250, required=False, allow_null=True, help_text="Standing height, centimetres."
    )
    sitting_height_cm = serializers.FloatField(
        min_value=30,
        max_value=150,
        required=False,
        allow_null=True,
        help_text="From the seat to the top of the head, centimetres, without the stool.",
    )
    weight_kg = serializers.FloatField(
        min_value=10, max_value=200, required=False, allow_null=True, help_text="Kilograms."
    )
    confirm = serializers.BooleanField(default=False, help_text="An unlikely figure was looked at again and is right.")


class FitnessTestOutput(EnteredOutput):
    """A speed found by a field test."""

    class Meta:
        model = FitnessTest
        fields = ["id", "date", "kind", "value_mps", "method", *ENTERED]
        read_only_fields = fields


class FitnessTestInput(serializers.Serializer[Any]):
    """A speed found by a field test."""

    date = serializers.DateField(help_text="Day of the team's calendar.")
    kind = serializers.ChoiceField(FitnessTestKind.choices, help_text="mss: fastest sprint; mas: aerobic speed.")
    value_mps = serializers.FloatField(
        min_value=1,
        max_value=MAX_MSS_MPS,
        help_text="Metres per second (km/h divided by 3.6). Nobody ran faster than 12.5.",
        error_messages={
            "max_value": f"Nobody runs faster than {{max_value}} m/s ({MAX_MSS_MPS * KMH_PER_MPS:.0f} km/h)."
        },
    )
    method = serializers.CharField(max_length=120, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An aerobic speed is that of a run of minutes."""
        kind, value = attrs.get("kind"), attrs.get("value_mps")
        if kind == FitnessTestKind.MAS and value is not None and value > MAX_MAS_MPS:
            raise serializers.ValidationError(
                {"value_mps": f"Nobody keeps {value:g} m/s ({value * KMH_PER_MPS:.0f} km/h) up for minutes."}
            )
        return attrs


class WellnessOutput(EnteredOutput):
    """How a player felt on a day. What nobody said is `null`."""

    class Meta:
        model = WellnessReport
        fields = ["id", "date", "pain", "fever", "sleep_h", "sleep_quality", "soreness", "notes", *ENTERED]
        read_only_fields = fields


class WellnessInput(serializers.Serializer[Any]):
    """How a player feels; at least one thing besides the day."""

    date = serializers.DateField(help_text="Day of the team's calendar.")
    pain = serializers.IntegerField(
        min_value=0, max_value=10, required=False, allow_null=True, help_text="0 none to 10 worst."
    )
    fever = serializers.BooleanField(required=False, allow_null=True)
    sleep_h = serializers.FloatField(
        min_value=0, max_value=24, required=False, allow_null=True, help_text="Hours slept last night."
    )
    sleep_quality = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True, help_text="1 bad to 5 good."
    )
    soreness = serializers.IntegerField(
        min_value=0, max_value=10, required=False, allow_null=True, help_text="0 none to 10 worst."
    )
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ConcussionOutput(EnteredOutput):
    """A (suspected) concussion."""

    class Meta:
        model = Concussion
        fields = ["id", "injured_at", "symptom_free_since", *ENTERED]
        read_only_fields = fields


class ConcussionInput(serializers.Serializer[Any]):
    """A (suspected) concussion; the day since which there are no symptoms may follow later."""

    injured_at = serializers.DateTimeField()
    symptom_free_since = serializers.DateField(required=False, allow_null=True)


class VelocityOutput(serializers.Serializer[Any]):
    """Growth per year up to the newest measurement; `value` is `null` where it is not assessed."""

    value = serializers.FloatField(allow_null=True, help_text="Centimetres per year.")
    low = serializers.FloatField(allow_null=True, help_text="Least that the reading error allows, cm per year.")
    high = serializers.FloatField(allow_null=True, help_text="Most that the reading error allows, cm per year.")
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    not_assessed = serializers.CharField(allow_null=True, help_text="Why there is no figure.")


class MaturityOutput(serializers.Serializer[Any]):
    """Years from the growth spurt; `null` where it is not assessed."""

    offset_years = serializers.FloatField(allow_null=True, help_text="Years from peak height velocity; minus: before.")
    low_years = serializers.FloatField(allow_null=True, help_text="Lower end of the 90 % interval, years.")
    high_years = serializers.FloatField(allow_null=True, help_text="Upper end of the 90 % interval, years.")
    stage = serializers.ChoiceField(["before", "around", "after"], allow_null=True)
    measured_on = serializers.DateField(allow_null=True)
    reference = serializers.CharField(allow_null=True, help_text="Where the formula was published.")
    not_assessed = serializers.CharField(allow_null=True, help_text="Why there is no figure.")


class GrowthOutput(serializers.Serializer[Any]):
    """What follows from the measurements."""

    height_cm_per_year = VelocityOutput()
    leg_cm_per_year = VelocityOutput()
    maturity = MaturityOutput()


class GuardianOutput(serializers.ModelSerializer[Guardianship]):
    """A guardian. The address is for the team's staff and the guardian themselves."""

    guardian = PersonBrief(read_only=True)
    email = serializers.SerializerMethodField()

    class Meta:
        model = Guardianship
        fields = ["id", "guardian", "email", "created_at"]
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "format": "email"})
    def get_email(self, row: Guardianship) -> str | None:
        """The address, where the caller may know it."""
        may_know = self.context["is_staff"] or row.guardian_id == self.context["request"].user.pk
        return row.guardian.email if may_know else None


class GuardianInput(serializers.Serializer[Any]):
    """Whom to invite as the guardian."""

    email = serializers.EmailField()


class ConsentRecordOutput(serializers.ModelSerializer[ConsentRecord]):
    """A word about one purpose."""

    by = PersonBrief(read_only=True, allow_null=True)
    is_current = serializers.SerializerMethodField(help_text="Whether it is the newest of its purpose, which counts.")

    class Meta:
        model = ConsentRecord
        fields = ["id", "purpose", "given", "at", "by", "on_paper", "note", "is_current"]
        read_only_fields = fields

    def get_is_current(self, row: ConsentRecord) -> bool:
        """Whether nothing newer was said."""
        return row.pk == getattr(row, "newest_id", row.pk)


class ConsentRecordInput(serializers.Serializer[Any]):
    """Yes or no to one purpose; a coach notes what is signed on paper."""

    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    given = serializers.BooleanField()
    on_paper = serializers.BooleanField(default=False)
    note = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default="", help_text="Where the paper is and who signed it."
    )
