"""Both sides' bookings: all of them, one of them, on paper and as a spreadsheet."""

import uuid
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.http import acting
from accounts.models import Member
from placements import (
    afterwards,
    authority,
    booking_sheet,
    changes,
    contacts,
    diary,
    lateness,
    papers,
    replacements,
    waiting,
)
from placements.forms.booking import Note
from placements.models import Booking, BookingMove, PassedOver, Slot
from placements.states import AGREED, CALLED_OFF, MAY_SHRINK, BookingState

A_PAGE = 20
ON_PAPER = 500
MOST_PASSED_OVER = 20


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
    moves = list(booking.moves.select_related("by__organisation"))
    change = changes.open_for(booking)
    context = {
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "hosts": member.organisation_id == booking.slot.placement.provider_id,
        "asker": contacts.at_school(booking) if booking.is_in_touch else contacts.NOBODY,
        "address": contacts.address_of(booking.slot.placement),
        "notes": booking.notes.select_related("by__organisation", "by__user"),
        "moves": moves,
        "came_from": moves[-1].came_from if moves else "",
        "papers": papers.of(booking, by=member),
        "form": form if may_write_now(member, booking) else None,
        "on_list": where_it_stands(member, booking, moves),
        "change": change,
        "record": record_of_school(member, booking),
        "can_keep": change is not None and authority.may_answer_change(member, booking),
        "counts": afterwards.counts_of(booking, by=member),
        "instead": what_there_is_instead(member, booking),
        **what_may_be_done(member, booking),
    }
    return render(request, "placements/booking.html", context, status=status)


class OnList(NamedTuple):
    """What a school may know of the waiting list that its group is on."""

    ahead: int
    passed_over: list[PassedOver]


def where_it_stands(member: Member, booking: Booking, moves: list[BookingMove]) -> OnList | None:
    """For its school, while it waits and after: never a word of who the others are."""
    has_waited = any(move.went_to == BookingState.WAITING for move in moves)
    if member.organisation_id != booking.school_id or not (has_waited or booking.is_on_list):
        return None
    waits = booking.state == BookingState.WAITING
    passed_over = list(booking.passed_over.all()[:MOST_PASSED_OVER])
    return OnList(waiting.ahead_of(booking) if waits else 0, passed_over)


class Instead(NamedTuple):
    """What a school that was let down may take: places held for it, and dates it may ask for."""

    held: Booking | None
    slots: list[Slot]
    may_take_up: bool


def what_there_is_instead(member: Member, booking: Booking) -> Instead | None:
    """For the school, where the host said no, said nothing, or called off what was agreed."""
    if member.organisation_id != booking.school_id or not booking.was_let_down:
        return None
    held = Booking.objects.filter(replaces=booking).select_related("slot__placement__provider")
    may_take_up = authority.may_take_up(member, booking)
    return Instead(held.first(), replacements.instead_of(booking), may_take_up)


def record_of_school(member: Member, booking: Booking) -> lateness.Record | None:
    """For a host that has a request to answer: how often this school called off late."""
    asked = booking.state == BookingState.REQUESTED
    hosts = member.organisation_id == booking.slot.placement.provider_id
    return lateness.of_school(booking.school) if asked and hosts else None


def may_write_now(member: Member, booking: Booking) -> bool:
    return authority.may_write_on(member, booking) and booking.state not in CALLED_OFF


def what_may_be_done(member: Member, booking: Booking) -> dict[str, bool]:
    """Which buttons the page offers. The verbs ask again."""
    hosts = authority.may_answer(member, booking)
    asked = booking.state == BookingState.REQUESTED
    agreed = booking.state in AGREED and not booking.slot.is_past
    has_begun = booking.slot.starts_on <= clock.today()
    own_request = (asked or booking.is_on_list) and member.organisation_id == booking.school_id
    attended = booking.state in (*AGREED, BookingState.COMPLETED)
    may_shrink = booking.state in MAY_SHRINK and booking.places > 1 and not has_begun
    return {
        "can_answer": hosts and asked,
        "can_take_up": booking.state == BookingState.OFFERED
        and authority.may_take_up(member, booking),
        "can_cancel": authority.may_call_off(member, booking) and (agreed or own_request),
        "can_give_back": authority.may_give_back(member, booking) and may_shrink,
        "can_mark_absent": hosts and has_begun and attended,
        "can_put_right": booking.state == BookingState.NOT_ATTENDED
        and booking.slot.ends_on <= clock.today()
        and authority.may_put_right_who_came(member, booking),
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
