"""Who came, and what a host says of it: signed in, or behind the link in its mail."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import acting
from accounts.models import Member
from accounts.views.opened import kept_to_itself
from placements.models import Booking
from ratings import attendance, authority, host_links
from ratings.attendance import Called
from ratings.attendance_forms import WhoCame
from ratings.forms import DebriefForm
from ratings.host_links import Opened
from ratings.models import DebriefSide, RollCall
from ratings.views.looking_back import put_back, with_sides

# The button that says of everybody at once that they came.
ALL = "all"
# Sent with who came, and not with what comes after.
STEP = "who_came"
GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(GET_OR_POST)
def signed_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = get_object_or_404(with_sides().filter(pk=pk))
    side = authority.debriefs_as(member, booking)
    if side is None:
        raise Http404
    may_call = attendance.may_call(member, booking)
    about = told(booking, member)
    form = form_of(request, about) if may_call else None
    verb = partial(attendance.call, booking, by=member)
    answer = called(request, form, verb) if form else None
    if isinstance(answer, RollCall):
        messages.success(request, "Thank you. The other side sees it too.")
        return redirect("ratings:debrief", booking.pk)
    if answer:
        return answer
    context = {"form": form, **about}
    return render(request, "ratings/attendance.html", context)


@kept_to_itself
@login_not_required
@require_http_methods(GET_OR_POST)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Two steps at one address: who came, and then how it went."""
    found = host_links.opened(token)
    if found is None:
        return render(request, "ratings/look_back_spent.html", status=410)
    if found.asks_who_came:
        return say_who_came(request, found)
    if STEP in request.POST:
        # A second click, after the first was taken.
        return redirect(request.path)
    return look_back(request, found)


@login_not_required
@require_safe
def thanked(request: HttpRequest) -> HttpResponse:
    return render(request, "ratings/looked_back.html")


def say_who_came(request: HttpRequest, found: Opened) -> HttpResponse:
    about = told(found.booking, found.by)
    form = form_of(request, about)
    answer = called(request, form, partial(host_links.say_who_came, found))
    if isinstance(answer, RollCall):
        # Where nobody came there is no more to say.
        return redirect(request.path if answer.came else "ratings:looked-back")
    if answer:
        return answer
    context = {"form": form, "is_by_link": True, "has_account": found.by is not None, **about}
    return render(request, "ratings/attendance.html", context)


def look_back(request: HttpRequest, found: Opened) -> HttpResponse:
    form = DebriefForm(typed(request), side=DebriefSide.HOST, booking=found.booking)
    if form.is_valid():
        try:
            host_links.look_back(found, form.answers())
        except ValidationError as refusal:
            put_back(form, refusal)
        else:
            return redirect("ratings:looked-back")
    context = {"form": form, "booking": found.booking, "has_account": found.by is not None}
    return render(request, "ratings/look_back.html", context)


def called(
    request: HttpRequest, form: WhoCame, verb: Callable[[Called], RollCall]
) -> RollCall | HttpResponse | None:
    """Do what the pressed button says, and show what the rules say against it."""
    everybody = ALL in request.POST
    if request.method != "POST" or not (everybody or form.is_valid()):
        return None
    try:
        return verb(Called() if everybody else form.called())
    except ValidationError as refusal:
        if everybody:
            return _turned_away(request, refusal)
        form.put_back(refusal)
        return None


def _turned_away(request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    """From the button for everybody, which has no field; a second click of it is no mistake."""
    if refusal.code != "already_called":
        messages.error(request, " ".join(refusal.messages))
    return redirect(request.path)


def form_of(request: HttpRequest, about: dict[str, Any]) -> WhoCame:
    called = about["roll_call"]
    came = called.came if called else None
    return WhoCame(about["register"], typed(request), hosts=about["hosts"], came=came)


def told(booking: Booking, member: Member | None) -> dict[str, Any]:
    register = attendance.register_of(booking, by=member)
    ours = member.organisation_id if member else booking.slot.placement.provider_id
    return {
        "booking": booking,
        "register": register,
        "hosts": ours == booking.slot.placement.provider_id,
        "roll_call": attendance.said_of(booking),
    }


def typed(request: HttpRequest) -> QueryDict | None:
    """What was typed into the form; the button for everybody brings nothing typed."""
    return request.POST if request.method == "POST" and ALL not in request.POST else None
