"""Changes to a listing that a broker has approved, kept beside it until they are too.

The approved version stays up meanwhile. A listing has one open revision at most; the
listing's own lock guards it.
"""

import copy
from collections.abc import Mapping
from datetime import time
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from accounts import clock
from accounts.models import Member, Workplace
from placements import (
    answers,
    authority,
    confirmation,
    lifecycle,
    listing_notices,
    listing_rules,
    sections,
    shared_text,
    waiting,
    workplace_days,
)
from placements.listing_rules import locked
from placements.models import Placement, Revision
from placements.sections import field_named
from placements.states import OPEN_REVISION, RevisionState


class Difference(NamedTuple):
    """One answer that would change: the page it is on, the question, before and after."""

    section: str
    field: str
    question: str
    before: str
    after: str


def open_for(placement: Placement) -> Revision | None:
    return placement.revisions.filter(state__in=OPEN_REVISION).first()


def as_proposed(placement: Placement, revision: Revision | None = None) -> Placement:
    """The listing in memory as it would be with its open changes; never saved."""
    revision = revision or open_for(placement)
    proposed = copy.copy(placement)
    for name, value in (revision.changes if revision else {}).items():
        setattr(proposed, name, decoded(name, value))
    return proposed


def differences(revision: Revision) -> list[Difference]:
    """What the revision would change, in the order of the listing's pages."""
    placement = revision.placement
    proposed = as_proposed(placement, revision)
    found = [_difference(placement, proposed, name) for name in revision.changes]
    order = [page.code for page in sections.of(placement)]
    return sorted(found, key=lambda one: order.index(one.section) if one.section in order else -1)


def propose(placement: Placement, values: Mapping[str, Any], *, by: Member) -> Revision | None:
    """Keep changed answers for the broker. The caller has locked the listing."""
    revision = open_for(placement)
    changes = dict(revision.changes) if revision else {}
    for name, value in values.items():
        if value == getattr(placement, name):
            changes.pop(name, None)
        else:
            changes[name] = encoded(value)
    if changes == (revision.changes if revision else {}):
        return revision
    return _keep(placement, revision, changes, by)


@transaction.atomic
def submit(revision: Revision, *, by: Member) -> Revision:
    """Send the changes to the desk."""
    revision, placement = _locked(revision, by)
    proposed = as_proposed(placement, revision)
    listing_rules.refuse_below_bar(proposed)
    lifecycle.turn(revision, RevisionState.SUBMITTED)
    revision.submitted_at = clock.now()
    revision.save(update_fields=["submitted_at"])
    if by.organisation_id != placement.provider_id:
        confirmation.refuse_unaddressed(placement, by)
        placement.confirmed_by_employer_at = None
        placement.save(update_fields=["confirmed_by_employer_at"])
    placement.review_notes.filter(settled_at=None).update(settled_at=clock.now())
    listing_notices.revision_submitted(revision)
    return revision


@transaction.atomic
def discard(revision: Revision, *, by: Member) -> Revision:
    """Give the changes up; the listing stays as it was approved."""
    revision, placement = _locked(revision, by)
    lifecycle.turn(revision, RevisionState.DISCARDED)
    placement.review_notes.filter(settled_at=None).update(settled_at=clock.now())
    return revision


def drop(placement: Placement) -> None:
    """Give up whatever is open. The caller has locked the listing."""
    if revision := open_for(placement):
        lifecycle.turn(revision, RevisionState.DISCARDED)


def hold_workplace(revision: Revision) -> None:
    """Before its listing is locked, if the listing is to come to another."""
    if to := decoded("workplace", revision.changes.get("workplace")):
        workplace_days.hold_number(to)


def apply(revision: Revision, placement: Placement) -> None:
    """Make the changes the listing's own. The caller has locked both and decided."""
    for name, value in revision.changes.items():
        setattr(placement, name, decoded(name, value))
    workplace_days.refuse_unless_welcome(placement)
    itself = Placement.objects.filter(pk=placement.pk)
    with waiting.passing_on_days_left(itself, revision.changes, to=placement.workplace):
        placement.save(update_fields=[*revision.changes, "changed_at"])
    shared_text.pass_on(placement, revision.changes)


def encoded(value: object) -> object:
    """A field's value as JSON holds it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, time):
        return value.isoformat()
    return value


def decoded(name: str, value: Any) -> Any:
    """What `encoded` made JSON of."""
    field = field_named(name)
    if isinstance(field, models.ForeignKey):
        return Workplace.objects.filter(pk=value).first() if value else None
    return field.to_python(value)


def _keep(
    placement: Placement, revision: Revision | None, changes: dict[str, Any], by: Member
) -> Revision | None:
    if revision is None:
        return Revision.objects.create(placement=placement, changes=changes, made_by=by)
    if revision.state == RevisionState.SUBMITTED:
        raise ValidationError(
            "The broker is reading your changes. You can change more once they have answered.",
            code="with_the_broker",
        )
    if not changes:
        lifecycle.turn(revision, RevisionState.DISCARDED)
        return None
    revision.changes = changes
    revision.save(update_fields=["changes"])
    return revision


def _locked(revision: Revision, by: Member) -> tuple[Revision, Placement]:
    if not authority.may_write_listing(by, revision.placement):
        raise PermissionDenied
    placement = locked(revision.placement)
    revision = Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
    revision.placement = placement
    return revision, placement


def _difference(placement: Placement, proposed: Placement, name: str) -> Difference:
    return Difference(
        section=sections.holding(placement, name).code,
        field=name,
        question=answers.LABELS[name],
        before=answers.given(placement, name),
        after=answers.given(proposed, name),
    )
