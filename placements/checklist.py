"""The checklist of a booking: what is done, what is missing, and whose turn it is.

Nothing here is a stored tick, where a fact exists: a check that runs out is missing again,
and so is a consent that is taken back. Which lines a start needs is for the rows of
`PaperRule` to say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from accounts import clock, phrases
from accounts.models import WorkplaceKind
from placements import roll
from placements.models import Booking, HostAgreement, PaperRule, WorkplaceCheck
from placements.models.paperwork import Known
from placements.roll import Progress
from placements.words import Mode, Paper, WithoutIt

STRICTEST = (WithoutIt.BLOCKS, WithoutIt.ESCALATES, WithoutIt.ADVISES)
SCHOOL, HOST = "school", "host"
# Whose turn it is while a line is missing. A hub may record a check for the school.
WHOSE = {
    Paper.AGREEMENT: HOST,
    Paper.CHECK: SCHOOL,
    Paper.INSURANCE: HOST,
    Paper.NAMED: SCHOOL,
    Paper.CONSENT: SCHOOL,
    Paper.BRIEFING: SCHOOL,
}


# What happens online needs neither.
OF_A_WORKPLACE = (Paper.CHECK, Paper.INSURANCE)


@dataclass(frozen=True)
class Line:
    """One paper of one booking."""

    item: Paper
    is_done: bool
    # How it stands, in words.
    words: str
    without: WithoutIt
    due_on: date

    @property
    def title(self) -> str:
        return str(self.item.label)

    @property
    def is_obligatory(self) -> bool:
        return self.without != WithoutIt.ADVISES

    @property
    def is_missing(self) -> bool:
        return self.is_obligatory and not self.is_done

    @property
    def is_late(self) -> bool:
        return self.is_missing and self.due_on < clock.today()

    @property
    def whose(self) -> str:
        return WHOSE[self.item]


@dataclass(frozen=True)
class Facts:
    """What the lines are read from, asked for once."""

    booking: Booking
    progress: Progress
    agreement: HostAgreement | None
    known: Known

    @property
    def last_day(self) -> date:
        return self.booking.slot.ends_on

    @property
    def is_one_to_one_at_home(self) -> bool:
        workplace = self.booking.slot.placement.workplace
        return (
            workplace is not None
            and workplace.kind == WorkplaceKind.PRIVATE_HOME
            and workplace.lone_adult
            and self.booking.places == 1
        )


def of(booking: Booking) -> list[Line]:
    """Its lines, in the order in which they are usually done."""
    facts = facts_of(booking)
    return [_line(rule, facts) for rule in rules_for(booking)]


def missing(lines: Iterable[Line], without: WithoutIt | None = None) -> list[Line]:
    return [line for line in lines if line.is_missing and without in (None, line.without)]


def rules_for(booking: Booking) -> list[PaperRule]:
    """For each paper the row that says most about this booking; of two, the stricter one."""
    chosen: dict[str, PaperRule] = {}
    rules = PaperRule.objects.in_force(booking.slot.starts_on)
    for rule in sorted(rules, key=_weight):
        if _is_about(rule, booking):
            chosen[rule.item] = rule
    return [chosen[item] for item in Paper if item in chosen]


def facts_of(booking: Booking) -> Facts:
    placement = booking.slot.placement
    where = workplace_of(booking)
    agreements = HostAgreement.objects.filter(organisation=placement.provider, workplace=where)
    return Facts(
        booking=booking,
        progress=roll.progress(booking),
        agreement=agreements.first(),
        known=WorkplaceCheck.objects.at(where),
    )


def workplace_of(booking: Booking) -> UUID | None:
    """Where students will be; nothing for what happens online."""
    placement = booking.slot.placement
    return None if placement.mode == Mode.VIRTUAL else placement.workplace_id


def _weight(rule: PaperRule) -> tuple[int, int, date]:
    """From the general to the particular, and from the mild to the strict."""
    said = sum(map(bool, (rule.kind, rule.mode, rule.risk_band)))
    return said, -STRICTEST.index(WithoutIt(rule.without)), rule.from_on


def _is_about(rule: PaperRule, booking: Booking) -> bool:
    placement = booking.slot.placement
    workplace = placement.workplace if workplace_of(booking) else None
    band = workplace.risk_band if workplace else ""
    return (
        rule.kind in ("", placement.kind)
        and rule.mode in ("", placement.mode)
        and rule.risk_band in ("", band)
        and (rule.item not in OF_A_WORKPLACE or workplace is not None)
    )


def _line(rule: PaperRule, facts: Facts) -> Line:
    is_done, words = READ[Paper(rule.item)](facts)
    due_on = facts.booking.slot.starts_on - timedelta(days=rule.days_before)
    without = WithoutIt.BLOCKS if _is_decided_against(rule, facts) else WithoutIt(rule.without)
    return Line(Paper(rule.item), is_done, words, without, due_on)


def _is_decided_against(rule: PaperRule, facts: Facts) -> bool:
    """A workplace found unsuitable is more than one that nobody has looked at yet; and so is a
    home where one adult would be alone with one student, until a hub has said yes to it."""
    if rule.item != Paper.CHECK or rule.without == WithoutIt.ADVISES:
        return False
    found = facts.known.that_counts
    return facts.is_one_to_one_at_home or (found is not None and not found.is_suitable)


def _agreement(facts: Facts) -> tuple[bool, str]:
    found = facts.agreement
    if found is None:
        return False, "The host has not agreed to the terms yet."
    until = phrases.long_date(found.valid_until)
    if found.valid_until < facts.last_day:
        return False, f"The host's agreement ends on {until}, before the last day."
    return True, f"Agreed until {until}."


def _check(facts: Facts) -> tuple[bool, str]:
    found, workplace = facts.known.that_counts, facts.booking.slot.placement.workplace
    if facts.is_one_to_one_at_home and not (found and found.is_by_a_desk):
        return False, "One adult alone with one student at home: only your hub can say yes to it."
    if found is None or workplace is None:
        return False, "Nobody has recorded a check of the workplace."
    by = found.assessor or found.recorded_by.organisation
    until = phrases.long_date(found.valid_until)
    if not found.is_suitable:
        return False, f"{by} found it not suitable on {phrases.long_date(found.checked_on)}."
    if found.covers(workplace, facts.last_day):
        band = found.get_band_display().partition(":")[0].lower()
        return True, f"Checked by {by} for risks that are {band}, good until {until}."
    if found.valid_until < facts.last_day:
        return False, f"The check by {by} ends on {until}, before the last day."
    return False, f"The last check, by {by}, does not cover what students would do."


def _insurance(facts: Facts) -> tuple[bool, str]:
    """What somebody has seen, and else what the host says."""
    workplace, seen = facts.booking.slot.placement.workplace, facts.known.insurance_seen_until
    if workplace is None or workplace.crown_indemnity:
        return True, "The host says that Crown indemnity covers it."
    if seen and seen >= facts.last_day:
        return True, f"Seen, good until {phrases.long_date(seen)}."
    said = workplace.insured_until if workplace.insurer else None
    if said and said >= facts.last_day:
        return True, f"The host says: {workplace.insurer}, until {phrases.long_date(said)}."
    ends = max(filter(None, (seen, said)), default=None)
    if ends:
        return False, f"It ends on {phrases.long_date(ends)}, before the last day."
    return False, "The host has not said who insures it, and until when."


def _named(facts: Facts) -> tuple[bool, str]:
    told = facts.progress
    if told.named > told.places:
        return False, f"{told.named} named for {told.places}: take off whoever does not come."
    return told.is_full, f"{told.named} of {told.places} named."


def _consent(facts: Facts) -> tuple[bool, str]:
    told = facts.progress
    if not told.named:
        return False, "No student is named yet."
    return (
        told.named == told.agreed,
        f"{told.agreed} of {phrases.plural(told.named, 'parent')} agreed.",
    )


def _briefing(facts: Facts) -> tuple[bool, str]:
    found = getattr(facts.booking, "briefing", None)
    if found is None:
        return False, "The school has not said that students are briefed."
    return True, f"Briefed by {phrases.long_date(timezone.localdate(found.at))}."


READ: dict[Paper, Callable[[Facts], tuple[bool, str]]] = {
    Paper.AGREEMENT: _agreement,
    Paper.CHECK: _check,
    Paper.INSURANCE: _insurance,
    Paper.NAMED: _named,
    Paper.CONSENT: _consent,
    Paper.BRIEFING: _briefing,
}
