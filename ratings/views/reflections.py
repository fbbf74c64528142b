"""Students looking back: the school's page and its sheet, and the page behind a code."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.http import acting
from accounts.models import Member
from accounts.views.opened import kept_to_itself, too_many
from placements.models import Booking
from ratings import authority, reflections
from ratings.reflection_forms import Code, Reflect
from ratings.views.looking_back import with_sides

GET_OR_POST = ["GET", "HEAD", "POST"]
WORDS = ("did", "met", "learned")


@never_cache
@require_safe
def everything(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who has looked back and what they said, for their school alone."""
    member = acting(request)
    booking = own(member, pk)
    students = list(booking.students.select_related("reflection"))
    context = {
        "booking": booking,
        "students": students,
        "answered": sum(hasattr(student, "reflection") for student in students),
        "may_hand_out": authority.may_hand_out(member, booking)
        and reflections.may_be_asked(booking),
    }
    return render(request, "ratings/reflections.html", context)


@never_cache
@require_POST
def hand_out(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Codes to print or copy. Nobody can show them again, so this answer is not a redirect."""
    member = acting(request)
    booking = own(member, pk)
    context = {"booking": booking, "handed_out": reflections.hand_out(booking, by=member)}
    return render(request, "ratings/reflection_links.html", context)


@require_POST
def stop_links(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    reflections.stop_links(own(member, pk), by=member)
    messages.success(request, "Codes that have not been used work no longer.")
    return redirect("ratings:reflections", pk)


@kept_to_itself
@login_not_required
@require_http_methods(GET_OR_POST)
def enter_code(request: HttpRequest) -> HttpResponse:
    form = Code(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = reflections.as_typed(form.cleaned_data["code"])
        if reflections.opened(code):
            return redirect("ratings:reflect", code)
        if not limits.spend(request, "reflect"):
            return too_many(request)
        form.add_error("code", "This code is not known, or was used before. Ask your school.")
    return render(request, "ratings/reflect_code.html", {"form": form})


@kept_to_itself
@login_not_required
@require_http_methods(GET_OR_POST)
def reflect(request: HttpRequest, token: str) -> HttpResponse:
    found = reflections.opened(token)
    if found is None:
        if not limits.spend(request, "reflect"):
            return too_many(request)
        # Nobody loses what they typed because their school printed a new sheet meanwhile.
        was_used = reflections.was_used(token)
        is_lost = request.method == "POST" and not was_used
        typed = typed_in(Reflect(request.POST)) if is_lost else []
        context = {"typed": typed, "was_used": was_used}
        return render(request, "ratings/reflect_spent.html", context, status=410)
    context = {"booking": found.student.booking, "student": found.student}
    if found.is_early:
        return render(request, "ratings/reflect_early.html", context)
    form = Reflect(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reflections.write(found, form.said())
        except ValidationError as refusal:
            form.add_error("did", refusal)
        else:
            return redirect("ratings:reflected")
    return render(request, "ratings/reflect.html", {**context, "form": form})


def typed_in(form: Reflect) -> list[str]:
    form.full_clean()
    return [form.cleaned_data[name] for name in WORDS if form.cleaned_data.get(name)]


@login_not_required
@require_safe
def thanked(request: HttpRequest) -> HttpResponse:
    return render(request, "ratings/reflected.html")


def own(member: Member, pk: uuid.UUID) -> Booking:
    booking = get_object_or_404(with_sides().filter(pk=pk))
    if not authority.reads_reflections(member, booking):
        raise Http404
    return booking
