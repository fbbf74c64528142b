"""Booking through the API: the verbs of the pages, asked for by a platform."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.api.paging import MOST, page_of, refused
from accounts.api.partners import KEYED, Partner
from accounts.api.problems import (
    MEANINGS,
    PROBLEM_JSON,
    problems,
    refuse_unknown,
)
from accounts.http import acting
from accounts.words import Scope
from placements import bookings, changes
from placements.api import booking_shapes as shapes
from placements.api import booking_telling as telling
from placements.api.booking_acts import (
    accept,
    act,
    asked,
    clock_keeps,
    made,
    one,
    sent,
    visible_to,
    whole,
)
from placements.models import Booking, Slot
from placements.states import BookingState

FILTERS = ("state", "slot", "placement")
DONE: dict[Any, Any] = {200: shapes.WholeBooking, **problems(400, 401, 403, 404, 409, 422)}


class OfBookings(Partner):
    reads, writes = Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE


class Bookings(OfBookings):
    @extend_schema(
        operation_id="list_bookings",
        summary="List the organisation's own bookings, on either side, newest first",
        parameters=[
            OpenApiParameter(
                "state", {"type": "array", "items": {"type": "string", "enum": BookingState.values}}
            ),
            OpenApiParameter(
                "slot", {"type": "array", "items": {"type": "string", "format": "uuid"}}
            ),
            OpenApiParameter(
                "placement", {"type": "array", "items": {"type": "string", "format": "uuid"}}
            ),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            OpenApiParameter("cursor", {"type": "string"}),
        ],
        responses={200: shapes.Bookings, **problems(400, 401, 403)},
        tags=["bookings"],
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request, (*FILTERS, "limit", "cursor"))
        mine = filtered(visible_to(acting(request)), request)
        rows, following = page_of(mine, request, newest_by="asked_at")
        told = {"items": [telling.of_booking(row) for row in rows], "next": following}
        return Response(shapes.Bookings(told).data)

    @extend_schema(
        operation_id="ask_for_places",
        summary="Ask for places in a slot",
        description="`accepted` at once where the listing confirms at once; else `requested`; or"
        " `waiting`, where places are wanting and `wait` was sent.",
        parameters=KEYED,
        request=shapes.AskForPlaces,
        responses={
            201: shapes.WholeBooking,
            **problems(400, 401, 403, 422),
            (409, PROBLEM_JSON): OpenApiResponse(shapes.Full, description=MEANINGS[409]),
        },
        examples=[shapes.ASKED, shapes.REQUESTED],
        tags=["bookings"],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = sent(request, shapes.AskForPlaces)
        member = acting(request)
        with clock_keeps(Slot.objects.filter(pk=wanted["slot"])):
            return once(request, lambda: made(asked(member, **wanted), member))


@method_decorator(conditional_page, name="dispatch")
class OneBooking(OfBookings):
    @extend_schema(
        operation_id="read_booking",
        summary="Read one booking",
        responses={200: shapes.WholeBooking, **problems(400, 401, 403, 404)},
        tags=["bookings"],
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown(request)
        return Response(whole(one(request, pk), acting(request)))


class AcceptBooking(OfBookings):
    @extend_schema(
        operation_id="accept_booking",
        summary="Accept a request, or some of its places; or, for the school, take up its offer",
        parameters=KEYED,
        request=shapes.Accept,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Accept, accept)


class DeclineBooking(OfBookings):
    @extend_schema(
        operation_id="decline_booking",
        summary="Decline a request, with a reason",
        parameters=KEYED,
        request=shapes.Decline,
        examples=[shapes.DECLINED],
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Decline, bookings.decline)


class CancelBooking(OfBookings):
    @extend_schema(
        operation_id="cancel_booking",
        summary="Call off what was agreed or, for the school, take back what was asked",
        parameters=KEYED,
        request=shapes.Cancel,
        examples=[shapes.CANCELLED],
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.Cancel, bookings.cancel)


class KeepBooking(OfBookings):
    @extend_schema(
        operation_id="keep_booking",
        summary="For the school: keep places that the host has changed",
        parameters=KEYED,
        request=shapes.AnswerChange,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.AnswerChange, changes.keep)


class LeaveBooking(OfBookings):
    @extend_schema(
        operation_id="leave_booking",
        summary="For the school: leave places that the host has changed",
        description="Not counted against the school. Where the host had accepted the booking, the"
        " school is owed other places.",
        parameters=KEYED,
        request=shapes.AnswerChange,
        responses=DONE,
        tags=["bookings"],
    )
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        return act(request, pk, shapes.AnswerChange, changes.leave)


def filtered(rows: QuerySet[Booking], request: Request) -> QuerySet[Booking]:
    """Each filter narrows; a repeated one means *or* within itself."""
    asked = {name: request.query_params.getlist(name) for name in FILTERS}
    if set(asked["state"]) - set(BookingState.values):
        raise refused("state", "Choose from the states of a booking.")
    if states := asked["state"]:
        rows = rows.filter(state__in=states)
    if slots := asked["slot"]:
        rows = rows.filter(slot__in=identifiers("slot", slots))
    if placements := asked["placement"]:
        rows = rows.filter(slot__placement__in=identifiers("placement", placements))
    return rows


def identifiers(name: str, given: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in given]
    except ValueError as fault:
        raise refused(name, "This is no identifier of ours.") from fault
