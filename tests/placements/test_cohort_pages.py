"""What a careers leader sees and does for a whole cohort."""

import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import phrases
from accounts.models import Role, School
from placements import bookings, cohorts, reserves, shortlists
from placements.cohorts import Group, Line
from placements.models import Booking, Cohort, PriorityRule, Slot
from placements.priority import COUNTED_FOR_ANOTHER
from placements.states import PlacementState
from placements.words import Chances
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    CohortFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

NEW, ALL = "/bookings/cohorts/new/", "/bookings/cohorts/"
WHO = {"name": "Year 10", "students": "30", "year_group": "10", "together": "all"}


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def placement():
    return PlacementFactory(title="A week in a bakery")


@pytest.fixture
def slots(placement):
    return [
        SlotFactory(placement=placement, places=15, starts_on=days_ahead(60 + 7 * week))
        for week in range(3)
    ]


@pytest.fixture
def page(client, leader):
    client.force_login(leader.user)
    return client


def lines(slots, *places):
    return {f"places-{slot.pk}": n for slot, n in zip(slots, places, strict=False)}


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_lists_the_dates_of_one_placement(page, placement, slots):
    answer = page.get(f"{NEW}?placement={placement.pk}")

    assert all(f'name="places-{slot.pk}"' in answer.content.decode() for slot in slots)
    assert "15 places left" in text(answer)


def test_without_a_name_it_lists_what_is_on_the_shortlist(page, leader, placement, slots):
    other = SlotFactory()
    shortlists.add(placement, by=leader)
    shortlists.add(other.placement, by=leader)

    content = page.get(NEW).content.decode()

    assert all(f"places-{slot.pk}" in content for slot in [*slots, other])
    assert NEW in page.get("/shortlist/").content.decode()


def test_without_a_shortlist_it_says_where_to_begin(page):
    assert "No dates to choose from yet" in text(page.get(NEW))
    assert "No dates to choose from yet" in text(page.get(f"{NEW}?placement=nonsense"))


def test_dates_that_are_full_closed_or_booked_already_are_not_offered(page, leader, placement):
    ours = SlotFactory(placement=placement)
    bookings.request(ours, places=1, by=leader)
    unwanted = [
        ours,
        SlotFactory(placement=placement, places=2, taken=2),
        SlotFactory(placement=placement, closes_on=days_ahead(-1)),
        SlotFactory(placement__state=PlacementState.PAUSED),
    ]
    offered = SlotFactory(placement=placement)
    asked = "&".join(f"placement={slot.placement_id}" for slot in [offered, *unwanted])

    content = page.get(f"{NEW}?{asked}").content.decode()

    assert f"places-{offered.pk}" in content
    assert not any(f"places-{slot.pk}" in content for slot in unwanted)


def test_places_are_booked_and_shown_together(page, slots):
    answer = page.post(NEW, {**WHO, **lines(slots, 15, 15, "")}, follow=True)

    assert "0 of 30 students have a place." in text(answer)
    assert "30 places not yet settled" in text(answer)
    assert Booking.objects.count() == 2


def test_where_one_date_fails_it_says_so_beside_it_and_keeps_what_was_typed(page, slots):
    bookings.request(slots[1], places=10, by=CareersLeaderFactory())

    answer = page.post(NEW, {**WHO, **lines(slots, 15, 14, "")})

    content = answer.content.decode()
    assert "Only 5 places are left on these dates." in content
    assert f'href="#id_places-{slots[1].pk}"' in content
    assert re.search(rf'id="id_places-{slots[0].pk}"[^>]*value="15"', content)
    assert re.search(rf'id="id_places-{slots[1].pk}"[^>]*value="14"', content)
    assert not Cohort.objects.exists()


def test_dates_that_moved_since_the_form_was_opened_are_booked_by_one_more_click(page, slots):
    shown = page.get(NEW, {"placement": str(slots[0].placement_id)}).content.decode()
    days = dict(re.findall(r'name="((?:starts|ends)_on-[^"]+)" value="([^"]+)"', shown))
    assert len(days) == 6
    Slot.objects.filter(pk=slots[1].pk).update(starts_on=days_ahead(90), ends_on=days_ahead(91))
    slots[1].refresh_from_db()
    typed = {**WHO, **lines(slots, 15, 14)}

    again = page.post(NEW, typed | days)

    now = phrases.date_range(slots[1].starts_on, slots[1].ends_on)
    assert f"The dates have changed to {now} since you looked." in text(again)
    assert not Booking.objects.exists()
    after = dict(
        re.findall(r'name="((?:starts|ends)_on-[^"]+)" value="([^"]+)"', again.content.decode())
    )
    assert after[f"starts_on-{slots[1].pk}"] == str(slots[1].starts_on)

    page.post(NEW, typed | after)

    assert Booking.objects.count() == 2


def test_as_many_as_possible_says_what_failed_and_why(page, slots):
    bookings.request(slots[1], places=10, by=CareersLeaderFactory())

    answer = page.post(NEW, {**WHO, "together": "some", **lines(slots, 15, 14)}, follow=True)

    assert "Not booked" in text(answer)
    assert "14 places wanted" in text(answer)
    assert "Only 5 places are left on these dates." in text(answer)
    assert Booking.objects.filter(cohort__isnull=False).count() == 1


@pytest.fixture
def missed(page, slots):
    """A cohort that has the first dates of the bakery, and could not have the second."""
    bookings.request(slots[1], places=10, by=CareersLeaderFactory())
    said = {**WHO, "together": "some", "note": "By train.", "adjustments": ["step_free"]}
    page.post(NEW, {**said, **lines(slots, 15, 14)})
    return Cohort.objects.get()


def instead(cohort, slot):
    return reverse("placements:cohort-instead", args=[cohort.pk, slot.pk])


def test_what_failed_leads_to_what_would_do_and_to_a_search_for_more(page, missed, slots):
    answer = page.get(reverse("placements:cohort", args=[missed.pk]))
    assert instead(missed, slots[1]) in answer.content.decode()

    answer = page.get(instead(missed, slots[1]))

    assert "You wanted 14 places at A week in a bakery" in text(answer)
    assert text(answer).count("Take 14 places here instead") == 1
    found = re.search(r'href="([^"]+)">Search for others like it', answer.content.decode())[1]
    assert "places=14" in found
    assert "year_group=10" in found
    assert page.get(html.unescape(found)).status_code == 200


def test_at_most_three_are_shown_and_each_could_be_had(page, missed, slots):
    for days in range(5):
        day = days_ahead(66 + days)
        SlotFactory(places=14, starts_on=day, placement__adjustments=["step_free"])
    SlotFactory(places=13, starts_on=days_ahead(67))
    SlotFactory(places=20, starts_on=days_ahead(120))

    answer = page.get(instead(missed, slots[1]))

    assert text(answer).count("Take 14 places here instead") == 3
    assert "13 places left" not in text(answer)
    assert "20 places left" not in text(answer)


def test_one_click_takes_another_in_its_place(page, missed, slots):
    address = reverse("placements:book-instead", args=[missed.pk, slots[1].pk, slots[2].pk])

    first, again = (page.post(address, follow=True) for _ in range(2))

    assert "Asked for instead: 14 places" in text(first)
    assert "Asked for instead" not in text(again)
    assert "Not booked" not in text(again)
    booking = slots[2].bookings.get()
    assert (booking.places, booking.cohort, booking.year_group) == (14, missed, 10)
    assert (booking.note, booking.adjustments) == ("By train.", ["step_free"])
    assert page.get(instead(missed, slots[1])).url == reverse("placements:cohort", args=[missed.pk])


def test_nothing_is_taken_instead_whose_dates_have_moved_meanwhile(page, missed, slots):
    address = reverse("placements:book-instead", args=[missed.pk, slots[1].pk, slots[2].pk])
    back = instead(missed, slots[1])
    shown = page.get(back).content.decode()
    days = dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', shown))
    Slot.objects.filter(pk=slots[2].pk).update(starts_on=days_ahead(75), ends_on=days_ahead(76))

    again = page.post(address, days, HTTP_REFERER=back, follow=True)

    assert "The dates have changed to" in text(again)
    assert not slots[2].bookings.exists()
    assert missed.misses.count() == 1


def test_what_filled_up_meanwhile_is_said_and_stays_missed(page, missed, slots):
    bookings.request(slots[2], places=10, by=CareersLeaderFactory())
    address = reverse("placements:book-instead", args=[missed.pk, slots[1].pk, slots[2].pk])

    answer = page.post(address, HTTP_REFERER=instead(missed, slots[1]), follow=True)

    assert "Only 5 places are left on these dates." in text(answer)
    assert "Nothing like it has room for 14 students within two weeks" in text(answer)
    assert missed.misses.count() == 1


def test_what_would_do_has_the_adjustments_that_were_asked_for(page, missed, slots):
    fits = SlotFactory(places=14, starts_on=days_ahead(66), placement__adjustments=["step_free"])
    stairs = SlotFactory(places=14, starts_on=days_ahead(66), placement__adjustments=[])

    shown = page.get(instead(missed, slots[1])).content.decode()

    assert str(fits.pk) in shown
    assert str(stairs.pk) not in shown


@pytest.mark.parametrize("number", [1, 3])
def test_what_would_do_costs_the_same_however_many_there_are(
    page, missed, slots, number, django_assert_num_queries
):
    for days in range(number):
        day = days_ahead(66 + days)
        SlotFactory(places=14, starts_on=day, placement__adjustments=["step_free"])
    page.get(instead(missed, slots[1]))

    with django_assert_num_queries(10):
        page.get(instead(missed, slots[1]))


def test_a_line_that_is_full_waits_where_somebody_asked_for_it(page, slots):
    bookings.request(slots[1], places=10, by=CareersLeaderFactory())

    answer = page.post(NEW, {**WHO, "together": "wait", **lines(slots, 15, 14)}, follow=True)

    assert "Not booked" not in text(answer)
    assert "On the waiting list" in text(answer)
    assert "The list ends" in text(answer)


def test_what_the_school_has_booked_since_is_missed_no_more(page, leader, slots):
    theirs = bookings.request(slots[1], places=15, by=CareersLeaderFactory())
    page.post(NEW, {**WHO, "together": "some", **lines(slots, 15, 14)})
    bookings.cancel(theirs, reason="illness", by=theirs.asked_by)
    bookings.request(slots[1], places=3, by=leader)

    assert "Not booked" not in text(
        page.get(reverse("placements:cohort", args=[Cohort.objects.get().pk]))
    )


def test_the_places_are_shared_out_where_somebody_asks_for_it(page, placement, slots):
    answer = page.get(f"{NEW}?placement={placement.pk}&students=20")

    content = answer.content.decode()
    assert re.search(rf'id="id_places-{slots[0].pk}"[^>]*value="15"', content)
    assert re.search(rf'id="id_places-{slots[1].pk}"[^>]*value="5"', content)
    assert re.search(r'id="id_students"[^>]*value="20"', content)
    assert "govuk-error-summary" not in content


@pytest.mark.parametrize("students", ["", "many", "-3", "²", "9" * 30])
def test_nothing_is_shared_out_among_no_number(page, placement, slots, students):
    content = page.get(f"{NEW}?placement={placement.pk}&students={students}").content.decode()

    assert 'href="#share_students"' in content
    assert 'value="15"' not in content


def test_for_more_places_only_those_without_are_proposed(page, leader, placement, slots):
    cohort = cohorts.book_all(
        [Line(slots[0], 12)],
        group=Group(name="x", students=20, year_group=10),
        by=leader,
        together=True,
        once=uuid4(),
    )
    more = reverse("placements:book-more", args=[cohort.pk])

    content = page.get(f"{more}?placement={placement.pk}").content.decode()

    assert re.search(r'id="share_students"[^>]*value="8"', content)
    shared = page.get(f"{more}?placement={placement.pk}&students=8").content.decode()
    assert re.search(rf'id="id_places-{slots[1].pk}"[^>]*value="8"', shared)
    assert re.search(r'id="id_students"[^>]*value="20"', shared)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Enter how many places you need on at least one date."),
        ({"name": ""}, "Enter what you call this cohort"),
        ({"students": ""}, "Enter how many students want a place"),
        ({"students": "2001"}, "must be 2000 or less"),
        ({"year_group": "6"}, "Year"),
        ({"together": "maybe"}, "together"),
    ],
)
def test_what_is_missing_is_said(page, slots, sent, said):
    answer = page.post(NEW, {**WHO, **lines(slots, "", "0", ""), **sent})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "govuk-error-summary" in answer.content.decode()


def test_that_no_date_was_chosen_is_said_beside_the_first(page, slots):
    answer = page.post(NEW, {**WHO, **lines(slots, "0", "")})

    assert f'href="#id_places-{slots[0].pk}"' in answer.content.decode()


@pytest.mark.parametrize("places", ["-1", "two", "1001", "1.5", "²"])
def test_a_number_that_is_none_is_refused_beside_its_line(page, slots, places):
    answer = page.post(NEW, {**WHO, **lines(slots, places, 1)})

    assert f'href="#id_places-{slots[0].pk}"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_dates_that_vanished_while_the_form_was_filled_in_stop_it(page, slots):
    gone = SlotFactory(placement__state=PlacementState.WITHDRAWN)

    answer = page.post(NEW, {**WHO, **lines([*slots, gone], 1, 1, 1, 4)})

    assert "Some of your dates are not offered any more" in text(answer)
    assert not Booking.objects.exists()


def test_a_form_that_was_tampered_with_breaks_nothing(page, slots):
    answer = page.post(NEW, {**WHO, "once": "x", "places-x": "1", **lines(slots, 1)})

    assert answer.status_code == 302


def test_the_page_for_more_knows_the_cohort(page, leader, placement, slots):
    cohort = CohortFactory(
        school=leader.organisation, name="Our Year 12", students=77, year_group=12
    )

    content = page.get(
        reverse("placements:book-more", args=[cohort.pk]) + f"?placement={placement.pk}"
    ).content.decode()

    assert 'value="Our Year 12"' in content
    assert 'value="77"' in content


def test_a_viewer_reads_and_does_not_book(client, leader):
    cohort = CohortFactory(school=leader.organisation)
    viewer = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)
    client.force_login(viewer.user)

    assert client.get(NEW).status_code == 403
    assert client.get(reverse("placements:book-more", args=[cohort.pk])).status_code == 403
    page = client.get(reverse("placements:cohort", args=[cohort.pk]))
    assert page.status_code == 200
    assert "Book more places" not in text(page)


def test_another_schools_cohort_is_not_there(page):
    cohort = CohortFactory()

    for name in ("cohort", "book-more"):
        assert page.get(reverse(f"placements:{name}", args=[cohort.pk])).status_code == 404
    assert cohort.name not in text(page.get(ALL))


def test_a_host_has_no_cohorts(client):
    client.force_login(HostFactory().user)

    assert "is not a school" in text(client.get(ALL))
    assert client.get(NEW).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_of_cohorts_costs_the_same_for_one_and_three(
    page, leader, number, django_assert_num_queries
):
    for _ in range(number):
        cohort = CohortFactory(school=leader.organisation)
        BookingFactory(school=leader.organisation, cohort=cohort)
    page.get(ALL)

    with django_assert_num_queries(5):
        page.get(ALL)


@pytest.mark.parametrize("number", [1, 3])
def test_a_cohort_costs_the_same_with_one_booking_and_three(
    page, leader, number, django_assert_num_queries
):
    cohort = CohortFactory(school=leader.organisation)
    for _ in range(number):
        BookingFactory(school=leader.organisation, cohort=cohort)
        cohort.misses.create(slot=SlotFactory(), places=1, why="Full.", missed_at=cohort.made_at)
    address = reverse("placements:cohort", args=[cohort.pk])
    page.get(address)

    with django_assert_num_queries(6):
        page.get(address)


@pytest.mark.parametrize("number", [1, 3])
def test_the_form_costs_the_same_for_one_date_and_three(
    page, placement, number, django_assert_num_queries
):
    SlotFactory.create_batch(number, placement=placement)
    address = f"{NEW}?placement={placement.pk}"
    page.get(address)

    with django_assert_num_queries(7):
        page.get(address)


# --- Places that are kept for some


@pytest.fixture
def rule():
    return PriorityRuleFactory()


@pytest.fixture
def keeping(placement, slots, rule):
    """Of fifteen places ten are kept on the second of the dates."""
    host = HostFactory(organisation=placement.provider)
    told = {"until": days_ahead(20), "early_days": 0, "by": host}
    return reserves.prioritise(slots[1], rule=rule, places=10, **told)


def test_the_form_asks_once_how_many_are_of_those_for_whom_places_are_kept(page, slots, keeping):
    shown = text(page.get(NEW, {"placement": str(keeping.placement_id)}))

    assert shown.count("How many of them are students eligible for pupil premium?") == 1
    assert f"5 places left. {keeping.why_kept}" in shown


def test_nothing_is_asked_where_nothing_is_kept(page, placement, slots):
    assert "How many of them are" not in text(page.get(NEW, {"placement": str(placement.pk)}))


def test_kept_places_are_booked_for_as_many_as_were_counted(page, slots, rule, keeping):
    sent = {**WHO, f"counted-{rule.pk}": "9", **lines(slots, 15, 12)}

    page.post(NEW, sent)

    booked = keeping.bookings.get()
    assert (booked.places, booked.priority_students, booked.reserved) == (12, 9, 9)
    assert slots[0].bookings.get().priority_students == 0


def test_with_too_few_of_them_the_line_says_for_whom_places_are_kept(page, slots, rule, keeping):
    answer = page.post(NEW, {**WHO, f"counted-{rule.pk}": "6", **lines(slots, 0, 12)})

    assert "Only 11 places on these dates can be yours now." in text(answer)
    assert not Booking.objects.exists()


def test_those_who_count_go_where_places_are_kept_and_then_to_the_soonest(slots, rule, keeping):
    of_these = Slot.objects.filter(pk__in=[slot.pk for slot in slots])
    of_these.update(priority=rule)
    first, kept, last = of_these.order_by("starts_on")
    asked = [Line(first, 3), Line(kept, 12), Line(last, 5)]

    shared = cohorts.share_out_counted(asked, {rule.pk: 15})

    assert shared == {first.pk: 3, kept.pk: 12, last.pk: 0}
    assert cohorts.share_out_counted(asked, {rule.pk: 4}) == {first.pk: 0, kept.pk: 4, last.pk: 0}
    assert set(cohorts.share_out_counted(asked, {}).values()) == {0}


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ("31", "They cannot be more than the 30 who want a place."),
        ("-1", "must be 0 or more"),
        (None, COUNTED_FOR_ANOTHER),
    ],
    ids=["more than all", "fewer than none", "of another rule"],
)
def test_a_count_that_cannot_be_is_refused_beside_it(page, slots, rule, keeping, counted, said):
    sent = {} if counted is None else {f"counted-{rule.pk}": counted}

    answer = page.post(NEW, {**WHO, **sent, **lines(slots, 0, 2)})

    assert said in text(answer)
    assert f'id="id_counted-{rule.pk}-error"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_the_rule_of_booking_for_a_cohort_holds_without_its_form(leader, keeping, rule, refused):
    group = Group(name="Year 10", students=3, year_group=10, priority_students={rule.pk: 4})

    with refused("priority_students"):
        cohorts.book_all([Line(keeping, 2)], group=group, by=leader, together=True, once=uuid4())


@pytest.fixture
def kept_alone(keeping):
    """The five places that anybody could have are taken."""
    bookings.request(keeping, places=5, by=CareersLeaderFactory())
    keeping.refresh_from_db()
    return keeping


def test_dates_with_kept_places_alone_are_offered_to_those_who_may_count(page, kept_alone):
    shown = text(page.get(NEW, {"placement": str(kept_alone.placement_id)}))

    assert f"None left for all schools. {kept_alone.why_kept}" in shown


def test_kept_places_are_offered_to_no_school_that_the_rule_leaves_out(page, kept_alone, rule):
    PriorityRule.objects.filter(pk=rule.pk).update(criterion=Chances.RURAL)

    shown = page.get(NEW, {"placement": str(kept_alone.placement_id)}).content.decode()

    assert f"places-{kept_alone.pk}" not in shown


def test_dates_whose_kept_places_are_booked_too_are_offered_to_nobody(page, kept_alone):
    bookings.request(kept_alone, places=10, priority_students=10, by=CareersLeaderFactory())

    shown = page.get(NEW, {"placement": str(kept_alone.placement_id)}).content.decode()

    assert f"places-{kept_alone.pk}" not in shown


@pytest.mark.parametrize("together", ["all", "some"])
def test_a_cohort_takes_kept_places_where_there_are_no_others(
    page, slots, rule, kept_alone, together
):
    who = {**WHO, "together": together, f"counted-{rule.pk}": "10"}

    page.post(NEW, {**who, **lines(slots, 15, 8)}, follow=True)

    booked = kept_alone.bookings.exclude(cohort=None).get()
    assert (booked.places, booked.reserved) == (8, 8)
    assert slots[0].bookings.get().places == 15


def test_with_too_few_of_them_all_or_nothing_books_nothing(page, slots, rule, kept_alone):
    answer = page.post(NEW, {**WHO, f"counted-{rule.pk}": "7", **lines(slots, 15, 8)})

    assert "Only 7 places on these dates can be yours now." in text(answer)
    assert not Cohort.objects.exists()


def test_with_too_few_of_them_as_many_as_possible_books_the_other_dates(
    page, slots, rule, kept_alone
):
    who = {**WHO, "together": "some", f"counted-{rule.pk}": "7"}

    page.post(NEW, {**who, **lines(slots, 15, 8)})

    cohort = Cohort.objects.get()
    assert [one.slot for one in cohort.bookings.all()] == [slots[0]]
    assert [one.slot for one in cohort.misses.all()] == [kept_alone]


def test_kept_places_are_shared_out_only_where_they_are_for_all_of_a_school(
    page, leader, placement, rule, kept_alone
):
    asked = {"placement": str(placement.pk), "students": "45"}
    beside = rf'id="id_places-{kept_alone.pk}"[^>]*value="(\d+)"'
    assert re.findall(beside, page.get(NEW, asked).content.decode()) == []

    PriorityRule.objects.filter(pk=rule.pk).update(criterion=Chances.RURAL)
    School.objects.filter(pk=leader.organisation.school_id).update(rural_code="E1")

    assert re.findall(beside, page.get(NEW, asked).content.decode()) == ["10"]


def test_dates_that_are_open_early_are_offered_to_those_for_whom_they_are(page, slots, rule):
    for slot, opens in zip(slots, (3, 5, 3), strict=True):
        Slot.objects.filter(pk=slot.pk).update(opens_on=days_ahead(opens))
    early = Slot.objects.filter(pk__in=[slots[0].pk, slots[1].pk])
    early.update(priority=rule, early_days=4)

    content = page.get(NEW, {"placement": str(slots[0].placement_id)}).content.decode()

    offered = [slot for slot in slots if f"places-{slot.pk}" in content]
    assert offered == [slots[0]]
    assert "Booking opens on" in content


def test_where_booking_is_open_early_alone_those_who_count_go_there_first(page, slots, rule):
    of_these = Slot.objects.filter(pk__in=[slot.pk for slot in slots])
    of_these.update(priority=rule, reserved=5, kept_back=5, reserved_until=days_ahead(20))
    of_these.filter(pk=slots[2].pk).update(opens_on=days_ahead(3), early_days=4)

    page.post(NEW, {**WHO, f"counted-{rule.pk}": "20", **lines(slots, 10, 10, 9)})

    booked = {one.slot_id: one.priority_students for one in Booking.objects.all()}
    assert booked == {slots[0].pk: 6, slots[1].pk: 5, slots[2].pk: 9}
