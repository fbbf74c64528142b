"""Both sides' bookings: all of them, one of them, on paper and as a spreadsheet."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.http import acting
from accounts.models import Member
from placements import authority, booking_sheet, contacts, diary
from placements.forms.booking import Note
from placements.models import Booking
from placements.states import AGREED, CALLED_OFF, BookingState

A_PAGE = 20
ON_PAPER = 500


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    view = chosen_view(request)
    page = Paginator(diary.of(member, view), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(booking, diary.next_step(member, booking)) for booking in page],
        "waiting": [booking for booking in page if diary.waits_for(member, booking)],
        "views": diary.views_of(member),
        "view": view,
        "member": member,
    }
    return render(request, "placements/bookings.html", context)


@require_safe
def on_paper(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    view = chosen_view(request)
    found = list(diary.of(member, view)[: ON_PAPER + 1])
    context = {
        "rows": [(booking, booking_sheet.contacts(booking)) for booking in found[:ON_PAPER]],
        "there_are_more": len(found) > ON_PAPER,
        "most": ON_PAPER,
        "view_text": diary.VIEWS[view][0] if view else "",
        "view": view,
        "member": member,
    }
    return render(request, "placements/bookings_on_paper.html", context)


@require_safe
def as_sheet(request: HttpRequest) -> StreamingHttpResponse:
    found = diary.of(acting(request), chosen_view(request)).iterator(chunk_size=500)
    answer = StreamingHttpResponse(
        booking_sheet.lines(found), content_type="text/csv; charset=utf-8; header=present"
    )
    name = f"bookings-{clock.today().isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    return page_of(request, member, visible(member, pk), Note())


@require_safe
def sent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    booking = visible(acting(request), pk)
    return render(request, "placements/booking_sent.html", {"booking": booking})


def page_of(
    request: HttpRequest, member: Member, booking: Booking, form: Note, status: int = 200
) -> HttpResponse:
    """The booking's page; with the form for a message, which may have been refused."""
    context = {
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "hosts": member.organisation_id == booking.slot.placement.provider_id,
        "asker": contacts.at_school(booking) if booking.is_in_touch else contacts.NOBODY,
        "address": contacts.address_of(booking.slot.placement),
        "notes": booking.notes.select_related("by__organisation", "by__user"),
        "moves": booking.moves.select_related("by__organisation"),
        "form": form if may_write_now(member, booking) else None,
        **what_may_be_done(member, booking),
    }
    return render(request, "placements/booking.html", context, status=status)


def may_write_now(member: Member, booking: Booking) -> bool:
    return authority.may_write_on(member, booking) and booking.state not in CALLED_OFF


def what_may_be_done(member: Member, booking: Booking) -> dict[str, bool]:
    """Which buttons the page offers. The verbs ask again."""
    hosts = authority.may_answer(member, booking)
    asked = booking.state == BookingState.REQUESTED
    agreed = booking.state in AGREED and not booking.slot.is_past
    has_begun = booking.slot.starts_on <= clock.today()
    own_request = asked and member.organisation_id == booking.school_id
    attended = booking.state in (*AGREED, BookingState.COMPLETED)
    return {
        "can_answer": hosts and asked,
        "can_cancel": authority.may_call_off(member, booking) and (agreed or own_request),
        "can_mark_absent": hosts and has_begun and attended,
        "can_mark_attended": hosts and booking.state == BookingState.NOT_ATTENDED,
    }


def visible(member: Member, pk: uuid.UUID) -> Booking:
    mine = Booking.objects.visible_to(member).select_related(
        "school__school",
        "asked_by__user",
        "slot__placement__provider",
        "slot__placement__workplace",
    )
    return get_object_or_404(mine, pk=pk)


def chosen_view(request: HttpRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in diary.VIEWS else ""
