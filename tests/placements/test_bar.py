"""The minimum bar, and what a broker is told beside it."""

from datetime import time, timedelta

import pytest

from placements import bar, cautions, sections
from placements.words import SMALL_OFFERS, Criterion, Kind, Mode, TakesPart
from tests.factories import DraftFactory, SlotFactory, WorkplaceFactory, days_ahead

pytestmark = pytest.mark.django_db

DAYS = {
    Kind.SHADOWING: 1,
    Kind.SHORT_PLACEMENT: 3,
    Kind.EXTENDED_PLACEMENT: 10,
    Kind.T_LEVEL: 45,
    Kind.SUPPORTED: 90,
}


def finished(**values):
    placement = DraftFactory(**values)
    SlotFactory(placement=placement)
    return placement


def codes(placement):
    return [(short.field, short.code) for short in bar.shortcomings(placement)]


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("mode", Mode.values)
def test_a_finished_listing_of_every_kind_passes(kind, mode):
    placement = finished(
        kind=kind,
        mode=mode,
        days=DAYS.get(kind, 5),
        year_from=12,
        two_way_contact="Live questions.",
        workplace=None if mode == Mode.VIRTUAL else WorkplaceFactory(),
    )

    assert codes(placement) == []


@pytest.mark.parametrize("kind", SMALL_OFFERS)
def test_a_small_offer_needs_few_answers(kind):
    placement = finished(
        kind=kind, days=None, pattern="", starts_at=None, ends_at=None, supervision="", criteria={}
    )

    assert codes(placement) == []


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "summary",
        "sector",
        "activities",
        "objectives",
        "takes_part",
        "supervision",
        "contact_name",
        "contact_email",
        "pattern",
    ],
)
def test_a_week_without_an_answer_is_not_finished(field):
    assert codes(finished(**{field: ""})) == [(field, "missing")]


@pytest.mark.parametrize("field", ["workplace", "days", "starts_at", "ends_at"])
def test_a_week_without_a_place_or_hours_is_not_finished(field):
    assert codes(finished(**{field: None})) == [(field, "missing")]


def test_a_virtual_offer_says_how_students_talk_with_somebody():
    placement = finished(mode=Mode.VIRTUAL, workplace=None, takes_part=TakesPart.HOME)

    assert codes(placement) == [("two_way_contact", "missing")]


@pytest.mark.parametrize(
    ("kind", "days", "first"),
    [(Kind.WEEK_PLACEMENT, 5, 10), (Kind.T_LEVEL, 45, 12), (Kind.SUPPORTED, 90, 12)],
)
def test_work_is_for_those_who_are_old_enough(kind, days, first):
    younger = finished(kind=kind, days=days, year_from=first - 1)
    old_enough = finished(kind=kind, days=days, year_from=first)

    assert codes(younger) == [("year_from", "too_young")]
    assert codes(old_enough) == []


@pytest.mark.parametrize("kind", [Kind.TALK, Kind.VISIT, Kind.PROJECT, Kind.SHADOWING])
def test_what_is_not_work_is_for_every_year(kind):
    assert codes(finished(kind=kind, days=1, year_from=7)) == []


@pytest.mark.parametrize(
    "missing", [Criterion.PURPOSE, Criterion.OUTCOMES, Criterion.TWO_WAY, Criterion.TASK]
)
def test_a_week_keeps_four_of_the_criteria(missing):
    met = {criterion.value: "" for criterion in Criterion if criterion != missing}

    assert codes(finished(criteria=met)) == [("criteria", "criterion_not_met")]


def test_a_visit_sets_no_task():
    three = {c.value: "" for c in (Criterion.PURPOSE, Criterion.OUTCOMES, Criterion.TWO_WAY)}

    assert codes(finished(kind=Kind.VISIT, days=1, criteria=three)) == []


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (Kind.SHADOWING, 3),
        (Kind.SHORT_PLACEMENT, 5),
        (Kind.WEEK_PLACEMENT, 10),
        (Kind.EXTENDED_PLACEMENT, 5),
        (Kind.T_LEVEL, 20),
    ],
)
def test_the_days_fit_the_kind(kind, days):
    assert codes(finished(kind=kind, days=days, year_from=12)) == [("days", "days_do_not_fit_kind")]


def test_the_smallest_group_is_no_larger_than_the_largest():
    placement = finished()
    placement.fewest_places_per_school, placement.most_places_per_school = 6, 5

    assert [one.code for one in bar.contradictions(placement)] == ["groups_not_in_order"]
    placement.most_places_per_school = 6
    assert bar.contradictions(placement) == []


def test_a_listing_needs_dates_to_come():
    placement = DraftFactory()
    SlotFactory(placement=placement, starts_on=days_ahead(-10))

    assert codes(placement) == [("", "no_dates")]


def test_a_workplace_that_is_no_longer_used_will_not_do():
    placement = finished(workplace=WorkplaceFactory(is_active=False))

    assert codes(placement) == [("workplace", "workplace_retired")]


def test_shortcomings_stand_in_the_order_of_the_pages():
    placement = DraftFactory(title="", contact_name="", days=None)

    assert [short.section for short in bar.shortcomings(placement)] == [
        "what",
        "when",
        "dates",
        "contact",
    ]


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("mode", Mode.values)
def test_every_answer_that_is_needed_is_asked_for_on_one_page(kind, mode):
    placement = DraftFactory(kind=kind, mode=mode)
    asked = [name for page in sections.of(placement) for name in page.fields]

    assert bar.needed(placement) - {"kind", "mode"} <= set(asked)
    assert len(asked) == len(set(asked))


def test_a_talk_is_asked_for_on_three_pages_and_a_fortnight_on_more():
    def pages(kind):
        return [p for p in sections.sections_for(kind, Mode.IN_PERSON) if not p.optional]

    assert len(pages(Kind.TALK)) == 3
    assert len(pages(Kind.EXTENDED_PLACEMENT)) == 9


@pytest.mark.parametrize(
    ("workplace", "code"),
    [
        ({"kind": "private_home"}, "private_home"),
        ({"lone_adult": True}, "lone_adult"),
        ({"restricted_activities": ["machinery"]}, "restricted_activities"),
        ({"insurer": ""}, "no_insurance"),
        ({"insured_until": days_ahead(10)}, "insurance_ends"),
    ],
)
def test_the_broker_is_told_what_to_weigh_about_a_place(workplace, code):
    sound = {"insurer": "Severn Mutual", "insured_until": days_ahead(900)}
    placement = finished(workplace=WorkplaceFactory(**{**sound, **workplace}))

    assert [caution.code for caution in cautions.of(placement)] == [code]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"starts_at": time(6, 30), "ends_at": time(14)}, "unusual_hours"),
        ({"starts_at": time(12), "ends_at": time(19, 30)}, "unusual_hours"),
        ({"charge": "£10 for lunch"}, "charge"),
    ],
)
def test_the_broker_is_told_of_unusual_hours_and_of_money(values, code):
    placement = finished(workplace=WorkplaceFactory(crown_indemnity=True), **values)

    assert [caution.code for caution in cautions.of(placement)] == [code]


def test_a_talk_needs_no_insurance():
    assert cautions.of(finished(kind=Kind.TALK)) == []


def test_a_day_of_nine_hours_is_the_longest():
    longest = finished(starts_at=time(8), ends_at=time(17))
    longer = finished(starts_at=time(8), ends_at=time(17, 1))

    assert codes(longest) == []
    assert codes(longer) == [("ends_at", "day_too_long")]
    assert timedelta(hours=9) == bar.LONGEST_DAY
