"""Reading a request's body: JSON into data, data by a serializer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer


class BodyParser(JSONParser):
    """JSON from anybody: what no reader of JSON can take is the sender's fault, not a crash of ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the data.

        Raises:
            ParseError: it is no JSON, or is nested beyond reason.
        """
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply to be read.") from None


def parsed(serializer: type[BaseSerializer[Any]], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """Return the checked body.

    Raises:
        rest_framework.exceptions.ValidationError: with every field's error.
    """
    checked = serializer(data=request.data, partial=partial)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
