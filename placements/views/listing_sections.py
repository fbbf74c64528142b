"""The short pages on which a listing is written. Each can be left and come back to."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import acting
from accounts.models import Member
from placements import answers, listing_rules, listings, revisions, sections
from placements.forms.listing import BESIDE, SectionForm, WhichKind, form_for
from placements.listing_pages import Progress
from placements.models import Placement
from placements.sections import Section
from placements.states import BEING_WRITTEN
from placements.views.listings import listing_to_write, typed

LATER = "later"


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    placement = listing_to_write(request, pk)
    page = _page(placement, code)
    listing_rules.refuse_unless_writable(placement)
    finishing = LATER not in request.POST
    form = form_for(placement, page, typed(request), finishing=finishing)
    if form.is_bound and _saved(request, placement, page, form):
        return redirect(_next(request, placement, page))
    revision = revisions.open_for(placement)
    context = {
        "placement": placement,
        "section": page,
        "form": form,
        "progress": Progress(placement, revision),
        "broker_notes": placement.review_notes.filter(section=page.code, settled_at=None),
        "is_approved": placement.state not in BEING_WRITTEN,
        "waits_for_broker": not set(page.fields) <= listing_rules.FREE,
        **_about_workplaces(acting(request), placement),
    }
    return render(request, "placements/listing_section.html", context)


def _about_workplaces(member: Member, placement: Placement) -> dict[str, object]:
    """Its facts are asked once, on pages of their own, for every listing there."""
    is_own = member.organisation_id == placement.provider_id
    workplace = placement.workplace
    add = (
        reverse("accounts:add-workplace")
        if is_own
        else reverse("placements:employer-workplace", args=[placement.pk])
    )
    can_change = is_own and workplace is not None
    return {
        "is_own": is_own,
        "workplaces": placement.provider.workplaces.active().exists(),
        "add_workplace": add,
        "change_workplace": reverse("accounts:workplaces") if can_change else "",
        "workplace_facts": answers.of_workplace(workplace) if workplace else [],
    }


def _page(placement: Placement, code: str) -> Section:
    page = sections.find(placement, code)
    if page is None or page == sections.DATES:
        raise Http404
    return page


def _saved(
    request: HttpRequest, placement: Placement, page: Section, form: WhichKind | SectionForm
) -> bool:
    if not form.is_valid():
        return False
    if isinstance(form, SectionForm) and LATER not in request.POST and not form.finish():
        return False
    try:
        listings.write(placement, page, form.values, by=acting(request))
    except ValidationError as refusal:
        beside = BESIDE.get(str(getattr(refusal, "code", "")))
        form.add_error(beside if beside in form.fields else None, refusal)
        return False
    return True


def _next(request: HttpRequest, placement: Placement, page: Section) -> str:
    fresh = Placement.objects.select_related("provider", "workplace").get(pk=placement.pk)
    progress = Progress(fresh, revisions.open_for(fresh))
    if LATER in request.POST:
        messages.success(request, "Saved. You can come back at any time.")
        return progress.task_list
    if placement.state not in BEING_WRITTEN or page == sections.KIND:
        return progress.task_list
    return progress.after(page.code)
