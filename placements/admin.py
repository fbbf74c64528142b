"""Listings, dates and bookings in the support console.

Everything here is changed by its verbs, on pages. What the two sides of a booking write to
one another is theirs, and concerns are read row by row in `brokers.concerns`: the console
shows neither.
"""

from django.contrib import admin
from django.http import HttpRequest

from accounts.console import ReadOnly
from accounts.models import Member
from placements.models import (
    Booking,
    BookingMove,
    PaperRule,
    Placement,
    PlacementMove,
    PriorityRule,
    Revision,
    Slot,
)


@admin.register(Placement)
class Placements(ReadOnly[Placement]):
    list_display = ("title", "provider", "kind", "mode", "state", "suspended_at", "changed_at")
    list_filter = ("state", "kind", "mode", "sector")
    list_select_related = ("provider",)
    search_fields = ("title", "provider__name", "source_reference")
    ordering = ("-changed_at",)


@admin.register(Revision)
class Revisions(ReadOnly[Revision]):
    list_display = ("placement", "state", "made_by", "submitted_at", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = (
        "placement",
        *("made_by__user", "made_by__organisation"),
        *("decided_by__user", "decided_by__organisation"),
    )
    search_fields = ("placement__title", "placement__provider__name")
    ordering = ("-made_at",)


@admin.register(Slot)
class Slots(ReadOnly[Slot]):
    list_display = ("placement", "starts_on", "ends_on", "places", "taken", "waiting", "state")
    list_filter = ("state",)
    list_select_related = ("placement",)
    search_fields = ("placement__title", "placement__provider__name")
    ordering = ("-starts_on",)


@admin.register(Booking)
class Bookings(ReadOnly[Booking]):
    list_display = ("slot", "listing", "school", "places", "state", "asked_at", "answer_by")
    list_filter = ("state",)
    list_select_related = ("slot__placement", "school")
    search_fields = ("slot__placement__title", "school__name")
    exclude = ("note", "adjustments", "comment", "once")
    ordering = ("-asked_at",)

    @admin.display(description="listing")
    def listing(self, booking: Booking) -> str:
        return str(booking.slot.placement)


@admin.register(PaperRule)
class PaperRules(ReadOnly[PaperRule]):
    """What a start needs on paper: the national team writes it, from a day on. A rule that is
    no longer wanted gets a last day, so that it can be seen later what once was asked for."""

    list_display = ("item", "kind", "mode", "risk_band", "without", "days_before", "from_on")
    list_filter = ("item", "without")
    ordering = ("item", "kind", "mode", "risk_band", "from_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        member: Member | None = getattr(request, "member", None)
        return member is not None and member.may_write and member.organisation.is_national_team

    def has_change_permission(self, request: HttpRequest, obj: PaperRule | None = None) -> bool:
        return self.has_add_permission(request)


@admin.register(PriorityRule)
class PriorityRules(ReadOnly[PriorityRule]):
    """Whom scarce places may be kept for: the national team writes it, from a day on. A rule that
    is no longer wanted gets a last day; where it was chosen for dates it stays a promise."""

    list_display = ("name", "criterion", "threshold", "group_share", "from_on", "until_on")
    list_filter = ("criterion",)
    ordering = ("name", "from_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        member: Member | None = getattr(request, "member", None)
        return member is not None and member.may_write and member.organisation.is_national_team

    def has_change_permission(self, request: HttpRequest, obj: PriorityRule | None = None) -> bool:
        return self.has_add_permission(request)


@admin.register(PlacementMove)
class PlacementMoves(ReadOnly[PlacementMove]):
    list_display = ("placement", "came_from", "went_to", "by", "at", "reason")
    list_filter = ("went_to",)
    list_select_related = ("placement", "by__user", "by__organisation")
    search_fields = ("placement__title",)
    ordering = ("-at",)


@admin.register(BookingMove)
class BookingMoves(ReadOnly[BookingMove]):
    list_display = ("booking_id", "came_from", "went_to", "by", "at", "reason")
    list_filter = ("went_to",)
    list_select_related = ("by__user", "by__organisation")
    search_fields = ("booking__slot__placement__title", "booking__school__name")
    exclude = ("comment",)
    ordering = ("-at",)
