"""The moves of a desk: publish, send back, decline, suspend, and decide on changes.

Who may decide is the business of `brokers.desk`, the only caller; here stands what may be
decided. Each verb locks the listing.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member, Standing
from placements import (
    consents,
    lifecycle,
    listing_notices,
    listing_rules,
    listings,
    revisions,
    sections,
    shared_text,
    waiting,
)
from placements.listing_rules import locked
from placements.models import Booking, Placement, ReviewNote, Revision
from placements.states import PlacementState, RevisionState
from placements.words import ListingRefusal
from placements.written import confirmation_is_owed

LONGEST_NOTE = 1000
LONGEST_COMMENT = 500


@transaction.atomic
def publish(placement: Placement, *, by: Member) -> Placement:
    """Put a listing up that its provider has sent in."""
    placement = _at_the_desk(placement, by)
    _refuse_unreliable_provider(placement)
    _refuse_unconfirmed(placement)
    listing_rules.refuse_unaccepted_risk(placement)
    listing_rules.refuse_below_bar(placement)
    # When schools first saw it: a second reading does not make it new.
    placement.published_at = placement.published_at or clock.now()
    placement.last_confirmed_on = clock.today()
    placement.save(update_fields=["published_at", "last_confirmed_on"])
    lifecycle.move(placement, PlacementState.PUBLISHED, by=by)
    shared_text.pass_on(placement, listings.COPIED)
    _settle_notes(placement)
    listing_notices.published(placement)
    waiting.pass_on_all(placement)
    return placement


@transaction.atomic
def send_back(placement: Placement, *, notes: Mapping[str, str], by: Member) -> Placement:
    """Return it for mending, with notes beside the sections that they concern."""
    placement = _at_the_desk(placement, by)
    _write_notes(placement, notes, by)
    lifecycle.move(placement, PlacementState.SENT_BACK, by=by)
    listing_notices.sent_back(placement)
    return placement


@transaction.atomic
def decline(placement: Placement, *, reason: str, comment: str, by: Member) -> Placement:
    """Refuse it for good, for a coded reason. Whatever can be mended is sent back instead."""
    if reason not in ListingRefusal.values:
        raise ValidationError("Choose a reason.", code="invalid")
    if reason == ListingRefusal.OTHER and not comment.strip():
        raise ValidationError("Say what the other reason is.", code="invalid")
    if len(comment) > LONGEST_COMMENT:
        raise ValidationError("Write 500 characters or fewer.", code="invalid")
    placement = _at_the_desk(placement, by)
    lifecycle.move(
        placement, PlacementState.DECLINED, by=by, reason=reason, comment=comment.strip()
    )
    listing_notices.declined(placement)
    return placement


@transaction.atomic
def accept_risk(placement: Placement, *, by: Member) -> Placement:
    """A broker has looked at a private home or a lone adult, and takes it on."""
    placement = _locked(placement, by)
    placement.risk_accepted_by = by
    placement.save(update_fields=["risk_accepted_by"])
    return placement


@transaction.atomic
def suspend(placement: Placement, *, by: Member) -> Placement:
    """Hide it at once while a concern is looked into, with all that share its text.

    States and bookings stay.
    """
    placement = _locked(placement, by)
    if placement.is_suspended:
        return placement
    placement.suspended_at = clock.now()
    placement.save(update_fields=["suspended_at"])
    sites = Placement.objects.filter(text_of=placement, suspended_at=None)
    sites.update(suspended_at=placement.suspended_at)
    listing_notices.suspended(placement)
    return placement


@transaction.atomic
def lift(placement: Placement, *, by: Member) -> Placement:
    """End the suspension; a site that was suspended by itself stays so."""
    placement = _locked(placement, by)
    if not placement.is_suspended:
        return placement
    _refuse_while_its_text_is_suspended(placement)
    with_it = Placement.objects.filter(text_of=placement, suspended_at=placement.suspended_at)
    sites = list(with_it.values_list("pk", flat=True))
    with_it.update(suspended_at=None)
    placement.suspended_at = None
    placement.save(update_fields=["suspended_at"])
    listing_notices.lifted(placement)
    waiting.pass_on_all(placement)
    waiting.pass_on_each(Placement.objects.filter(pk__in=sites))
    return placement


@transaction.atomic
def approve_revision(revision: Revision, *, by: Member, accepts_risk: bool = False) -> Placement:
    """Make the changes the listing's own. Another risky workplace is decided on anew."""
    revisions.hold_workplace(revision)
    revision, placement = _revision_at_the_desk(revision, by)
    _refuse_unconfirmed(placement)
    if "workplace" in revision.changes:
        placement.risk_accepted_by = by if accepts_risk else None
    revisions.apply(revision, placement)
    listing_rules.refuse_unaccepted_risk(placement)
    listing_rules.refuse_below_bar(placement)
    placement.last_confirmed_on = clock.today()
    placement.save(update_fields=["risk_accepted_by", "last_confirmed_on"])
    _decide(revision, RevisionState.APPROVED, by)
    _settle_notes(placement)
    if consents.TOLD_TO_PARENTS & revision.changes.keys():
        consents.ask_anew(Booking.objects.filter(slot__placement=placement))
    listing_notices.revision_approved(revision)
    waiting.pass_on_all(placement)
    return placement


@transaction.atomic
def send_back_revision(revision: Revision, *, notes: Mapping[str, str], by: Member) -> Revision:
    """Return the changes with notes; the approved version stays up."""
    revision, placement = _revision_at_the_desk(revision, by)
    _write_notes(placement, notes, by)
    _decide(revision, RevisionState.SENT_BACK, by)
    listing_notices.revision_sent_back(revision)
    return revision


def _locked(placement: Placement, by: Member) -> Placement:
    if not by.may_write:
        raise PermissionDenied
    return locked(placement)


def _at_the_desk(placement: Placement, by: Member) -> Placement:
    placement = _locked(placement, by)
    if placement.state != PlacementState.SUBMITTED:
        raise ValidationError("This listing is not waiting for a broker.", code="not_at_the_desk")
    return placement


def _revision_at_the_desk(revision: Revision, by: Member) -> tuple[Revision, Placement]:
    placement = _locked(revision.placement, by)
    revision = Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
    revision.placement = placement
    if revision.state != RevisionState.SUBMITTED:
        raise ValidationError("These changes are not waiting for a broker.", code="not_at_the_desk")
    return revision, placement


def _refuse_while_its_text_is_suspended(placement: Placement) -> None:
    if placement.text_of and placement.text_of.is_suspended:
        raise ValidationError(
            "The listing whose text this one shares is suspended. Lift that one.",
            code="text_suspended",
        )


def _refuse_unreliable_provider(placement: Placement) -> None:
    if placement.provider.standing != Standing.GOOD:
        raise ValidationError(
            "Its provider is not in good standing.", code="provider_not_in_good_standing"
        )


def _refuse_unconfirmed(placement: Placement) -> None:
    if confirmation_is_owed(placement):
        raise ValidationError(
            "The employer has not confirmed what was written for them.", code="not_confirmed"
        )


def _write_notes(placement: Placement, notes: Mapping[str, str], by: Member) -> None:
    said = {section: words.strip() for section, words in notes.items() if words.strip()}
    if not said:
        raise ValidationError("Say what needs changing, beside its section.", code="no_notes")
    if set(said) - set(sections.titles()):
        raise ValidationError("Choose sections of this listing.", code="unknown_section")
    if any(len(words) > LONGEST_NOTE for words in said.values()):
        raise ValidationError("Write 1,000 characters or fewer in each note.", code="invalid")
    _settle_notes(placement)
    ReviewNote.objects.bulk_create(
        ReviewNote(placement=placement, section=section, words=words, by=by, written_at=clock.now())
        for section, words in said.items()
    )


def _settle_notes(placement: Placement) -> None:
    placement.review_notes.filter(settled_at=None).update(settled_at=clock.now())


def _decide(revision: Revision, to: RevisionState, by: Member) -> None:
    lifecycle.turn(revision, to)
    revision.decided_by, revision.decided_at = by, clock.now()
    revision.save(update_fields=["decided_by", "decided_at"])
