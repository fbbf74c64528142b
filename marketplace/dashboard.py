"""Everybody's first page: what is waiting for them, and what is coming up.

Each kind of organisation has its own list of things that can wait for somebody; what
nobody waits for is not shown.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import bounces, clock
from accounts.http import acting
from accounts.models import Member, OrganisationKind
from brokers import demand, queue
from placements.models import Booking, BookingChange, Enquiry, EnquiryAnswer, Placement
from placements.states import AGREED, BookingState, PlacementState
from ratings import authority, past, reported

COMING_UP = 5


class Waiting(NamedTuple):
    """So many of something, and where to deal with them."""

    number: int
    one: str
    many: str
    href: str

    @property
    def words(self) -> str:
        return self.one if self.number == 1 else self.many


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return render(request, "dashboard_without.html")
    waiting = [each for each in _waiting_for(member) if each.number]
    coming = _coming_up(member)[:COMING_UP]
    context = {"member": acting(request), "waiting": waiting, "coming": coming}
    return render(request, "dashboard.html", context)


def _waiting_for(member: Member) -> list[Waiting]:
    lists: dict[str, Callable[[Member], list[Waiting]]] = {
        OrganisationKind.SCHOOL: _for_school,
        OrganisationKind.EMPLOYER: _for_lister,
        OrganisationKind.PROVIDER: _for_lister,
        OrganisationKind.HUB: _for_desk,
        OrganisationKind.NATIONAL_TEAM: _for_desk,
    }
    listed = lists.get(member.organisation.kind, _nothing)
    return [*listed(member), _people(member), _came_back(member)]


def _nothing(_member: Member) -> list[Waiting]:
    return []


def _for_school(member: Member) -> list[Waiting]:
    ours = Booking.objects.filter(school=member.organisation_id)
    return [
        _debriefs(member),
        Waiting(
            ours.filter(state=BookingState.OFFERED).count(),
            "offer of places to take up or turn down",
            "offers of places to take up or turn down",
            _unanswered(),
        ),
        Waiting(
            BookingChange.objects.open_at(clock.now()).filter(booking__in=ours).count(),
            "booking that its host has changed: keep it or leave",
            "bookings that their hosts have changed: keep them or leave",
            reverse("placements:bookings"),
        ),
        Waiting(
            ours.filter(state=BookingState.REQUESTED).count(),
            "request that an employer has not answered yet",
            "requests that employers have not answered yet",
            _unanswered(),
        ),
        Waiting(
            Enquiry.objects.visible_to(member).to_decide().count(),
            "question with answers to choose from",
            "questions with answers to choose from",
            reverse("placements:enquiries"),
        ),
    ]


def _for_lister(member: Member) -> list[Waiting]:
    mine = Placement.objects.listed_by(member)
    asked = Booking.objects.filter(
        slot__placement__provider=member.organisation_id, state=BookingState.REQUESTED
    )
    return [
        Waiting(
            asked.count(),
            "request from a school to answer",
            "requests from schools to answer",
            _unanswered(),
        ),
        Waiting(
            EnquiryAnswer.objects.asked_of(member).unanswered().count(),
            "question from a school to answer",
            "questions from schools to answer",
            reverse("placements:enquiries"),
        ),
        Waiting(
            mine.filter(state=PlacementState.SENT_BACK).count(),
            "listing sent back with notes",
            "listings sent back with notes",
            _listings(PlacementState.SENT_BACK),
        ),
        Waiting(
            mine.filter(state=PlacementState.DRAFT).count(),
            "listing to finish",
            "listings to finish",
            _listings(PlacementState.DRAFT),
        ),
        _debriefs(member),
    ]


_AT_DESK = {
    queue.Kind.NEW: ("new listing to read", "new listings to read"),
    queue.Kind.CHANGED: ("changed listing to read", "changed listings to read"),
    queue.Kind.MEMBER: ("person to approve", "people to approve"),
    queue.Kind.CONCERN: ("concern to look into", "concerns to look into"),
}


def _for_desk(member: Member) -> list[Waiting]:
    counts = queue.counts_at(member.organisation, reader=member)
    desk = reverse("brokers:desk")
    return [
        Waiting(count, *_AT_DESK[kind], f"{desk}?{urlencode({'kind': kind.value})}")
        for kind, count in counts.items()
    ] + [_needs(member), _reported_ratings(member), _debriefs(member)]


def _needs(member: Member) -> Waiting:
    return Waiting(
        demand.unread_at(member.organisation).count(),
        "need that a school told you of",
        "needs that schools told you of",
        f"{reverse('brokers:needs')}?{urlencode({'unread': 'yes'})}",
    )


def _reported_ratings(member: Member) -> Waiting:
    reading = authority.is_broker(member)
    return Waiting(
        reported.waiting(member).count() if reading else 0,
        "reported rating to look at",
        "reported ratings to look at",
        reverse("ratings:reports"),
    )


def _debriefs(member: Member) -> Waiting:
    return Waiting(
        past.waiting(member),
        "placement to look back on",
        "placements to look back on",
        reverse("ratings:debriefs"),
    )


def _people(member: Member) -> Waiting:
    """Colleagues who have asked to join; their leads decide."""
    pending = Member.objects.none()
    if member.leads:
        pending = Member.objects.pending().visible_to(member)
    return Waiting(
        pending.filter(user__confirmed_at__isnull=False).count(),
        "colleague who asked to join",
        "colleagues who asked to join",
        reverse("accounts:people"),
    )


def _came_back(member: Member) -> Waiting:
    """Whom mail does not reach; whoever can mend the address is told."""
    return Waiting(
        bounces.addresses(member),
        "address that our mail does not reach",
        "addresses that our mail does not reach",
        reverse("accounts:came-back"),
    )


def _coming_up(member: Member) -> QuerySet[Booking]:
    """Agreed and not over yet, soonest first."""
    agreed = Q(state__in=AGREED, slot__ends_on__gte=clock.today())
    mine = Booking.objects.visible_to(member).filter(agreed)
    return mine.select_related("slot__placement__provider", "school").order_by(
        "slot__starts_on", "pk"
    )


def _unanswered() -> str:
    """What waits for an answer, as the bookings' own page shows it."""
    return f"{reverse('placements:bookings')}?{urlencode({'show': 'unanswered'})}"


def _listings(state: PlacementState) -> str:
    return f"{reverse('placements:listings')}?{urlencode({'state': state.value})}"
