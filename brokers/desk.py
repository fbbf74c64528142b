"""The desk: may this broker decide here? Then it is done, and kept with who and why.

The only caller of `placements.moderation`. A hub decides at its own desk; the national
team at every desk, where it must say why it steps in. Each verb hands on to the verb
that locks and keeps the rules, in one transaction with the record of the decision.
"""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Member, Organisation
from brokers import areas, decisions
from brokers.models import Verdict
from placements import moderation
from placements.models import Placement, Revision


@transaction.atomic
def publish(
    placement: Placement, *, by: Member, accepting_risk: str = "", because: str = ""
) -> Placement:
    """Put it up. A private home or a lone adult needs words on why the risk is accepted."""
    desk = decisions.desk_deciding(areas.desk_for(placement), by, because)
    if accepting_risk.strip():
        _accept_risk(placement, desk=desk, by=by, words=accepting_risk)
    placement = moderation.publish(placement, by=by)
    decisions.keep(Verdict.PUBLISHED, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def send_back(
    placement: Placement, *, notes: Mapping[str, str], by: Member, because: str = ""
) -> Placement:
    """Return it for mending, with notes beside the sections they concern."""
    desk = decisions.desk_deciding(areas.desk_for(placement), by, because)
    placement = moderation.send_back(placement, notes=notes, by=by)
    decisions.keep(Verdict.SENT_BACK, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def decline(
    placement: Placement, *, reason: str, comment: str, by: Member, because: str = ""
) -> Placement:
    """Refuse it for good."""
    desk = decisions.desk_deciding(areas.desk_for(placement), by, because)
    placement = moderation.decline(placement, reason=reason, comment=comment, by=by)
    decisions.keep(Verdict.DECLINED, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def suspend(placement: Placement, *, because: str, by: Member) -> Placement:
    """Take it down at once, while something is looked into."""
    desk = decisions.desk_deciding(areas.desk_for(placement), by, because)
    decisions.refuse_without(because)
    placement = moderation.suspend(placement, by=by)
    decisions.keep(Verdict.SUSPENDED, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def lift(placement: Placement, *, because: str, by: Member) -> Placement:
    """Let it stand again."""
    desk = decisions.desk_deciding(areas.desk_for(placement), by, because)
    decisions.refuse_without(because)
    placement = moderation.lift(placement, by=by)
    decisions.keep(Verdict.LIFTED, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def approve_changes(
    revision: Revision, *, by: Member, accepting_risk: str = "", because: str = ""
) -> Placement:
    """Put the changes up."""
    desk = decisions.desk_deciding(areas.desk_for(revision.placement), by, because)
    accepts = bool(accepting_risk.strip())
    placement = moderation.approve_revision(revision, by=by, accepts_risk=accepts)
    if accepts:
        decisions.keep(Verdict.RISK_ACCEPTED, placement, desk=desk, by=by, words=accepting_risk)
    decisions.keep(Verdict.CHANGES_APPROVED, placement, desk=desk, by=by, words=because)
    return placement


@transaction.atomic
def send_back_changes(
    revision: Revision, *, notes: Mapping[str, str], by: Member, because: str = ""
) -> Revision:
    """Return the changes with notes; what was approved stays up."""
    desk = decisions.desk_deciding(areas.desk_for(revision.placement), by, because)
    revision = moderation.send_back_revision(revision, notes=notes, by=by)
    decisions.keep(Verdict.CHANGES_SENT_BACK, revision.placement, desk=desk, by=by, words=because)
    return revision


def _accept_risk(placement: Placement, *, desk: Organisation, by: Member, words: str) -> None:
    decisions.refuse_too_long(words)
    if not placement.needs_a_brokers_decision:
        raise ValidationError("Nothing here needs that decision.", code="no_risk_to_accept")
    moderation.accept_risk(placement, by=by)
    decisions.keep(Verdict.RISK_ACCEPTED, placement, desk=desk, by=by, words=words)
