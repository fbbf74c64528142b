"""Where each kind of member can go from anywhere, and where they are now."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Member, OrganisationKind


class Entry(NamedTuple):
    text: str
    to: str


OVERVIEW = Entry("Overview", "dashboard")
FIND = Entry("Find placements", "placements:search")
SHORTLIST = Entry("Shortlist", "placements:shortlist")
ENQUIRIES = Entry("Enquiries", "placements:enquiries")
BOOKINGS = Entry("Bookings", "placements:bookings")
LISTINGS = Entry("Your listings", "placements:listings")
DEBRIEFS = Entry("Debriefs", "ratings:debriefs")
DESK = Entry("Desk", "brokers:desk")
MESSAGES = Entry("Messages", "accounts:messages")
CONSOLE = Entry("Support console", "admin:index")

VISITOR = (
    FIND,
    SHORTLIST,
    Entry("For schools", "for-schools"),
    Entry("For employers", "for-employers"),
)
OF_KIND: dict[str, tuple[Entry, ...]] = {
    OrganisationKind.SCHOOL: (OVERVIEW, FIND, SHORTLIST, ENQUIRIES, BOOKINGS, DEBRIEFS),
    OrganisationKind.EMPLOYER: (OVERVIEW, LISTINGS, ENQUIRIES, BOOKINGS, DEBRIEFS),
    OrganisationKind.PROVIDER: (OVERVIEW, LISTINGS, ENQUIRIES, BOOKINGS, DEBRIEFS),
    OrganisationKind.HUB: (OVERVIEW, DESK, DEBRIEFS, FIND),
    OrganisationKind.NATIONAL_TEAM: (OVERVIEW, DESK, FIND, MESSAGES, CONSOLE),
}


def acting(request: HttpRequest) -> Member | None:
    """The member that the middleware found for this request; None for a visitor."""
    member: Member | None = getattr(request, "member", None)
    return member


def entries(request: HttpRequest) -> list[dict[str, object]]:
    """The parameters of the design system's service navigation."""
    member = acting(request)
    offered = OF_KIND.get(member.organisation.kind, (FIND,)) if member else VISITOR
    addressed = [(entry, reverse(entry.to)) for entry in offered]
    return [
        {"text": entry.text, "href": address, "active": request.path.startswith(address)}
        for entry, address in addressed
    ]
