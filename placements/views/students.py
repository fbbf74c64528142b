"""A school's students on a booking: name them, ask their parents, record what was signed."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import bounces, limits
from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import authority, consents, roll, students
from placements.forms.booking import put_back
from placements.forms.students import AskByMail, Names, Paper
from placements.models import Booking, NamedStudent
from placements.states import AGREED
from placements.views.booking_steps import typed

GET_OR_POST = ["GET", "HEAD", "POST"]
REFUSED_PAPER = {
    "reason_missing": "reason",
    "in_the_future": "signed_on",
    "signed_before": "signed_on",
}


@never_cache
@require_http_methods(GET_OR_POST)
def named(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Those who are named, how far their parents are, and room for more."""
    member = acting(request)
    booking = own(member, pk)
    may_name = authority.may_name_students(member, booking)
    if request.method == "POST" and not may_name:
        raise PermissionDenied
    form = Names(typed(request))
    if form.is_valid():
        try:
            count = students.name(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(
                form,
                refusal,
                invalid="lines",
                concerns=dict.fromkeys(("too_many", "named_twice"), "lines"),
            )
        else:
            messages.success(request, f"You have named {plural(count, 'student')}.")
            return redirect("placements:students", pk)
    is_open = booking.state in AGREED and not booking.slot.is_past
    progress = roll.progress(booking)
    listed = list(booking.students.visible_to(member).select_related("consent__recorded_by__user"))
    context = {
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "students": listed,
        "came_back": bounces.about(member, listed),
        "progress": progress,
        "may_change": may_name and is_open,
        "may_ask": may_name and is_open and consents.may_answer(booking),
        "form": form if may_name and is_open and progress.named < booking.places else None,
    }
    return render(request, "placements/students.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
def ask(request: HttpRequest, pk: uuid.UUID, student: uuid.UUID) -> HttpResponse:
    member = acting(request)
    asked = own_student(member, pk, student)
    form = AskByMail(typed(request))
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not limits.spend(request, "parent", key=email):
            form.add_error(
                "email", "We have written to this address often. Wait a quarter of an hour."
            )
        elif not limits.spend(request, "parents", key=str(member.pk)):
            form.add_error(None, "You have had very many mails sent to parents. Go on in an hour.")
        else:
            try:
                consents.ask_by_mail(asked, email=email, by=member)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, "We are writing to them now.")
                return redirect("placements:students", pk)
    return render(request, "placements/student_ask.html", {"form": form, "student": asked})


@never_cache
@require_http_methods(GET_OR_POST)
def paper(request: HttpRequest, pk: uuid.UUID, student: uuid.UUID) -> HttpResponse:
    member = acting(request)
    signed = own_student(member, pk, student)
    form = Paper(typed(request))
    if form.is_valid():
        try:
            consents.record_paper(signed, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, concerns=REFUSED_PAPER)
        else:
            messages.success(request, "The answer is recorded.")
            return redirect("placements:students", pk)
    return render(request, "placements/student_paper.html", {"form": form, "student": signed})


@require_POST
def remove(request: HttpRequest, pk: uuid.UUID, student: uuid.UUID) -> HttpResponse:
    member = acting(request)
    consents.remove(own_student(member, pk, student), by=member)
    messages.success(request, "The student is off the list.")
    return redirect("placements:students", pk)


@never_cache
@require_POST
def hand_out(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Links to copy or print. Nobody can show them again, so this answer is not a redirect."""
    member = acting(request)
    booking = own(member, pk)
    context = {"booking": booking, "handed_out": consents.hand_out(booking, by=member)}
    return render(request, "placements/consent_links.html", context)


@require_POST
def stop_links(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    consents.stop_links(own(member, pk), by=member)
    messages.success(request, "Links that have not been used work no longer.")
    return redirect("placements:students", pk)


def own(member: Member, pk: uuid.UUID) -> Booking:
    """A booking of one's own school. A host learns who comes on the booking's page."""
    mine = Booking.objects.filter(school=member.organisation_id)
    return get_object_or_404(mine.select_related("school", "slot__placement__provider"), pk=pk)


def own_student(member: Member, pk: uuid.UUID, student: uuid.UUID) -> NamedStudent:
    mine = own(member, pk).students.still_named()
    found = get_object_or_404(
        mine.select_related("booking__slot__placement", "booking__school", "consent"), pk=student
    )
    if not authority.may_name_students(member, found.booking):
        raise PermissionDenied
    return found
