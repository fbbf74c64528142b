"""One listing at many workplaces: from a spreadsheet's rows, and managed as one."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from accounts.clock import ENGLAND
from accounts.models import Role, Workplace
from placements import (
    bookings,
    every_site,
    listings,
    moderation,
    reserves,
    revisions,
    sections,
    site_rows,
    sites,
)
from placements.models import Placement, PlacementMove, SearchRow, Slot, SlotMove
from placements.states import PlacementState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    DraftFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

A_MONTH = timedelta(days=30)
HEADINGS = ",".join(site_rows.COLUMNS)


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    workplace = WorkplaceFactory(organisation=host.organisation, name="Head office")
    placement = PlacementFactory(provider=host.organisation, workplace=workplace)
    SlotFactory(placement=placement)
    return placement


def a_line(number, *, reference=None, name=None, postcode="SY1 1AA", start=60, days=4, places=3):
    first = days_ahead(start)
    cells = (
        reference or f"R{number}",
        name or f"Branch {number}",
        f"{number} High Street",
        "Shrewsbury",
        postcode,
        f"{first:%d/%m/%Y}",
        f"{first + timedelta(days=days):%d/%m/%Y}",
        places,
    )
    return ",".join(map(str, cells))


def in_a_week():
    return datetime.combine(days_ahead(7), time(10), ENGLAND)


def read(*lines):
    rows, faults = site_rows.read("\n".join([HEADINGS, *lines]))
    assert faults == []
    return rows


def spread(listing, by, *lines):
    return sites.spread(listing, read(*lines), by=by)


def wrong(listing, *lines):
    return [(fault.line, fault.column) for fault in sites.faults(listing, read(*lines))]


def test_each_row_becomes_a_published_listing_at_its_workplace(listing, host):
    done = spread(listing, host, a_line(1), a_line(2, postcode="SY1 1AB"))

    assert done == (2, 0, 0)
    made = listing.sites.order_by("workplace__name")
    assert [site.workplace.name for site in made] == ["Branch 1", "Branch 2"]
    assert {site.state for site in made} == {PlacementState.PUBLISHED}
    assert {site.title for site in made} == {listing.title}
    assert {site.slots.get().places for site in made} == {3}
    assert SearchRow.objects.filter(placement__in=made).count() == 2
    assert PlacementMove.objects.filter(placement__in=made).count() == 2
    assert SlotMove.objects.filter(slot__placement__in=made).count() == 2


def test_a_new_workplace_answers_as_head_office_does(listing, host):
    spread(listing, host, a_line(1))

    made = Workplace.objects.get(name="Branch 1")
    assert (made.kind, made.risk_band, made.lone_adult) == (
        listing.workplace.kind,
        listing.workplace.risk_band,
        False,
    )
    assert made.authority


def test_a_workplace_that_is_known_is_used_again(listing, host):
    known = WorkplaceFactory(organisation=host.organisation, name="Branch 1", postcode="SY1 1AA")

    spread(listing, host, a_line(1, name="BRANCH 1"))

    assert listing.sites.get().workplace == known


def test_two_dates_at_one_place_are_one_listing(listing, host):
    spread(listing, host, a_line(1), a_line(1, reference="other", start=90))

    assert listing.sites.get().slots.count() == 2


def test_the_same_rows_again_change_nothing(listing, host):
    lines = [a_line(1), a_line(2)]
    spread(listing, host, *lines)
    before = list(Slot.objects.order_by("pk").values())

    assert spread(listing, host, *lines) == (0, 0, 2)
    assert list(Slot.objects.order_by("pk").values()) == before


def test_what_changed_on_a_row_is_changed_and_nothing_doubled(listing, host):
    spread(listing, host, a_line(1), a_line(2))

    assert spread(listing, host, a_line(1, places=9), a_line(2, start=70)) == (0, 2, 0)
    one, two = Slot.objects.exclude(reference="").order_by("reference")
    assert one.places == 9
    assert two.starts_on == days_ahead(70)


def test_what_schools_have_booked_is_not_taken_from_them(listing, host):
    spread(listing, host, a_line(1))
    slot = Slot.objects.get(reference="R1")
    bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert wrong(listing, a_line(1, places=1)) == [(2, "Places")]
    assert wrong(listing, a_line(1, start=80)) == [(2, "First day")]
    assert wrong(listing, a_line(1, places=8)) == []


def test_what_cannot_be_taken_is_said_row_by_row(listing, host):
    spread(listing, host, a_line(1))
    WorkplaceFactory(
        organisation=host.organisation, name="A home", postcode="SY1 1AA", kind="private_home"
    )

    assert wrong(
        listing,
        a_line(2, postcode="ZZ9 9ZZ"),
        a_line(3, start=-1),
        a_line(4, days=-1),
        a_line(5, start=900),
        a_line(6, name="A home"),
        a_line(7, reference="R1", name="Elsewhere"),
        a_line(8, name="Branch 1"),
        a_line(9),
    ) == [
        (2, "Postcode"),
        (3, "First day"),
        (4, "Last day"),
        (5, "First day"),
        (6, "Workplace"),
        (7, "Reference"),
        (8, "First day"),
    ]


def test_the_same_place_and_dates_stand_once_in_a_list(listing):
    lines = (a_line(1), a_line(1, reference="other"), a_line(2))

    assert wrong(listing, *lines) == [(3, "First day")]


def test_a_row_that_changes_nothing_is_never_too_late(listing, host):
    spread(listing, host, a_line(1))
    Placement.objects.filter(pk=listing.pk).update(closes_days_before=61, opens_days_before=90)
    listing.refresh_from_db()

    assert spread(listing, host, a_line(1)) == (0, 0, 1)
    assert wrong(listing, a_line(1, places=9)) == [(2, "First day")]


def test_where_one_row_cannot_be_taken_none_is(listing, host, refused):
    with refused("faults"):
        spread(listing, host, a_line(1), a_line(2, postcode="ZZ9 9ZZ"))

    assert not listing.sites.exists()
    assert not Workplace.objects.filter(name="Branch 1").exists()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": PlacementState.PAUSED}, "not_published"),
        ({"suspended_at": clock.now()}, "not_published"),
        ({"mode": "virtual"}, "is_virtual"),
    ],
)
def test_only_what_a_broker_has_read_is_spread(listing, host, refused, facts, code):
    Placement.objects.filter(pk=listing.pk).update(**facts)

    with refused(code):
        spread(listing, host, a_line(1))


@pytest.mark.parametrize("facts", [{"kind": "private_home"}, {"lone_adult": True}])
def test_a_home_or_a_lone_adult_is_never_spread(listing, host, refused, facts):
    Workplace.objects.filter(pk=listing.workplace_id).update(**facts)

    with refused("needs_a_broker"):
        spread(listing, host, a_line(1))


def test_a_site_is_not_spread_itself(listing, host, refused):
    spread(listing, host, a_line(1))

    with refused("is_a_site"):
        spread(listing.sites.get(), host, a_line(2))


def test_nobody_else_spreads_a_listing(listing, host):
    viewer = HostFactory(organisation=host.organisation, role=Role.VIEWER)
    for by in (viewer, HostFactory(), CareersLeaderFactory()):
        for verb in (every_site.pause, every_site.resume):
            with pytest.raises(PermissionDenied):
                verb(listing, by=by)
        with pytest.raises(PermissionDenied):
            spread(listing, by, a_line(1))


def test_all_are_paused_and_shown_again_in_one_act(listing, host):
    spread(listing, host, a_line(1), a_line(2))

    assert every_site.pause(listing, by=host) == 3
    assert not Placement.objects.published().exists()
    assert every_site.resume(listing, by=host) == 3
    assert Placement.objects.published().count() == 3


def test_what_has_no_dates_to_come_is_not_shown_again(listing, host):
    spread(listing, host, a_line(1))
    every_site.pause(listing, by=host)
    Slot.objects.filter(reference="R1").update(
        starts_on=days_ahead(-9),
        ends_on=days_ahead(-5),
        opens_on=days_ahead(-90),
        closes_on=days_ahead(-20),
    )

    assert every_site.resume(listing, by=host) == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"kind": "private_home"}, "risk_not_accepted"), ({"is_active": False}, "not_finished")],
)
def test_all_again_shows_nothing_that_could_not_be_shown_by_itself(
    listing, host, refused, facts, code
):
    spread(listing, host, a_line(1), a_line(2))
    every_site.pause(listing, by=host)
    Placement.objects.update(last_confirmed_on=days_ahead(-50))
    Workplace.objects.filter(name="Branch 1").update(**facts)

    assert every_site.resume(listing, by=host) == 2

    left = Placement.objects.get(state=PlacementState.PAUSED)
    assert left.workplace.name == "Branch 1"
    with refused(code):
        listings.resume(left, by=host)
    shown = Placement.objects.published()
    assert {site.last_confirmed_on for site in shown} == {clock.today()}


def test_what_changes_at_once_changes_everywhere(listing, host):
    spread(listing, host, a_line(1))
    practical = next(one for one in sections.of(listing) if "dress" in one.fields)

    listings.write(listing, practical, {"dress": "Closed shoes"}, by=host)

    assert listing.sites.get().dress == "Closed shoes"


def test_a_change_that_a_broker_approves_reaches_every_site(listing, host):
    spread(listing, host, a_line(1))
    workplace = listing.sites.get().workplace
    revision = revisions.propose(listing, {"title": "A better title"}, by=host)

    revisions.apply(revision, listing)

    site = listing.sites.get()
    assert (site.title, site.workplace) == ("A better title", workplace)


def test_what_no_broker_has_read_stays_off_the_sites_until_it_is_published(listing, host):
    spread(listing, host, a_line(1))
    site = listing.sites.get()
    Placement.objects.filter(pk=listing.pk).update(state=PlacementState.SENT_BACK)

    listings.write(listing, sections.WHAT, {"title": ""}, by=host)
    listings.write(listing, sections.WHAT, {"title": "Words of its own"}, by=host)

    site.refresh_from_db()
    assert site.title == listing.title

    moderation.publish(listings.submit(listing, by=host), by=BrokerFactory())

    before = site.workplace
    site.refresh_from_db()
    assert (site.title, site.workplace) == ("Words of its own", before)


def test_a_site_that_is_withdrawn_keeps_its_last_words(listing, host):
    spread(listing, host, a_line(1))
    listings.withdraw(listing.sites.get(), by=host)
    practical = next(one for one in sections.of(listing) if "dress" in one.fields)

    listings.write(listing, practical, {"dress": "Closed shoes"}, by=host)

    assert listing.sites.get().dress != "Closed shoes"


def test_when_schools_may_ask_follows_on_every_date_to_come(listing, host):
    spread(listing, host, a_line(1))
    booking = next(one for one in sections.of(listing) if "closes_days_before" in one.fields)

    listings.write(listing, booking, {"closes_days_before": 20}, by=host)

    assert Slot.objects.get(reference="R1").closes_on == days_ahead(40)


def test_a_shared_rule_does_not_close_booking_before_its_moment_at_any_site(listing, host, refused):
    spread(listing, host, a_line(1))
    slot = reserves.announce(Slot.objects.get(reference="R1"), opens_at=in_a_week(), by=host)
    page = sections.BOOKING

    with refused("opens_too_late"):
        listings.write(listing, page, {"closes_days_before": 54}, by=host)
    listings.write(listing, page, {"closes_days_before": 53}, by=host)

    slot.refresh_from_db()
    assert (slot.opens_at, slot.closes_on) == (in_a_week(), days_ahead(7))


def test_a_row_does_not_move_dates_before_their_moment(listing, host):
    spread(listing, host, a_line(1))
    reserves.announce(Slot.objects.get(reference="R1"), opens_at=in_a_week(), by=host)

    assert wrong(listing, a_line(1, start=10)) == [(2, "First day")]
    assert spread(listing, host, a_line(1, start=30)).changed == 1
    assert Slot.objects.get(reference="R1").opens_at == in_a_week()


def test_the_text_of_one_site_is_not_changed_by_itself(listing, host, refused):
    spread(listing, host, a_line(1))
    site = listing.sites.get()
    practical = next(one for one in sections.of(site) if "dress" in one.fields)

    with refused("shared_text"):
        listings.write(site, practical, {"dress": "Anything"}, by=host)


@pytest.mark.parametrize("number", [1, 40])
def test_many_rows_cost_as_many_statements_as_one(
    listing, host, number, django_assert_max_num_queries
):
    rows = read(*(a_line(one) for one in range(number)))

    with django_assert_max_num_queries(24):
        sites.spread(listing, rows, by=host)


# --- Reading the file


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_columns"),
        ("a,b\n1,2", "no_columns"),
        (HEADINGS, "empty"),
        (f"{HEADINGS},Groups\n1,2", "counted_twice"),
        ("x" * 1_000_001, "too_many"),
        (HEADINGS + "\n" + "x" * 200_000, "not_rows"),
    ],
)
def test_what_is_no_such_list_is_refused(typed, code, refused):
    with refused(code):
        site_rows.read(typed)


def test_a_thousand_rows_are_read_at_a_time(refused):
    lines = [HEADINGS, *map(a_line, range(1001))]

    assert len(site_rows.read("\n".join(lines[:-1]))[0]) == 1000
    with refused("too_many"):
        site_rows.read("\n".join(lines))


def test_every_cell_that_cannot_be_read_is_named_with_what_was_typed():
    _, faults = site_rows.read(f"{HEADINGS}\n,,,,SY1,31/02/2027,soon,0\n")

    assert [(fault.column, fault.typed) for fault in faults] == [
        ("Reference", ""),
        ("Workplace", ""),
        ("Address", ""),
        ("Town", ""),
        ("Postcode", "SY1"),
        ("First day", "31/02/2027"),
        ("Last day", "soon"),
        ("Places", "0"),
    ]


@pytest.mark.parametrize("day", ["01/01/0001", "0001-01-01", "01/06/9999", "31/12/1999"])
def test_a_day_in_another_age_is_no_date(day):
    _, faults = site_rows.read(f"{HEADINGS}\nR1,A,1 High St,Town,SY1 1AA,{day},{day},3\n")

    assert [(fault.column, fault.typed) for fault in faults] == [
        ("First day", day),
        ("Last day", day),
    ]


def test_a_reference_stands_once():
    _, faults = site_rows.read("\n".join([HEADINGS, a_line(1), a_line(1)]))

    assert faults == [(3, "Reference", "Line 2 has the same one", "R1")]


def test_a_cell_that_is_too_long_is_named():
    _, faults = site_rows.read("\n".join([HEADINGS, a_line(1, reference="x" * 41)]))

    assert [fault.column for fault in faults] == ["Reference"]


def test_cells_copied_from_a_spreadsheet_are_read_as_those_of_a_file():
    line = a_line(1, name="Café")
    for typed in (f"\ufeff{HEADINGS}\r\n{line}\r\n", f"{HEADINGS}\n{line}".replace(",", "\t")):
        rows, _ = site_rows.read(typed)
        assert rows[0].name == "Café"


def test_the_template_needs_only_its_dates():
    _, faults = site_rows.read(site_rows.template())

    assert {fault.column for fault in faults} == {"First day", "Last day"}


def test_a_draft_shares_nothing():
    assert DraftFactory().sites.count() == 0


def test_a_site_whose_dates_were_over_comes_up_again_with_new_ones(listing, host):
    spread(listing, host, a_line(1), a_line(2))
    over = {"starts_on": days_ahead(-9), "ends_on": days_ahead(-5)}
    asked = {"opens_on": days_ahead(-90), "closes_on": days_ahead(-20)}
    Slot.objects.filter(reference="R1").update(**over, **asked)
    assert listings.expire_past() == 1
    SearchRow.objects.filter(placement__workplace__name="Branch 1").delete()

    spread(listing, host, a_line(1, reference="new"))

    site = listing.sites.get(workplace__name="Branch 1")
    assert site.state == PlacementState.PUBLISHED
    assert SearchRow.objects.filter(placement=site).exists()


def test_a_site_that_is_paused_stays_so_with_new_dates(listing, host):
    spread(listing, host, a_line(1))
    listings.pause(listing.sites.get(), by=host)

    spread(listing, host, a_line(1, reference="new", start=90))

    assert listing.sites.get().state == PlacementState.PAUSED


def test_a_waiting_list_at_a_site_follows_the_days_for_asking(listing, host):
    spread(listing, host, a_line(1))
    slot = Slot.objects.get(reference="R1")
    bookings.request(slot, places=3, by=CareersLeaderFactory())
    waits = bookings.request(slot, places=2, by=CareersLeaderFactory(), wait=True)
    page = next(one for one in sections.of(listing) if "closes_days_before" in one.fields)

    listings.write(listing, page, {"closes_days_before": 20}, by=host)

    waits.refresh_from_db()
    assert waits.answer_by.date() == days_ahead(40)


def test_what_lets_a_group_go_lets_it_go_at_every_site(listing, host):
    spread(listing, host, a_line(1))
    slot = Slot.objects.get(reference="R1")
    Placement.objects.update(most_places_per_school=2)
    waits = BookingFactory(slot=slot, places=3, state="waiting", answer_by=clock.now() + A_MONTH)
    Slot.objects.filter(pk=slot.pk).update(waiting=1)
    page = next(one for one in sections.of(listing) if "most_places_per_school" in one.fields)

    listings.write(listing, page, {"most_places_per_school": 3}, by=host)

    waits.refresh_from_db()
    assert waits.state == "offered"


def test_a_text_that_is_suspended_is_hidden_everywhere(listing, host, delivered):
    spread(listing, host, a_line(1), a_line(2))
    by_itself = listing.sites.get(workplace__name="Branch 2")
    broker = BrokerFactory()
    moderation.suspend(by_itself, by=broker)

    moderation.suspend(listing, by=broker)
    assert not Placement.objects.published().exists()

    moderation.lift(listing, by=broker)
    assert Placement.objects.published().count() == 2
    by_itself.refresh_from_db()
    assert by_itself.is_suspended


def test_the_letter_says_that_all_workplaces_are_hidden(listing, host, delivered):
    spread(listing, host, a_line(1))

    moderation.suspend(listing, by=BrokerFactory())
    assert "at all of its workplaces" in delivered("listing_suspended").text

    moderation.lift(listing, by=BrokerFactory())
    assert "hidden by itself stays so" in delivered("listing_lifted").text


def test_no_site_is_shown_while_its_text_is_suspended(listing, host, refused):
    spread(listing, host, a_line(1))
    moderation.suspend(listing, by=BrokerFactory())

    with refused("text_suspended"):
        moderation.lift(listing.sites.get(), by=BrokerFactory())


def test_a_listing_with_sites_does_not_become_virtual(listing, host, refused):
    spread(listing, host, a_line(1))
    Placement.objects.filter(pk=listing.pk).update(state=PlacementState.SENT_BACK)

    with refused("has_sites"):
        listings.write(listing, sections.KIND, {"mode": "virtual"}, by=host)

    listings.withdraw(listing.sites.get(), by=host)
    assert listings.write(listing, sections.KIND, {"mode": "virtual"}, by=host).is_virtual


def test_a_shared_rule_does_not_open_booking_after_places_were_kept_at_any_site(
    listing, host, refused
):
    spread(listing, host, a_line(1))
    slot, until = Slot.objects.get(reference="R1"), days_ahead(20)
    reserves.prioritise(
        slot, rule=PriorityRuleFactory(), places=1, until=until, early_days=0, by=host
    )
    ahead = (slot.starts_on - until).days

    with refused("opens_after_release"):
        listings.write(listing, sections.BOOKING, {"opens_days_before": ahead - 1}, by=host)
    listings.write(listing, sections.BOOKING, {"opens_days_before": ahead}, by=host)
    listing.refresh_from_db()

    assert wrong(listing, a_line(1, start=61)) == [(2, "First day")]
    assert spread(listing, host, a_line(1, start=59)).changed == 1


def test_a_row_with_fewer_places_keeps_the_share_of_them_that_is_kept(listing, host):
    spread(listing, host, a_line(1, places=10))
    reserves.prioritise(
        Slot.objects.get(reference="R1"),
        rule=PriorityRuleFactory(),
        places=0,
        share=50,
        until=days_ahead(20),
        early_days=0,
        by=host,
    )

    assert spread(listing, host, a_line(1, places=4)).changed == 1

    slot = Slot.objects.get(reference="R1")
    assert (slot.places, slot.kept_back) == (4, 2)
    bookings.request(slot, places=2, by=CareersLeaderFactory())
    assert wrong(listing, a_line(1, places=1)) == [(2, "Places")]
