"""One listing at many workplaces, made from a spreadsheet's rows: see also placements.every_site.

The text has been judged once, with the listing that it belongs to; each site is a listing
of its own for search and booking, and follows it. A place that law or trust wants looked at
by itself (somebody's home, an adult alone with a student) is never among them.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, phrases, postcodes, workplaces
from accounts.models import Member, Workplace
from accounts.postcodes import Place
from placements import authority, counter, every_site, lifecycle, listing_rules, listings, waiting
from placements.models import Placement, Slot
from placements.shared_text import OWN
from placements.site_rows import GROUPS, PLACES, Fault, SiteRow
from placements.slots import COUNTED, DAYS_FOR_ASKING, FURTHEST, LONGEST, open_and_close
from placements.states import PlacementState, SlotState

# What a new workplace takes over from the listing's own: head office answers for all of them.
ALIKE = (
    *("kind", "risk_band", "lone_adult", "restricted_activities"),
    *("insurer", "insured_until", "crown_indemnity", "first_aid"),
)


class Spread(NamedTuple):
    """What became of the rows."""

    made: int
    changed: int
    same: int


@dataclass
class Known:
    """What there is already; read once, however many rows follow."""

    workplaces: dict[tuple[str, str], Workplace] = field(default_factory=dict)
    # By their workplaces.
    sites: dict[UUID | None, Placement] = field(default_factory=dict)
    # By the employer's own references, and by where and when they are.
    slots: dict[str, Slot] = field(default_factory=dict)
    dates: dict[tuple[UUID, date, date], Slot] = field(default_factory=dict)
    # Where each postcode lies.
    found: dict[str, Place] = field(default_factory=dict)


@transaction.atomic
def spread(placement: Placement, rows: Sequence[SiteRow], *, by: Member) -> Spread:
    """Offer the listing at each row's workplace; the same rows again change nothing."""
    _hold_workplaces(placement)
    placement = _locked(placement, by)
    known = _known(placement, rows)
    _hold(known)
    if faults(placement, rows, known):
        raise ValidationError("Some rows cannot be taken.", code="faults")
    _lay_down_workplaces(placement, rows, known)
    _make_sites(placement, rows, known, by)
    done = _keep_slots(placement, rows, known, by)
    # What came down because its dates were over has dates again.
    sites = Placement.objects.filter(pk__in=[site.pk for site in known.sites.values()])
    every_site.show(sites.filter(state=PlacementState.EXPIRED).order_by("pk"), by=by)
    return done


def faults(
    placement: Placement, rows: Sequence[SiteRow], known: Known | None = None
) -> list[Fault]:
    """What keeps rows that can be read from being taken."""
    if counted_otherwise := list(_counted_otherwise(rows, placement)):
        return counted_otherwise
    known = known or _known(placement, rows)
    found = [fault for row in rows for fault in _faults_of(row, placement, known)]
    return [*found, *_doubled(rows)]


def counted_in(placement: Placement) -> str:
    """What the column of places is called."""
    return GROUPS if placement.largest_group else PLACES


def refuse_unless_spreadable(placement: Placement) -> None:
    if placement.text_of_id is not None:
        raise ValidationError("This listing shares the text of another.", code="is_a_site")
    if placement.state != PlacementState.PUBLISHED or placement.is_suspended:
        raise ValidationError(
            "Publish the listing at its own workplace first. Its broker reads the text once for"
            " all of them.",
            code="not_published",
        )
    if placement.is_virtual or placement.workplace is None:
        raise ValidationError("What happens online needs no workplaces.", code="is_virtual")
    if placement.workplace.needs_a_brokers_decision:
        raise ValidationError(
            "A broker decides about each place like this one by itself. List them one by one.",
            code="needs_a_broker",
        )


def _locked(placement: Placement, by: Member) -> Placement:
    if by.organisation_id != placement.provider_id or not authority.may_list(by):
        raise PermissionDenied
    placement = listing_rules.locked(placement)
    refuse_unless_spreadable(placement)
    return placement


def _known(placement: Placement, rows: Sequence[SiteRow]) -> Known:
    own = Workplace.objects.active().filter(organisation=placement.provider_id)
    sites = Placement.objects.filter(text_of=placement).exclude(state=PlacementState.WITHDRAWN)
    known = Known(workplaces={(one.postcode, one.name.casefold()): one for one in own})
    known.found = postcodes.find_all({row.postcode for row in rows})
    known.sites = {site.workplace_id: site for site in (*sites.order_by("pk"), placement)}
    mine = Slot.objects.filter(placement__in=list(known.sites.values()), state=SlotState.OPEN)
    for slot in mine.order_by("pk"):
        known.dates[slot.placement_id, slot.starts_on, slot.ends_on] = slot
        if slot.reference:
            known.slots[slot.reference] = slot
    return known


def _hold_workplaces(placement: Placement) -> None:
    """Whoever makes one of them somebody's home comes first, or waits, and finds the new site.

    Before the listing is locked: whoever changes a workplace locks in this order.
    """
    own = Workplace.objects.filter(organisation=placement.provider_id).order_by("pk")
    list(own.select_for_update(no_key=True).values_list("pk"))


def _hold(known: Known) -> None:
    """Lock the sites and then their dates, as every verb does, and read what was taken since."""
    sites = [site.pk for site in known.sites.values()]
    held = Placement.objects.filter(pk__in=sites).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk"))
    slots = Slot.objects.filter(pk__in=[slot.pk for slot in known.slots.values()])
    for slot in counter.lock_all(slots):
        known.slots[slot.reference] = slot


def _counted_otherwise(rows: Sequence[SiteRow], placement: Placement) -> Iterator[Fault]:
    """A list from before the listing was counted so: 60 places are no 60 groups."""
    due = counted_in(placement)
    words = f"This listing counts {due.lower()}. Call the column {due}, and enter how many"
    for row in rows:
        if row.counted_in != due:
            yield Fault(row.line, row.counted_in, words, str(row.places))


def _doubled(rows: Sequence[SiteRow]) -> Iterator[Fault]:
    """The same place and dates once more, under another reference."""
    seen: dict[tuple[tuple[str, str], date, date], int] = {}
    for row in rows:
        earlier = seen.setdefault((row.place, row.starts_on, row.ends_on), row.line)
        if earlier != row.line:
            words = f"Line {earlier} has the same place and dates"
            yield Fault(row.line, "First day", words, f"{row.starts_on:%d/%m/%Y}")


def _faults_of(row: SiteRow, placement: Placement, known: Known) -> Iterator[Fault]:
    workplace = known.workplaces.get(row.place)
    if workplace is None and row.postcode not in known.found:
        yield Fault(row.line, "Postcode", "Nobody knows this postcode", row.postcode)
    if workplace is not None and workplace.needs_a_brokers_decision:
        words = "A broker decides about this place by itself. List it separately"
        yield Fault(row.line, "Workplace", words, row.name)
    site = known.sites.get(workplace.pk) if workplace else None
    before = known.slots.get(row.reference)
    # What changes nothing is never too late.
    if before is None or row.asked != (before.starts_on, before.ends_on, before.places):
        yield from _faults_of_days(row, placement)
    if before is not None:
        yield from _faults_of_change(row, before, site)
        yield from _faults_of_opening(row, before, placement)
    there = known.dates.get((site.pk, row.starts_on, row.ends_on)) if site else None
    if there is not None and there != before:
        yield Fault(row.line, "First day", "This place has these dates already", str(row.starts_on))


def _faults_of_days(row: SiteRow, placement: Placement) -> Iterator[Fault]:
    today = clock.today()
    if row.starts_on - timedelta(days=placement.closes_days_before) < today:
        words = "Too soon: schools could not book any more"
        yield Fault(row.line, "First day", words, f"{row.starts_on:%d/%m/%Y}")
    elif row.starts_on > today + FURTHEST:
        yield Fault(row.line, "First day", "More than two years ahead", f"{row.starts_on:%d/%m/%Y}")
    if not row.starts_on <= row.ends_on <= row.starts_on + LONGEST:
        words = "Not on or within a year after the first day"
        yield Fault(row.line, "Last day", words, f"{row.ends_on:%d/%m/%Y}")


def _faults_of_change(row: SiteRow, before: Slot, site: Placement | None) -> Iterator[Fault]:
    if site is None or before.placement_id != site.pk:
        words = "This reference is at another place. Use a new one"
        yield Fault(row.line, "Reference", words, row.reference)
    after = copy(before)
    after.places = row.places
    counter.follow_share(after)
    if row.places < after.taken + after.kept_back:
        kept = f", and {after.kept_back} are kept for some" if after.kept_back else ""
        words = f"Schools have booked {before.taken}{kept}"
        yield Fault(row.line, row.counted_in, words, str(row.places))
    moved = (row.starts_on, row.ends_on) != (before.starts_on, before.ends_on)
    if moved and (before.taken or before.waiting):
        words = "Schools have booked these dates, so they stay"
        yield Fault(row.line, "First day", words, f"{row.starts_on:%d/%m/%Y}")


def _faults_of_opening(row: SiteRow, before: Slot, placement: Placement) -> Iterator[Fault]:
    """Schools wait for a moment that was announced, which earlier dates would drop."""
    announced, moved = before.opens_at, row.starts_on != before.starts_on
    closes_on = row.starts_on - timedelta(days=placement.closes_days_before)
    if moved and announced and announced > clock.now() and before.opening.date() > closes_on:
        words = f"Booking would close before it opens on {phrases.moment(announced)}"
        yield Fault(row.line, "First day", words, f"{row.starts_on:%d/%m/%Y}")
    by_rule = row.starts_on - timedelta(days=placement.opens_days_before + before.early_days)
    until = before.reserved_until
    if moved and not announced and before.kept_now and until and by_rule > until:
        words = "Booking would open after the day until which places are kept"
        yield Fault(row.line, "First day", words, f"{row.starts_on:%d/%m/%Y}")


def _lay_down_workplaces(placement: Placement, rows: Sequence[SiteRow], known: Known) -> None:
    like = placement.workplace
    new = {}
    for row in rows:
        if row.place not in known.workplaces and row.place not in new:
            made = Workplace(
                organisation=placement.provider,
                name=row.name,
                address=row.address,
                town=row.town,
                postcode=row.postcode,
                **{name: getattr(like, name) for name in ALIKE},
            )
            workplaces.place_at(made, known.found[row.postcode])
            new[row.place] = made
    Workplace.objects.bulk_create(new.values(), batch_size=500)
    known.workplaces |= new


def _make_sites(placement: Placement, rows: Sequence[SiteRow], known: Known, by: Member) -> None:
    new: dict[UUID | None, Placement] = {}
    now = clock.now()
    for row in rows:
        workplace = known.workplaces[row.place]
        if workplace.pk not in known.sites and workplace.pk not in new:
            site = Placement(
                **{name: getattr(placement, name) for name in listings.COPIED if name not in OWN},
                provider=placement.provider,
                workplace=workplace,
                text_of=placement,
                written_by=by,
                badges=placement.badges,
                state=PlacementState.PUBLISHED,
                submitted_at=now,
                confirmed_by_employer_at=now,
                published_at=now,
                last_confirmed_on=clock.today(),
            )
            new[workplace.pk] = site
    Placement.objects.bulk_create(new.values(), batch_size=200)
    lifecycle.begin_all(list(new.values()), by=by)
    known.sites |= new


def _keep_slots(placement: Placement, rows: Sequence[SiteRow], known: Known, by: Member) -> Spread:
    new, changed = [], []
    for row in rows:
        site = known.sites[known.workplaces[row.place].pk]
        before = known.slots.get(row.reference)
        group = placement.largest_group
        slot = before or Slot(placement=site, reference=row.reference, largest_group=group)
        asked = row.asked
        if before is None:
            new.append(slot)
        elif asked != (slot.starts_on, slot.ends_on, slot.places):
            changed.append(slot)
        slot.starts_on, slot.ends_on, slot.places = asked
        counter.follow_share(slot)
        open_and_close(slot, placement)
    Slot.objects.bulk_create(new, batch_size=500)
    lifecycle.begin_all(new, by=by)
    days = ["starts_on", "ends_on", *DAYS_FOR_ASKING, *COUNTED]
    Slot.objects.bulk_update(changed, days, batch_size=200)
    for slot in changed:
        if slot.waiting:
            waiting.pass_on(slot)
    return Spread(len(new), len(changed), len(rows) - len(new) - len(changed))
