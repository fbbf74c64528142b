"""Reading one listing as a school would, and deciding on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from brokers import areas, authority, decisions, desk, reading
from brokers.desk_forms import FindListings
from brokers.forms import Deciding, Decline, Publish, SendBack, is_risky
from brokers.http import posted, reading_a_desk
from placements import answers, bar, cautions, revisions, sections, spread
from placements.models import Placement, Revision
from placements.states import PlacementState, RevisionState
from placements.written import confirmation_is_owed

A_PAGE = 20
MOST_SITES = 100
RELATED = ("provider", "workplace", "written_by__organisation", "risk_accepted_by__user")
ANY = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """Every listing of the desk that has been sent in, whatever became of it."""
    member = reading_a_desk(request)
    seen = reading.listings_of(member).select_related("provider", "workplace")
    form = FindListings(request.GET or None)
    if form.is_bound:
        seen = seen.filter(reading.like(**form.cleaned_data)) if form.is_valid() else seen.none()
    rows = Paginator(spread.as_one(seen).order_by("-submitted_at", "pk"), A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "wholes": spread.wholes(page, seen),
        "form": form,
    }
    return render(request, "brokers/listings.html", context)


@require_safe
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = reading_a_desk(request)
    placement = _seen(member, pk)
    revision = _submitted(placement)
    return _show(request, member, placement, revision, _publishing(member, placement, revision))


@ANY
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish what is new, or approve what has changed."""
    member = reading_a_desk(request)
    placement = _seen(member, pk)
    revision = _submitted(placement)
    form = _publishing(member, placement, revision, request.POST)
    if request.method != "POST":
        return redirect("brokers:review", pk)
    if form.is_valid():
        try:
            _put_up(placement, revision, form, member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"“{placement}” is up for schools to see.")
            return redirect("brokers:desk")
    return _show(request, member, placement, revision, form)


@ANY
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = reading_a_desk(request)
    placement = _seen(member, pk)
    revision = _submitted(placement)
    pages = [sections.KIND, *sections.of(placement)]
    form = SendBack(posted(request), sections=pages, must_say_why=_must_say_why(member, placement))
    if form.is_valid():
        try:
            _return(placement, revision, form, member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"“{placement}” has gone back with your notes.")
            return redirect("brokers:desk")
    proposed = revisions.as_proposed(placement, revision) if revision else placement
    context = {
        "form": form,
        "placement": placement,
        "pages": [(page, reading.answers(proposed, page)) for page in pages],
    }
    return render(request, "brokers/send_back.html", context)


@ANY
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = reading_a_desk(request)
    placement = _seen(member, pk)
    form = Decline(posted(request), must_say_why=_must_say_why(member, placement))
    if form.is_valid():
        said = form.cleaned_data
        try:
            desk.decline(
                placement,
                reason=said["reason_code"],
                comment=said["comment"],
                because=form.reason,
                by=member,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"“{placement}” has been declined.")
            return redirect("brokers:desk")
    return render(request, "brokers/decline.html", {"form": form, "placement": placement})


@ANY
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it down, or let it stand again: whichever it is not."""
    member = reading_a_desk(request)
    placement = _seen(member, pk)
    form = Deciding(posted(request))
    verb = desk.lift if placement.is_suspended else desk.suspend
    if form.is_valid():
        try:
            verb(placement, because=form.reason, by=member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            done = "stands again" if placement.is_suspended else "has been suspended"
            messages.success(request, f"“{placement}” {done}.")
            return redirect("brokers:review", pk)
    context = {"form": form, "placement": placement, "sites": placement.sites.count()}
    return render(request, "brokers/suspend.html", context)


def _seen(member: Member, pk: UUID) -> Placement:
    return get_object_or_404(reading.listings_of(member).select_related(*RELATED), pk=pk)


def _everywhere(member: Member, placement: Placement) -> dict[str, Any]:
    """Where else the desk has the same text, and the places at each."""
    seen = reading.listings_of(member)
    whole = spread.wholes([placement], seen).get(placement.pk)
    sites = list(spread.sites_of(placement, seen)[:MOST_SITES])
    return {"whole": whole if len(sites) > 1 else None, "sites": sites}


def _submitted(placement: Placement) -> Revision | None:
    revision = revisions.open_for(placement)
    return revision if revision and revision.state == RevisionState.SUBMITTED else None


def _must_say_why(member: Member, placement: Placement) -> bool:
    return decisions.must_say_why(areas.desk_for(placement), member)


def _publishing(
    member: Member, placement: Placement, revision: Revision | None, typed: Any = None
) -> Publish:
    risky = is_risky(placement)
    if revision and "workplace" in revision.changes:
        risky = revisions.as_proposed(placement, revision).needs_a_brokers_decision
    return Publish(typed, risky=risky, must_say_why=_must_say_why(member, placement))


def _put_up(placement: Placement, revision: Revision | None, form: Publish, member: Member) -> None:
    risk, because = form.accepting_risk, form.reason
    if revision:
        desk.approve_changes(revision, accepting_risk=risk, because=because, by=member)
    else:
        desk.publish(placement, accepting_risk=risk, because=because, by=member)


def _return(
    placement: Placement, revision: Revision | None, form: SendBack, member: Member
) -> None:
    if revision:
        desk.send_back_changes(revision, notes=form.notes, because=form.reason, by=member)
    else:
        desk.send_back(placement, notes=form.notes, because=form.reason, by=member)


def _show(
    request: HttpRequest,
    member: Member,
    placement: Placement,
    revision: Revision | None,
    form: Publish,
) -> HttpResponse:
    proposed = revisions.as_proposed(placement, revision) if revision else placement
    waits = revision is not None or placement.state == PlacementState.SUBMITTED
    lies_at = areas.desk_for(placement)
    context = {
        # Errors are shown by the base page, which looks for the form under this name.
        "form": form,
        "placement": proposed,
        "revision": revision,
        "differences": revisions.differences(revision) if revision else [],
        "in_words": answers.in_words,
        "label": answers.LABELS,
        "titles": sections.titles(),
        "waits": waits,
        "confirmation_owed": confirmation_is_owed(placement),
        "shortcomings": bar.shortcomings(proposed) if waits else [],
        "cautions": cautions.of(proposed),
        "slots": placement.slots.open(),
        "notes": placement.review_notes.select_related("by__user"),
        "moves": placement.moves.select_related("by__user", "by__organisation"),
        "decisions": placement.decisions.select_related("by__user", "desk")[:20],
        "desk": lies_at,
        "can_decide": authority.may_decide_at(member, lies_at),
        **_everywhere(member, placement),
    }
    return render(request, "brokers/review.html", context)
