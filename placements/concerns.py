"""Reporting a concern about a listing or an organisation.

Anybody who acts for an organisation may report what they can see. Nothing of it is ever
shown on a public page. Who is told, and who may read it, is decided by `brokers`, which
hands its answer down at start-up.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import clock
from accounts.models import Member, Organisation
from placements.models import Booking, Concern, Placement
from placements.words import ConcernKind

LONGEST = 3000

Teller = Callable[[Concern], None]
_tellers: list[Teller] = []


def tell_with(teller: Teller) -> None:
    """Let `teller` tell those who must know. Called once, at start-up."""
    _tellers[:] = [teller]


def placements_seen_by(member: Member) -> QuerySet[Placement]:
    """What is public, one's own, and what one's school has ever asked for."""
    ours = member.organisation_id
    public = Q(pk__in=Placement.objects.published().values("pk"))
    asked_for = Booking.objects.filter(school=ours).values("slot__placement")
    return Placement.objects.filter(public | Q(provider=ours) | Q(pk__in=asked_for))


def organisations_seen_by(member: Member) -> QuerySet[Organisation]:
    """Those that list something public, and the other side of one's own bookings."""
    ours = member.organisation_id
    bookings = Booking.objects.visible_to(member)
    return Organisation.objects.filter(
        Q(pk__in=Placement.objects.published().values("provider"))
        | Q(pk__in=bookings.values("slot__placement__provider"))
        | Q(pk__in=bookings.values("school"))
    ).exclude(pk=ours)


@transaction.atomic
def report(subject: Placement | Organisation, *, kind: str, words: str, by: Member) -> Concern:
    """Tell the desk, or its safeguarding leads, that something is wrong."""
    if not (by.is_active and _is_seen(subject, by)):
        raise PermissionDenied
    if isinstance(subject, Organisation) and subject.is_found:
        # No list of organisations holds it: its one listing says on whose desk it lies.
        subject = subject.placements.select_related("provider").get()
    words = words.strip()
    _refuse_unclear(kind, words)
    organisation = subject.provider if isinstance(subject, Placement) else subject
    # Two clicks of one button come one after the other, and the second is refused.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _refuse_twice(organisation, words, by)
    concern = Concern.objects.create(
        placement=subject if isinstance(subject, Placement) else None,
        organisation=organisation,
        kind=kind,
        words=words,
        reported_by=by,
        reported_at=clock.now(),
    )
    for tell in _tellers:
        tell(concern)
    return concern


def _is_seen(subject: Placement | Organisation, by: Member) -> bool:
    if isinstance(subject, Placement):
        return placements_seen_by(by).filter(pk=subject.pk).exists()
    return organisations_seen_by(by).filter(pk=subject.pk).exists()


def _refuse_unclear(kind: str, words: str) -> None:
    if kind not in ConcernKind.values:
        raise ValidationError("Choose what the concern is about.", code="invalid")
    if not words:
        raise ValidationError("Say what happened.", code="say_what")
    if len(words) > LONGEST:
        raise ValidationError("Write 3,000 characters or fewer.", code="invalid")


def _refuse_twice(organisation: Organisation, words: str, by: Member) -> None:
    same = Concern.objects.open().filter(organisation=organisation, words=words, reported_by=by)
    if same.exists():
        raise ValidationError("You have reported this already.", code="reported_already")
