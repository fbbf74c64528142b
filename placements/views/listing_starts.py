"""The other ways to start a listing: from a ready-made one, or for an employer."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from accounts.models import Member, Organisation, Standing
from placements import authority, listings, on_behalf, starters
from placements.forms.employers import EmployerNamed, NewEmployer, WhereTheyWork, WriteFor
from placements.views.listings import first_page, listing_to_write, typed

A_PAGE = 20


@require_safe
def choose_starter(request: HttpRequest) -> HttpResponse:
    if not authority.may_list(acting(request)):
        raise PermissionDenied
    by_kind = groupby(starters.every(), key=lambda starter: starter.kind_in_words)
    context = {"groups": [(kind, list(rows)) for kind, rows in by_kind]}
    return render(request, "placements/listing_starters.html", context)


@require_POST
def use_starter(request: HttpRequest, code: str) -> HttpResponse:
    starter = starters.find(code)
    if starter is None:
        raise Http404
    placement = starters.use(starter, by=acting(request))
    messages.success(request, "Your draft is ready. Change what you like, and add dates.")
    return redirect("placements:listing", placement.pk)


@require_safe
def find_employer(request: HttpRequest) -> HttpResponse:
    """A broker looks for the employer they have spoken with."""
    _broker(request)
    form = EmployerNamed(request.GET if "name" in request.GET else None)
    words = form.cleaned_data["name"] if form.is_valid() else ""
    page = Paginator(on_behalf.employers_named(words), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "asked": bool(words)}
    return render(request, "placements/listing_employers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_employer(request: HttpRequest) -> HttpResponse:
    """Somebody who is not on the marketplace yet."""
    member = _broker(request)
    form = NewEmployer(typed(request))
    if form.is_valid():
        try:
            employer = on_behalf.write_down(form.organisation, form.workplace, by=member)
        except ValidationError as refusal:
            form.add_error("postcode", refusal)
        else:
            return redirect("placements:start-for", employer.pk)
    return render(request, "placements/listing_employer_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def start_for(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = _broker(request)
    known = Organisation.objects.listing_placements().exclude(standing=Standing.SUSPENDED)
    employer = get_object_or_404(known, pk=pk)
    form = WriteFor(typed(request))
    if form.is_valid():
        placement = listings.start(by=member, on_behalf_of=employer, **form.cleaned_data)
        return redirect(first_page(placement))
    context = {"form": form, "employer": employer}
    return render(request, "placements/listing_start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def employer_workplace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the employer works, when nobody there keeps it up themselves."""
    member = _broker(request)
    placement = listing_to_write(request, pk)
    form = WhereTheyWork(typed(request))
    if form.is_valid():
        try:
            on_behalf.add_workplace(form.workplace, placement=placement, by=member)
        except ValidationError as refusal:
            form.add_error("postcode", refusal)
        else:
            messages.success(request, "Workplace added.")
            return redirect("placements:listing", placement.pk)
    context = {"form": form, "placement": placement}
    return render(request, "placements/listing_employer_workplace.html", context)


def _broker(request: HttpRequest) -> Member:
    member = acting(request)
    if not authority.may_list_for_others(member):
        raise PermissionDenied
    return member
