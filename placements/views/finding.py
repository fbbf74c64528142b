"""The public pages: search, a listing, and a provider's whole menu."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import conditional_page, require_safe

from accounts import postcodes
from accounts.http import visitor_of
from accounts.models import Member, Organisation
from placements import (
    authority,
    badges,
    lateness,
    looked_at,
    opening_notices,
    search_records,
    verdicts,
)
from placements.http import member_of
from placements.models import Placement, PriorityRule, Slot
from placements.models.finding import IS_PUBLIC
from placements.search import PlacementSearch, Results, as_found, results
from placements.views import after_search, on_map, panels, repeats
from placements.words import Kind

MENU_ON_ONE_PAGE = 60


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    again = repeats.again(request)
    if again is None:
        return drawn(request)
    search_records.note_again(again.note)
    return HttpResponse(again.page)


def drawn(request: HttpRequest) -> HttpResponse:
    asked = with_own_place(request.GET, member_of(request))
    searched = PlacementSearch(panels.with_usual_choices(asked))
    found = answer(searched, request)
    panels.surface_hidden_errors(searched.form)
    names, note = badges.names(), ""
    if found is not None:
        note = search_records.note(searched.chosen, found=found.total)
        panels.offer_with_counts(searched, found, names)
    context = {
        "form": searched.form,
        "results": found,
        "chips": panels.chips(searched, asked, names) if found is not None else [],
        "hints": panels.hinted(searched, asked) if found is not None else [],
        "unknown": [name for name in searched.unknown if name != on_map.NAME],
        "next_page": panels.address(asked, cursor=found.next) if found and found.next else "",
        "first_page": panels.address(asked) if found and found.seen else "",
        "badge_names": names,
        "map": on_map.offered(searched, found, asked),
        "after": after_search.offered(searched, found, asked, to=member_of(request)),
    }
    page = render(request, "placements/search.html", context)
    repeats.keep(request, repeats.Answer(page.content, note))
    return page


def answer(searched: PlacementSearch, request: HttpRequest) -> Results | None:
    """What was found, or nothing where the question itself must be mended first."""
    if not searched.is_valid():
        return None
    try:
        return results(searched, visitor=visitor_of(request), with_facets=True)
    except ValidationError as refusal:
        searched.form.add_error(None, refusal)
        return None


def with_own_place(asked: QueryDict, member: Member | None) -> QueryDict:
    """A careers leader who has not said where looks near their own school."""
    if "near" in asked or member is None or member.organisation.school is None:
        return asked
    postcode = member.organisation.school.postcode
    if postcodes.find(postcode) is None:
        return asked
    near = asked.copy()
    near["near"] = postcode
    return near


@login_not_required
@require_safe
@conditional_page
def placement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    visible = Placement.objects.visible_to(member).select_related("provider", "workplace")
    shown = get_object_or_404(visible.annotate(is_public=IS_PUBLIC), pk=pk)
    is_public: bool = vars(shown)["is_public"]
    coming = shown.slots.still_open().with_days_left().select_related("priority")
    slots = list(coming.order_by("starts_on", "ends_on", "id"))
    may_book = is_public and (member is None or member.organisation.is_school)
    school = member.organisation if member else None
    context = {
        "placement": shown,
        "slots": slots,
        "rules": rules_of(slots),
        "may_prioritise": member is not None
        and not authority.may_write_listing(member, shown)
        and authority.may_prioritise(member, shown),
        "verdicts": verdicts.published_for(shown),
        "badge_names": badges.names(),
        "looked_at": looked_at.of(shown),
        "is_preview": not is_public,
        "is_own": member is not None and member.organisation_id == shown.provider_id,
        "may_book": may_book,
        "tells_of_opening": may_book and opening_notices.is_promised(slots, school),
    }
    return render(request, "placements/placement.html", context)


def rules_of(slots: list[Slot]) -> list[PriorityRule]:
    """By which some may book what others may not, today: each once, to be explained."""
    at_work = [
        slot for slot in slots if slot.kept_now or (slot.early_days and not slot.is_open_to_all)
    ]
    return list(dict.fromkeys(slot.priority for slot in at_work if slot.priority))


@login_not_required
@require_safe
@conditional_page
def provider(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    providers = Organisation.objects.listing_placements().in_good_standing()
    shown = get_object_or_404(providers, pk=pk)
    page = Paginator(menu_of(shown), MENU_ON_ONE_PAGE).get_page(request.GET.get("page"))
    context = {
        "provider": shown,
        "page_obj": page,
        "rungs": rungs(page.object_list),
        "badge_names": badges.names(),
        "record": lateness.shown_of(shown),
        "notice": lateness.WORKING_DAYS_OF_NOTICE,
    }
    return render(request, "placements/provider.html", context)


def menu_of(organisation: Organisation) -> QuerySet[Placement]:
    """All that a provider offers, from the smallest thing to the largest."""
    ladder = Case(*(When(kind=kind, then=Value(rung)) for rung, kind in enumerate(Kind)))
    offered = Placement.objects.published().filter(provider=organisation)
    return offered.order_by(ladder, "title", "pk")


def rungs(offered: Any) -> list[panels.Rung]:
    by_kind: dict[str, panels.Rung] = {}
    for item in as_found(offered):
        kind = Kind(item.placement.kind)
        by_kind.setdefault(kind, panels.Rung(kind.label)).offers.append(item)
    return list(by_kind.values())
