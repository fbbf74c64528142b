"""The shapes in which the API is asked for bookings, and tells of them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from accounts.api.problems import Problem
from accounts.api.sent import Instant, Sent
from accounts.words import YEAR_GROUPS
from placements.api.shapes import NextSlot, Provider, code_of, several
from placements.booking_rules import LONGEST_COMMENT, LONGEST_NOTE
from placements.forms.booking import MOST_PLACES
from placements.states import BookingState
from placements.words import Adjustment, CancelReason, DeclineReason, LeaveReason

# The order says nothing: nobody ends a booking in any but these ways.
REASONS = list(dict([*DeclineReason.choices, *CancelReason.choices, *LeaveReason.choices]).items())


def so_many(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MOST_PLACES, **options)


def seen_day() -> serializers.DateField:
    return serializers.DateField(
        required=False,
        allow_null=True,
        help_text="As your user has seen it: refused as `dates_changed` where it has moved.",
    )


# --- What is sent


class AskForPlaces(Sent):
    slot = serializers.UUIDField()
    places = so_many()
    note = serializers.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        allow_blank=True,
        help_text="What the host should know. Never a student's name.",
    )
    year_group = serializers.IntegerField(
        min_value=YEAR_GROUPS[0], max_value=YEAR_GROUPS[-1], required=False, allow_null=True
    )
    adjustments = several(code_of(Adjustment), required=False)
    priority_students = serializers.IntegerField(
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
        help_text="Where a slot keeps places, or opens early, for some students: for how many of"
        " the places they are such. A number, and never who they are.",
    )
    wait = serializers.BooleanField(
        required=False, help_text="Where places are wanting: join the waiting list."
    )
    as_few_as = so_many(
        required=False,
        allow_null=True,
        help_text="With `wait`: go with so few, if no more are free; all or none unless said.",
    )
    starts_on = seen_day()
    ends_on = seen_day()


class Accept(Sent):
    places = so_many(
        required=False,
        help_text="A host's: fewer than were asked for; all unless said. An offer is taken whole.",
    )
    starts_on = seen_day()
    ends_on = seen_day()


class Decline(Sent):
    reason = code_of(DeclineReason)
    comment = serializers.CharField(
        max_length=LONGEST_COMMENT,
        required=False,
        allow_blank=True,
        help_text="Due where the reason is `other`. Never a student's name.",
    )


class Cancel(Decline):
    reason = code_of(CancelReason)


class AnswerChange(Sent):
    """What a school says to a change, and to no other one."""

    change = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The `id` that `changed` told: refused as `stale` if the host has changed the"
        " booking again. Whatever is asked now, unless said.",
    )


# --- What is told


class SchoolShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    urn = serializers.CharField(allow_null=True, help_text="In the register of schools.")


class BookedSlot(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class BookedPlacement(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField(help_text="The page that a person opens.")
    title = serializers.CharField()
    provider = Provider()


class BookingShape(serializers.Serializer[Any]):
    """A school's places in one slot. It names no student."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="The page that a person opens.")
    state = code_of(BookingState)
    places = serializers.IntegerField()
    places_asked = serializers.IntegerField(
        help_text="Where the host accepted, or the waiting list offered, only some."
    )
    as_few_as = serializers.IntegerField(
        allow_null=True, help_text="With how few a group on the waiting list would go."
    )
    year_group = serializers.IntegerField(allow_null=True)
    adjustments = several(code_of(Adjustment))
    note = serializers.CharField(allow_blank=True)
    slot = BookedSlot()
    placement = BookedPlacement()
    school = SchoolShape()
    asked_at = Instant()
    answer_by = Instant(
        help_text="Unanswered at this moment, a request or an offer lapses, and a wait ends."
    )
    answered_at = Instant(allow_null=True)
    ended_by = serializers.ChoiceField(["school", "provider"], allow_null=True)
    reason = serializers.ChoiceField(REASONS, allow_blank=True, help_text="Why it ended.")
    comment = serializers.CharField(allow_blank=True)


class ContactShape(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    job = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


class Days(serializers.Serializer[Any]):
    places = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class Changed(serializers.Serializer[Any]):
    """What the host has changed, and asks the school about: to keep its places, or to leave."""

    id = serializers.IntegerField(help_text="Send it as `change` with the answer.")
    before = Days()
    now = Days()
    reason = code_of(CancelReason)
    comment = serializers.CharField(allow_blank=True)
    answer_by = Instant(help_text="Unanswered at this moment, the school keeps its places.")


class WholeBooking(BookingShape):
    """One booking, with whom to reach on the other side once it is agreed."""

    contact = ContactShape(allow_null=True, help_text="Of the other side, once it is accepted.")
    address = serializers.CharField(
        allow_null=True, help_text="For the school, once it is accepted."
    )
    joining_instructions = serializers.CharField(
        allow_null=True, help_text="For the school, once it is accepted."
    )
    changed = Changed(allow_null=True, help_text="While the school is asked.")


class Bookings(serializers.Serializer[Any]):
    items = BookingShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class Alternative(serializers.Serializer[Any]):
    """Dates that could be booked instead, this moment."""

    slot = NextSlot()
    placement = BookedPlacement()


class Full(Problem):
    """Why the places could not be had; where they are wanting, what could be had instead."""

    alternatives = Alternative(
        many=True, required=False, help_text="Where `code` is `slot_full` or `places_reserved`."
    )


# --- How it looks

SLOT, BOOKING = "0f5c1c52-6f5e-4c79-9f0e-0d1f6c5b7a10", "7a9a2c3e-2f62-4a53-8f6d-1b9c0c7f4e21"
PLACEMENT, PROVIDER = "b1b0f5d4-9d63-4f6f-8a0a-6d1b0e7c9f32", "c2d1e6a5-0e74-4a70-9b1b-7e2c1f8d0a43"
SCHOOL = "d3e2f7b6-1f85-4b81-8c2c-8f3d2a9e1b54"
SITE = "https://example.org"
ASKED = OpenApiExample(
    "Six places",
    {
        "slot": SLOT,
        "places": 6,
        "year_group": 10,
        "adjustments": ["step_free"],
        "note": "We come by train and arrive at a quarter to nine.",
    },
    request_only=True,
)
REQUESTED = OpenApiExample(
    "Asked for",
    {
        "id": BOOKING,
        "url": f"{SITE}/bookings/{BOOKING}/",
        "state": "requested",
        "places": 6,
        "places_asked": 6,
        "as_few_as": None,
        "year_group": 10,
        "adjustments": ["step_free"],
        "note": "We come by train and arrive at a quarter to nine.",
        "slot": {"id": SLOT, "starts_on": "2027-06-14", "ends_on": "2027-06-18"},
        "placement": {
            "id": PLACEMENT,
            "url": f"{SITE}/placements/{PLACEMENT}/",
            "title": "A week with robots",
            "provider": {
                "id": PROVIDER,
                "url": f"{SITE}/providers/{PROVIDER}/",
                "name": "Wrekin Robots",
                "badges": [],
            },
        },
        "school": {"id": SCHOOL, "name": "Marsh Lane Academy", "urn": "100001"},
        "asked_at": "2027-03-01T09:30:00Z",
        "answer_by": "2027-03-15T17:00:00Z",
        "answered_at": None,
        "ended_by": None,
        "reason": "",
        "comment": "",
        "contact": None,
        "address": None,
        "joining_instructions": None,
        "changed": None,
    },
    response_only=True,
    status_codes=["201"],
)
DECLINED = OpenApiExample("Busy that week", {"reason": "dates_unavailable"}, request_only=True)
CANCELLED = OpenApiExample(
    "For a reason of its own",
    {"reason": "other", "comment": "The school is closed for a day of training."},
    request_only=True,
)
