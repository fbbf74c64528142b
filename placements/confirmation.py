"""The employer's yes to a listing that a broker wrote for them.

The broker names an address; a one-time link goes there once the listing is sent in. No
account is needed. Without the yes nothing is published: `placements.moderation` asks
`confirmation_is_owed`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, links
from accounts.models import Member, OneTimeLink, Organisation, Role, Standing
from placements import lifecycle, listing_notices, listing_rules
from placements.models import Placement, ReviewNote
from placements.states import OPEN_REVISION, PlacementState, RevisionState
from placements.written import CONFIRM, confirmation_is_owed

LONGEST_COMMENT = 500


def usual_address(provider: Organisation) -> str:
    """Whoever leads at the employer, when the marketplace knows them."""
    members = provider.members.active().filter(role=Role.LEAD).select_related("user")
    lead = members.order_by("pk").first()
    return lead.user.email if lead else ""


def refuse_unaddressed(placement: Placement, by: Member) -> None:
    if by.organisation_id != placement.provider_id and not placement.confirmation_asked_of:
        raise ValidationError(
            "Say which address the employer will confirm this listing from.",
            code="nobody_to_confirm",
        )


def listing_of(link: OneTimeLink) -> Placement | None:
    """What the link is about, while there is still something to confirm."""
    rows = Placement.objects.select_related("provider", "workplace", "written_by")
    placement = rows.filter(pk=link.subject).first()
    return placement if placement is not None and waits(placement) else None


def waits(placement: Placement) -> bool:
    """For the employer's yes, to the listing or to changes of it."""
    at_the_desk = placement.state == PlacementState.SUBMITTED
    changed = placement.revisions.filter(state__in=OPEN_REVISION).exists()
    return confirmation_is_owed(placement) and (at_the_desk or changed)


def may_confirm(by: Member, placement: Placement) -> bool:
    return by.may_write and by.organisation_id == placement.provider_id


@transaction.atomic
def confirm(placement: Placement, *, by: Member) -> Placement:
    """The employer's own member says yes."""
    if not may_confirm(by, placement):
        raise PermissionDenied
    return _confirmed(listing_rules.locked(placement))


@transaction.atomic
def confirm_by_link(link: OneTimeLink) -> Placement:
    """Whoever holds the link says yes, once."""
    links.use(link)
    return _confirmed(listing_rules.locked(Placement(pk=link.subject)))


@transaction.atomic
def refuse_by_link(link: OneTimeLink, *, words: str) -> Placement:
    """Whoever holds the link says what is wrong, and the broker has it back."""
    if not words.strip() or len(words) > LONGEST_COMMENT:
        raise ValidationError("Say what needs changing, in 500 characters.", code="invalid")
    links.use(link)
    placement = listing_rules.locked(Placement(pk=link.subject))
    _bring_back(placement)
    ReviewNote.objects.create(placement=placement, words=words.strip(), written_at=clock.now())
    listing_notices.employer_wants_changes(placement)
    return placement


def _bring_back(placement: Placement) -> None:
    """The listing, or the changes to it: whichever lies at the desk."""
    revision = placement.revisions.filter(state__in=OPEN_REVISION).first()
    if placement.state != PlacementState.SUBMITTED and revision is not None:
        lifecycle.turn(revision, RevisionState.SENT_BACK)
    else:
        lifecycle.move(placement, PlacementState.SENT_BACK, by=None, reason="employer")


def _confirmed(placement: Placement) -> Placement:
    if not waits(placement):
        raise ValidationError("There is nothing to confirm here any more.", code="not_waiting")
    placement.confirmed_by_employer_at = clock.now()
    placement.save(update_fields=["confirmed_by_employer_at"])
    _know(placement.provider)
    links.revoke(CONFIRM, subject=str(placement.pk))
    listing_notices.confirmed(placement)
    return placement


def _know(provider: Organisation) -> None:
    """Somebody there has answered, from the address that a broker vouches for."""
    if provider.standing == Standing.UNVERIFIED:
        provider.standing = Standing.GOOD
        provider.save(update_fields=["standing"])
