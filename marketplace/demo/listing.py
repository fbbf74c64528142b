"""The second chapter: what is offered, sent to the desk, and published."""

from datetime import date, time, timedelta

from accounts.models import Workplace
from brokers import desk
from marketplace.demo import rows
from marketplace.demo.rows import Offer
from marketplace.demo.settling import Cast
from placements import listings, sections, slots
from placements.models import Placement
from placements.words import SMALL_OFFERS, Criterion, Mode, Pattern, TakesPart

_CRITERIA: dict[str, str] = {
    Criterion.PURPOSE: "We send each student a one-page aim beforehand and go through it together.",
    Criterion.OUTCOMES: "Three outcomes, agreed with the school for the year group.",
    Criterion.TWO_WAY: "Students talk with the team throughout, not only at the end.",
    Criterion.RANGE_OF_PEOPLE: "They meet at least five people, from apprentice to manager.",
    Criterion.TASK: "A real task, set on the first day and finished by the last.",
    Criterion.FEEDBACK: "Somebody who does the job tells each student what was good and what to try.",
    Criterion.REFLECTION: "We close with half an hour of looking back, and a sheet for school.",
}


def publish_all(cast: Cast) -> dict[str, Placement]:
    """Every offer of the table, by its title, through the provider's and the desk's verbs."""
    return {offer.title: publish(offer, cast) for offer in rows.offers()}


def publish(offer: Offer, cast: Cast) -> Placement:
    placement = send_in(offer, cast)
    by = cast.national if _is_national(offer, cast) else cast.broker
    return desk.publish(placement, by=by)


def send_in(offer: Offer, cast: Cast) -> Placement:
    by = cast.hosts[offer.lister]
    placement = write(offer, cast)
    return listings.submit(placement, by=by)


def write(offer: Offer, cast: Cast) -> Placement:
    """Everything but sending it in."""
    by = cast.hosts[offer.lister]
    placement = listings.start(by=by, kind=offer.kind, mode=offer.mode)
    for section in sections.of(placement):
        values = _answers(offer, by.user.name, by.user.email)
        values["workplace"] = _site(offer, cast)
        values = {name: values[name] for name in section.fields if name in values}
        placement = listings.write(placement, section, values, by=by)
    for starts_on in _mondays(offer, cast.today):
        slots.add(
            placement,
            starts_on=starts_on,
            ends_on=starts_on + _span(offer.days),
            places=offer.places,
            by=by,
        )
    return placement


def _answers(offer: Offer, contact: str, email: str) -> dict[str, object]:
    virtual = offer.mode == Mode.VIRTUAL
    answers: dict[str, object] = {
        "title": offer.title,
        "summary": offer.summary,
        "sector": offer.sector,
        "activities": offer.does,
        "objectives": (
            "Students can say what people here do all day, how they came to do it, and "
            "whether it might suit them."
        ),
        "criteria": _criteria(offer),
        "curriculum": "",
        "year_from": offer.years[0],
        "year_to": offer.years[1],
        "adjustments": offer.adjustments,
        "days": offer.days,
        "pattern": Pattern.ONE_OFF if offer.days == 1 else Pattern.BLOCK,
        "starts_at": time(9, 30),
        "ends_at": time(15, 0),
        "takes_part": _where(offer),
        "supervision": "A named member of staff is with the students all day, and a second knows where they are.",
        "self_paced": offer.self_paced,
        "two_way_contact": "Live questions every session; a named person answers within a day."
        if offer.mode != Mode.IN_PERSON
        else "",
        "dress": "" if virtual else "Comfortable clothes and flat, closed shoes.",
        "lunch": "" if virtual else "Bring a packed lunch. There is a kitchen.",
        "travel": "" if virtual else "Ten minutes' walk from the nearest bus stop.",
        "confirms_at_once": offer.confirms_at_once,
        "largest_group": offer.largest_group,
        "contact_name": contact,
        "contact_email": email,
        "joining_instructions": "Join by the link we send the day before."
        if virtual
        else "Come to reception at 9.15 and ask for the placements lead.",
    }
    return answers


def _criteria(offer: Offer) -> dict[str, str]:
    """Small offers claim the first three; everything larger claims all seven."""
    claimed = list(_CRITERIA)[: 3 if offer.kind in SMALL_OFFERS else 7]
    return {criterion: _CRITERIA[criterion] for criterion in claimed}


def _where(offer: Offer) -> str:
    if offer.mode == Mode.VIRTUAL:
        return TakesPart.SCHOOL
    at_school = offer.kind == "talk" or "your school" in offer.does
    return TakesPart.SCHOOL if at_school else TakesPart.WORKPLACE


def _site(offer: Offer, cast: Cast) -> Workplace | None:
    if offer.mode == Mode.VIRTUAL:
        return None
    named = next(row for row in rows.listers() if row.key == offer.lister).sites[offer.site]
    host = cast.hosts[offer.lister]
    return Workplace.objects.get(organisation=host.organisation, name=named.name)


def _is_national(offer: Offer, cast: Cast) -> bool:
    category = cast.hosts[offer.lister].organisation.provider_category
    return offer.mode == Mode.VIRTUAL or category.startswith("national")


def _mondays(offer: Offer, today: date) -> list[date]:
    """The Mondays on which it starts, counted from the day of telling."""
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(weeks=week) for week in offer.weeks]


def _span(days: int) -> timedelta:
    """From the first day to the last, weekends left out."""
    weeks, rest = divmod(days - 1, 5)
    return timedelta(days=7 * weeks + rest)
