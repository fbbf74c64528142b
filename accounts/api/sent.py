"""What may be sent, and when things happened: fields that the whole API shares."""

from datetime import UTC
from typing import Any

from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """In UTC, with a Z, whatever clock England keeps that day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class Sent(serializers.Serializer[Any]):
    """A field that does nothing is a mistake of the caller's, and is named."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                dict.fromkeys(unknown[:20], "There is no such field."),
                code="unknown_parameter",
            )
        return super().to_internal_value(data)
