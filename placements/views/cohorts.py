"""A school's cohorts: book for one on many dates in one go, and see what it has."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, phrases
from accounts.http import acting
from accounts.models import Member
from placements import alternatives, authority, cohorts, http, priority
from placements.alternatives import Wish
from placements.cohorts import MOST_LINES
from placements.forms.booking import put_back
from placements.forms.cohorts import (
    ALL,
    CONCERNS,
    WAIT,
    HowMany,
    HowToBook,
    ShareOut,
    WhoGoes,
    as_described,
    group_of,
    named_in,
)
from placements.forms.seen import seen
from placements.models import Booking, Cohort, CohortMiss, PriorityRule, Slot
from placements.models.slots import SlotQuerySet
from placements.replacements import NEAR

A_PAGE = 20
MOST_INSTEAD = 3
SIDES = ("slot__placement__provider", "slot__placement__workplace")
VANISHED = "Some of your dates are not offered any more. The others are as you typed them."
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    mine = Cohort.objects.visible_to(member).with_places().order_by("-made_at", "pk")
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "member": member, "may_book": authority.may_book(member)}
    return render(request, "placements/cohorts.html", context)


@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    cohort = get_object_or_404(Cohort.objects.visible_to(member).with_places(), pk=pk)
    booked = cohort.bookings.select_related("slot__placement__provider")
    context = {
        "cohort": cohort,
        "bookings": booked.order_by("slot__starts_on", "slot__placement__title", "pk"),
        "misses": list(with_others(still_missed(cohort))),
        "may_plan": authority.may_plan(member, cohort),
    }
    return render(request, "placements/cohort.html", context)


@require_safe
def instead(request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    """What a cohort could have in place of dates that it could not."""
    member = acting(request)
    cohort = get_object_or_404(Cohort.objects.visible_to(member), pk=pk)
    missed = get_object_or_404(Slot.objects.visible_to(member), pk=slot)
    miss = still_missed(cohort).filter(slot=missed).first()
    if miss is None:
        return redirect("placements:cohort", cohort.pk)
    (told,) = with_others([miss])
    context = {
        "cohort": cohort,
        "miss": told,
        "slots": what_would_do(miss),
        "may_plan": authority.may_plan(member, cohort),
    }
    return render(request, "placements/cohort_instead.html", context)


@require_POST
def book_instead(
    request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID, other: uuid.UUID
) -> HttpResponse:
    member = acting(request)
    cohort = get_object_or_404(Cohort.objects.visible_to(member), pk=pk)
    missed = get_object_or_404(Slot.objects.visible_to(member), pk=slot)
    wanted = get_object_or_404(Slot.objects.visible_to(member), pk=other)
    miss = still_missed(cohort).filter(slot=missed).first()
    if miss:
        booking = cohorts.book_instead(miss, wanted, by=member, **seen(request.POST))
        done = "Booked" if booking.is_in_touch else "Asked for"
        when = phrases.date_range(wanted.starts_on, wanted.ends_on)
        messages.success(request, f"{done} instead: {booking}, {when}.")
    return redirect("placements:cohort", cohort.pk)


@require_http_methods(GET_OR_POST)
def book(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_book(member):
        raise PermissionDenied
    return book_for(request, member, None)


@require_http_methods(GET_OR_POST)
def book_more(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    cohort = get_object_or_404(Cohort.objects.visible_to(member).with_places(), pk=pk)
    if not authority.may_plan(member, cohort):
        raise PermissionDenied
    return book_for(request, member, cohort)


def book_for(request: HttpRequest, member: Member, cohort: Cohort | None) -> HttpResponse:
    share = ShareOut(request.GET, without=without_place(cohort))
    if request.method == "POST":
        typed = request.POST
        slots = slots_in(typed, member) or bookable(member, chosen(request))
        who = WhoGoes(slots, typed, asks_about=questions_about(slots, member))
        many, how = HowMany(slots, typed), HowToBook(typed)
        if booked := booked_for(cohort, who, many, how, member):
            messages.success(request, "Done. See what was booked, date by date.")
            return redirect("placements:cohort", booked.pk)
    else:
        who, many, how = beforehand(share, bookable(member, chosen(request)), cohort, member)
    context = {
        "cohort": cohort,
        "share": share,
        "who": who,
        "many": many,
        "how": how,
        "named": request.GET.getlist("placement"),
        "most": MOST_LINES,
    }
    return render(request, "placements/cohort_form.html", context)


def beforehand(
    share: ShareOut, offered: list[Slot], cohort: Cohort | None, member: Member
) -> tuple[WhoGoes, HowMany, HowToBook]:
    """The form as it comes: with what is known, and the places shared out if that was asked."""
    known = as_described(cohort) if cohort else {}
    filled = {}
    if share.is_valid():
        students = share.cleaned_data["students"]
        filled = cohorts.share_out(students, offered, school=member.organisation)
        known = known or {"students": students}
    return (
        WhoGoes(offered, initial=known, asks_about=questions_about(offered, member)),
        HowMany(offered, filled=filled),
        HowToBook(initial={"together": ALL}),
    )


def questions_about(slots: Iterable[Slot], member: Member) -> list[PriorityRule]:
    """Of whom the school has to say how many they are, over all of these dates."""
    asked = [priority.question_about(slot, member.organisation) for slot in slots]
    return sorted({rule for rule in asked if rule}, key=str)


def without_place(cohort: Cohort | None) -> int | None:
    if cohort is None:
        return None
    return max(0, cohort.students - cohort.agreed - cohort.asked) or None  # type: ignore[attr-defined]  # annotated


def booked_for(
    cohort: Cohort | None, who: WhoGoes, many: HowMany, how: HowToBook, member: Member
) -> Cohort | None:
    """What was booked; or nothing, and each form says why."""
    if not all([who.is_valid(), many.is_valid(), how.is_valid()]):
        return None
    if many.has_vanished:
        many.add_error(None, VANISHED)
        return None
    try:
        return cohorts.book_all(
            many.lines,
            group=group_of(who, how),
            by=member,
            together=how.cleaned_data["together"] == ALL,
            wait=how.cleaned_data["together"] == WAIT,
            once=who.cleaned_data["once"] or uuid.uuid4(),
            cohort=cohort,
        )
    except ValidationError as refusal:
        if left := many.put_back(refusal):
            put_back(who, ValidationError(left), concerns=CONCERNS)
        many.look_again()
        return None


def slots_in(typed: QueryDict, member: Member) -> list[Slot]:
    """The lines that the page had, also where they have filled up meanwhile."""
    wanted = list(islice(named_in(typed), MOST_LINES))
    return in_order(Slot.objects.visible_to(member).filter(pk__in=wanted))


def bookable(member: Member, placements: Iterable[uuid.UUID]) -> list[Slot]:
    """The soonest dates of these placements with a place that the school could have, and on which
    it has nothing yet."""
    ours = Booking.objects.live().filter(slot=OuterRef("pk"), school=member.organisation_id)
    asked = Slot.objects.published().filter(~Exists(ours), placement__in=list(placements))
    free = priority.within_reach(asked, member.organisation).order_by("starts_on", "pk")
    soonest = list(free.values_list("pk", flat=True)[:MOST_LINES])
    found = in_order(Slot.objects.filter(pk__in=soonest))
    # Of those that open at a moment of today, some have it still before them.
    return [slot for slot in found if slot.is_taking_some_bookings]


def in_order(slots: SlotQuerySet) -> list[Slot]:
    sides = ("placement__provider", "placement__workplace", "priority")
    found = slots.with_days_left().select_related(*sides)
    return list(found.order_by("placement__title", "placement_id", "starts_on", "pk"))


def chosen(request: HttpRequest) -> list[uuid.UUID]:
    """The placements that the address names, or else those on the shortlist."""
    named = []
    for word in request.GET.getlist("placement")[:MOST_LINES]:
        try:
            named.append(uuid.UUID(word))
        except ValueError:
            continue
    return named or list(http.shortlist_of(request).chosen)


def still_missed(cohort: Cohort) -> QuerySet[CohortMiss]:
    """Dates to come that the school has not booked since."""
    live = Booking.objects.live().filter(slot=OuterRef("slot"), school=cohort.school_id)
    missed = cohort.misses.filter(~Exists(live), slot__starts_on__gt=clock.today())
    return missed.select_related("cohort__school", *SIDES).order_by("slot__starts_on", "pk")


def what_would_do(miss: CohortMiss) -> list[Slot]:
    """A few dates that the cohort could have instead this moment, the likest first."""
    like = cohorts.asked_like(miss.cohort)
    wish = Wish(
        places=miss.places,
        year_group=miss.cohort.year_group,
        adjustments=tuple(like.adjustments) if like else (),
        within=NEAR,
    )
    return alternatives.instead_of(miss.slot, school=miss.cohort.school, wish=wish)[:MOST_INSTEAD]


def with_others(misses: Iterable[CohortMiss]) -> Iterator[CohortMiss]:
    """Each with the address of a search for what would do instead, about the same time."""
    for miss in misses:
        placement, starts_on = miss.slot.placement, miss.slot.starts_on
        wanted = {
            "sector": placement.sector,
            "year_group": miss.cohort.year_group,
            "places": miss.places,
            "from": max(clock.today(), starts_on - NEAR).isoformat(),
            "to": (starts_on + NEAR).isoformat(),
        }
        miss.others = f"{reverse('placements:search')}?{urlencode(wanted)}"  # type: ignore[attr-defined]  # for the page alone
        yield miss
