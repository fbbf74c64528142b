"""How the API says no: one shape for every refusal, and how a view refuses."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

PROBLEM_JSON = "application/problem+json"


class Fault(serializers.Serializer[Any]):
    """What is wrong with one parameter or field."""

    pointer = serializers.CharField(help_text="Where it is: `/` and the parameter's name.")
    code = serializers.CharField(help_text="Stable, for programs.")
    detail = serializers.CharField(help_text="For people; may be reworded.")


class Problem(serializers.Serializer[Any]):
    """Why a request was not answered (RFC 9457)."""

    type = serializers.URLField(help_text="A page that explains this code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable, for programs.")
    request_id = serializers.CharField(required=False, help_text="Quote it when you ask us.")
    # The library keeps a property of that name for itself; the field is told all the same.
    errors = Fault(many=True, required=False)  # type: ignore[assignment]


def with_more(refusal: ValidationError, **more: Any) -> ValidationError:
    """What a rule refused, and what the problem's document says beside that."""
    refusal.more = more  # type: ignore[attr-defined]
    return refusal


# What each status means wherever it is answered.
MEANINGS = {
    400: "The request cannot be understood; `errors` says which part of it.",
    401: "Send a token that has not run out, as `Authorization: Bearer`.",
    403: "You may not do that: the token lacks the scope, or the organisation the right.",
    404: "There is nothing here that you may see.",
    406: "Nothing that the request accepts can be sent.",
    409: "A rule forbids it: `code` says which.",
    422: "The key was used for something else.",
    429: "Too many requests: wait as long as `Retry-After` says.",
    500: "Our fault. It has been noted.",
    503: "Too busy just now: try again as `Retry-After` says.",
}


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """The refusals of an operation, for its description; some may meet any of them."""
    return {
        (status, PROBLEM_JSON): OpenApiResponse(Problem, description=MEANINGS[status])
        for status in sorted({*statuses, 406, 429, 500, 503})
    }


def refuse_unknown(request: Request, known: Collection[str] = ()) -> None:
    """A parameter that does nothing is a mistake of the caller's, and is named."""
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise ValidationError(
            {
                name: ValidationError("There is no such parameter.", code="unknown_parameter")
                for name in unknown[:20]
            }
        )
