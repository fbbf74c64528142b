"""From a request to the shortlist of whoever sent it, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from accounts.models import Member
from placements import authority, shortlists
from placements.models import Placement
from placements.models.shortlists import MOST

IN_SESSION = "shortlist"
ON_REQUEST = "shortlist"


@dataclass(frozen=True)
class Shortlist:
    """What somebody keeps to compare, in the order in which they put it there."""

    chosen: tuple[UUID, ...]
    # Whether a button may add at once. The first time, a visitor is told of the cookie, and
    # until then they read the very pages that everybody reads.
    has_begun: bool

    def __contains__(self, placement: UUID) -> bool:
        return placement in self.chosen

    def __len__(self) -> int:
        return len(self.chosen)


def member_of(request: HttpRequest) -> Member | None:
    member: Member | None = getattr(request, "member", None)
    return member


def keeper_of(request: HttpRequest) -> Member | None:
    """The member whose rows the shortlist is; nobody where it is in the session."""
    member = member_of(request)
    return member if member and authority.may_keep_shortlist(member) else None


def shortlist_of(request: HttpRequest) -> Shortlist:
    """Asked once a request, however many buttons a page has."""
    known: Shortlist | None = getattr(request, ON_REQUEST, None)
    if known is None:
        known = _read(request)
        setattr(request, ON_REQUEST, known)
    return known


def add(placement: Placement, request: HttpRequest) -> None:
    keeper = keeper_of(request)
    if keeper:
        _bring_along(request, keeper)
        shortlists.add(placement, by=keeper)
    else:
        _write(request, shortlists.with_one_more(in_session(request), placement))


def remove(placement: Placement, request: HttpRequest) -> None:
    keeper = keeper_of(request)
    if keeper:
        _bring_along(request, keeper)
        shortlists.remove(placement, by=keeper)
    else:
        _write(request, [one for one in in_session(request) if one != placement.pk])


def in_session(request: HttpRequest) -> list[UUID]:
    return [UUID(one) for one in request.session.get(IN_SESSION, [])]


def _read(request: HttpRequest) -> Shortlist:
    keeper = keeper_of(request)
    kept = shortlists.kept_by(keeper) if keeper else []
    chosen = list(dict.fromkeys([*kept, *in_session(request)]))
    has_begun = member_of(request) is not None or IN_SESSION in request.session
    return Shortlist(tuple(chosen[:MOST]), has_begun=has_begun)


def _bring_along(request: HttpRequest, keeper: Member) -> None:
    """What they chose before they signed in is theirs from now on."""
    if IN_SESSION in request.session:
        shortlists.bring(in_session(request), by=keeper)
        del request.session[IN_SESSION]


def _write(request: HttpRequest, chosen: Sequence[UUID]) -> None:
    request.session[IN_SESSION] = [str(one) for one in chosen]
