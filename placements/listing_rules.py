"""What the rules of writing a listing forbid, each with its code; and the lock they hold under."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accounts import clock, phrases
from placements import bar
from placements.models import Placement, Slot
from placements.sections import Section, field_named
from placements.states import APPROVED, BEING_WRITTEN, CLOSED, PlacementState
from placements.words import Criterion, Mode

# They change nothing that a broker approved, so they apply at once.
FREE = frozenset(
    {
        "lunch",
        "dress",
        "equipment",
        "travel",
        "confirms_at_once",
        "largest_group",
        "most_places_per_school",
        "fewest_places_per_school",
        "opens_days_before",
        "closes_days_before",
        "contact_name",
        "contact_email",
        "contact_phone",
        "joining_instructions",
    }
)


def locked(placement: Placement) -> Placement:
    """The row as it is now, kept from others until the end of the transaction.

    Locks are taken in one order everywhere: placement, then slot, then booking.
    """
    rows = Placement.objects.select_related("provider", "workplace", "written_by")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=placement.pk)


def refuse_unless_writable(placement: Placement) -> None:
    if placement.text_of_id is not None:
        raise ValidationError(
            "This listing shares its text with other workplaces. Change it there, once for all.",
            code="shared_text",
        )
    if placement.state == PlacementState.SUBMITTED:
        raise ValidationError(
            "The broker is reading this listing. You can change it once they have answered.",
            code="with_the_broker",
        )
    if placement.state not in (*BEING_WRITTEN, *APPROVED):
        raise ValidationError(
            "This listing is closed. Copy it to offer it again.", code="listing_closed"
        )


def refuse_sent_in_already(placement: Placement) -> None:
    if placement.state not in BEING_WRITTEN:
        raise ValidationError("This listing has been sent in already.", code="move_not_allowed")


def refuse_other_questions(section: Section, values: Mapping[str, object]) -> None:
    if unknown := set(values) - set(section.fields):
        raise ValidationError(
            "This page does not ask about %(fields)s.",
            code="unknown_field",
            params={"fields": ", ".join(sorted(unknown))},
        )


def refuse_new_kind(placement: Placement, section: Section) -> None:
    if section.code == "kind" and placement.state not in BEING_WRITTEN:
        raise ValidationError(
            "The kind of a published listing stays as it is. Copy the listing to offer another.",
            code="kind_is_fixed",
        )


def refuse_virtual_with_sites(placement: Placement, values: Mapping[str, Any]) -> None:
    """All of its sites would become virtual with it, and are places that schools booked."""
    if values.get("mode") == Mode.VIRTUAL and placement.sites.exclude(state__in=CLOSED).exists():
        raise ValidationError(
            "This listing is offered at several workplaces, so it cannot take place online."
            " Copy it to offer that as well.",
            code="has_sites",
        )


def refuse_other_workplace(placement: Placement, values: Mapping[str, Any]) -> None:
    workplace = values.get("workplace")
    if workplace is not None and workplace.organisation_id != placement.provider_id:
        raise ValidationError("Choose one of your own workplaces.", code="not_your_workplace")


def refuse_malformed(placement: Placement, values: Mapping[str, Any]) -> None:
    """What no form would let through: too long, of the wrong type, not on the list."""
    for name, value in values.items():
        field = field_named(name)
        plain = value.pk if isinstance(value, models.Model) else value
        try:
            field.clean(plain, placement)
        except ValidationError as fault:
            raise ValidationError(
                "%(question)s: %(fault)s",
                code="invalid",
                params={"question": field.verbose_name, "fault": " ".join(fault.messages)},
            ) from fault


def refuse_unknown_criteria(values: Mapping[str, Any]) -> None:
    criteria = values.get("criteria") or {}
    known = isinstance(criteria, dict) and set(criteria) <= set(Criterion.values)
    if not known or not all(isinstance(how, str) for how in criteria.values()):
        raise ValidationError("Choose criteria from the list.", code="invalid")


def refuse_contradiction(placement: Placement) -> None:
    """`placement` carries the new values already, in memory."""
    for shortcoming in bar.contradictions(placement):
        raise ValidationError(shortcoming.words, code=shortcoming.code)


def refuse_below_bar(placement: Placement) -> None:
    if missing := bar.shortcomings(placement):
        raise ValidationError(
            "The listing is not finished: %(what)s.",
            code="not_finished",
            params={"what": "; ".join(shortcoming.words for shortcoming in missing)},
        )


def refuse_unaccepted_risk(placement: Placement) -> None:
    """A private home, or an adult alone with a student: only after a broker has decided."""
    if placement.needs_a_brokers_decision and placement.risk_accepted_by is None:
        raise ValidationError(
            "A broker must look at this workplace and accept the risk first.",
            code="risk_not_accepted",
        )


def refuse_broken_promise(slot: Slot, announced: datetime | None) -> None:
    """`slot` carries its new days already, in memory."""
    refuse_lost_opening(slot, announced)
    if slot.kept_now and slot.reserved_until and slot.first_opening.date() > slot.reserved_until:
        refuse_opening_after_release(slot)


def refuse_opening_after_release(slot: Slot) -> None:
    """Those for whom places are kept could never book them."""
    assert slot.reserved_until is not None  # noqa: S101 -- places are kept until a day.
    raise ValidationError(
        "Of %(dates)s places are kept until %(until)s for %(whom)s, and booking would open only"
        " after that. Keep them longer first.",
        code="opens_after_release",
        params={
            "dates": phrases.date_range(slot.starts_on, slot.ends_on),
            "until": phrases.long_date(slot.reserved_until),
            "whom": slot.priority,
        },
    )


def refuse_lost_opening(slot: Slot, announced: datetime | None) -> None:
    """Schools wait for a moment that was announced, so nothing drops it without a word; one that
    has passed has kept its promise."""
    if announced and announced > clock.now() and slot.opens_at is None:
        raise ValidationError(
            "Booking of %(dates)s would close before %(moment)s, when you said that it opens.",
            code="opens_too_late",
            params={
                "dates": phrases.date_range(slot.starts_on, slot.ends_on),
                "moment": phrases.moment(announced),
            },
        )
