"""From a request to the broker who acts, and the desk that they look at."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from accounts.http import acting
from accounts.models import Member, Organisation
from brokers import authority
from brokers.authority import DESKS


def reading_a_desk(request: HttpRequest) -> Member:
    """Somebody who may look at a desk; refused to everybody else."""
    member = acting(request)
    if not authority.sees_a_desk(member):
        raise PermissionDenied
    return member


def desk_looked_at(request: HttpRequest, member: Member) -> Organisation:
    """One's own; the national team may look at a hub's by naming it in the address."""
    asked = request.GET.get("desk", "")
    if not asked or asked == str(member.organisation_id):
        return member.organisation
    if not authority.is_national(member):
        raise Http404
    try:
        wanted = UUID(asked)
    except ValueError as fault:
        raise Http404 from fault
    return get_object_or_404(Organisation.objects.filter(kind__in=DESKS), pk=wanted)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent in, also when every box was empty; nothing when the page is only read."""
    return request.POST if request.method == "POST" else None
