"""Finding placements through the API: the same question, the same answer as on the page."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.paging import DAMAGED, MOST, limit_of, refused
from accounts.api.problems import problems, refuse_unknown
from accounts.http import visitor_of
from placements import search_records, verdicts
from placements.api import parameters, shapes, telling
from placements.models import Placement
from placements.search import PlacementSearch, as_found, results
from placements.verdicts import Verdict


@method_decorator(conditional_page, name="dispatch")
class Public(APIView):
    """Read by anybody; an answer that has not changed is not sent again."""

    permission_classes = (AllowAny,)


class Placements(Public):
    @extend_schema(
        operation_id="search_placements",
        summary="Search the published placements",
        description="Filters combine with *and*; a repeated one means *or* within it.",
        parameters=parameters.described(),
        responses={200: shapes.Answer, **problems(400)},
        tags=["placements"],
    )
    def get(self, request: Request) -> Response:
        search = PlacementSearch(request.query_params)
        refuse_unknown(request, search.filters)
        if not search.is_valid():
            raise ValidationError(search.errors.as_data())
        wanted = search.chosen["facets"] == "true"
        found = results(search, visitor=visitor_of(request), with_facets=wanted)
        search_records.note(search.chosen, found=found.total)
        return Response(shapes.Answer(telling.of_results(found)).data)


class OnePlacement(Public):
    @extend_schema(
        operation_id="read_placement",
        summary="Read one published placement",
        responses={200: shapes.Whole, **problems(400, 404)},
        tags=["placements"],
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown(request)
        found = as_found(Placement.objects.published().filter(pk=pk))
        if not found:
            raise Http404
        coming = found[0].placement.slots.still_open().with_days_left().select_related("priority")
        slots = coming.order_by("starts_on", "ends_on", "id")
        return Response(shapes.Whole(telling.in_full(found[0], slots)).data)


class PlacementRatings(Public):
    @extend_schema(
        operation_id="read_ratings",
        summary="Read what schools and hubs said of a placement, and the replies",
        parameters=[
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            OpenApiParameter("cursor", {"type": "string"}),
        ],
        responses={200: shapes.Ratings, **problems(400, 404)},
        tags=["placements"],
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown(request, ("limit", "cursor"))
        placement = get_object_or_404(Placement.objects.published(), pk=pk)
        said = verdicts.published_for(placement)
        limit = limit_of(request)
        rest = after(said.ratings, request.query_params.get("cursor", ""))
        following = rest[limit - 1].id if len(rest) > limit else None
        told = telling.of_verdicts(said, rest[:limit], following)
        return Response(shapes.Ratings(told).data)


def after(ratings: list[Verdict], cursor: str) -> list[Verdict]:
    """Those that come after the one that the cursor names."""
    if not cursor:
        return ratings
    ids: list[Any] = [rating.id for rating in ratings]
    if cursor not in ids:
        raise refused("cursor", DAMAGED)
    return ratings[ids.index(cursor) + 1 :]
