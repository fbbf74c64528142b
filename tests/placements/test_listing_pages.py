"""What a provider sees and presses while a listing comes about."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Message, Role
from placements import bookings, listings, moderation, sections
from placements.models import Placement
from placements.states import PlacementState, RevisionState, SlotState
from placements.words import Criterion, Kind, Mode
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    DraftFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(client):
    member = HostFactory()
    WorkplaceFactory(organisation=member.organisation)
    client.force_login(member.user)
    return member


@pytest.fixture
def draft(host):
    placement = DraftFactory(
        provider=host.organisation, workplace=host.organisation.workplaces.get()
    )
    SlotFactory(placement=placement)
    return placement


@pytest.fixture
def published(host):
    placement = PlacementFactory(
        provider=host.organisation, workplace=host.organisation.workplaces.get()
    )
    SlotFactory(placement=placement)
    return placement


def at(name, *parts):
    return reverse(f"placements:{name}", args=[getattr(part, "pk", part) for part in parts])


def seen(answer):
    """The words of a page, without its tags."""
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def dates(days, *, places=4):
    day = days_ahead(days)
    return {
        "starts_on_day": day.day,
        "starts_on_month": day.month,
        "starts_on_year": day.year,
        "places": places,
    }


THE_TALK = {
    "title": "A baker comes to you",
    "summary": "How a bakery earns its money, with rolls.",
    "sector": "catering_hospitality",
    "activities": "Cost a loaf together, then questions.",
    "objectives": "What a price is made of.",
    "year_from": 7,
    "year_to": 11,
}
WHO_TO_ASK = {"contact_name": "Sam Baker", "contact_email": "sam@example.org"}


def test_a_talk_is_listed_on_four_pages(client, host):
    pages = []

    def answer(address, values):
        assert client.get(address).status_code == 200
        pages.append(address)
        answered = client.post(address, values)
        assert answered.status_code == 302, seen(answered)
        return answered.url

    here = answer(at("start-listing"), {"kind": Kind.TALK, "mode": Mode.IN_PERSON})
    here = answer(here, THE_TALK)
    here = answer(here, dates(40, places=60))
    onwards = re.search(r'href="([^"]+/check/)"', client.get(here).content.decode())[1]
    here = answer(onwards, {})

    placement = Placement.objects.get()
    assert len(pages) == 4
    assert placement.contact_email == host.user.email
    assert placement.state == PlacementState.SUBMITTED
    assert "What happens next" in seen(client.get(here))


def test_a_week_at_a_workplace_is_written_and_sent_in(client, host):
    started = client.post(
        at("start-listing"), {"kind": Kind.WEEK_PLACEMENT, "mode": Mode.IN_PERSON}
    )
    placement = Placement.objects.get()
    answers = {
        "what": {name: THE_TALK[name] for name in ("title", "summary", "sector")},
        "activities": {"activities": "Bake on four days, sell on the fifth."},
        "learning": {
            "objectives": "How a bakery works.",
            "criteria": ["purpose", "outcomes", "two_way", "task"],
            "how_task": "Plan a bun and sell it.",
        },
        "who": {"year_from": 10, "year_to": 13, "adjustments": ["step_free"]},
        "where": {"takes_part": "workplace", "workplace": placement.workplace_id},
        "when": {"days": 5, "pattern": "block", "starts_at": "9am", "ends_at": "3.30pm"},
        "safety": {"supervision": "A named baker, and the manager when they are away."},
        "contact": WHO_TO_ASK,
    }

    assert started.url == at("listing", placement)
    for code, values in answers.items():
        saved = client.post(at("listing-section", placement, code), values)
        assert saved.status_code == 302, seen(saved)
    client.post(at("listing-dates", placement), dates(40))
    client.post(at("check-listing", placement))

    placement.refresh_from_db()
    assert placement.state == PlacementState.SUBMITTED
    assert placement.criteria["task"] == "Plan a bun and sell it."
    assert str(placement.ends_at) == "15:30:00"


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("mode", Mode.values)
def test_every_page_of_every_kind_can_be_opened(client, host, kind, mode):
    placement = listings.start(by=host, kind=kind, mode=mode)

    pages = [*sections.of(placement), sections.KIND]
    addresses = [at("listing-section", placement, page.code) for page in pages if page.fields]
    opened = [client.get(address).status_code for address in addresses]

    assert opened == [200] * len(addresses)
    assert client.get(at("listing", placement)).status_code == 200
    assert client.get(at("check-listing", placement)).status_code == 200
    assert client.get(at("listing-dates", placement)).status_code == 200


def test_a_page_that_the_kind_does_not_have_is_absent(client, host):
    talk = listings.start(by=host, kind=Kind.TALK, mode=Mode.IN_PERSON)

    assert client.get(at("listing-section", talk, "safety")).status_code == 404
    assert client.get(at("listing-section", talk, "nonsense")).status_code == 404


def test_what_was_typed_is_kept_beside_what_is_wrong(client, draft):
    answer = client.post(
        at("listing-section", draft, "when"),
        {"days": "five", "pattern": "block", "starts_at": "quarter to nine", "ends_at": "3pm"},
    )

    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="five"' in html
    assert 'value="quarter to nine"' in html
    assert "Enter a time, like 9am or 3:30pm" in html
    assert "<title>Error:" in html


def test_the_first_year_group_of_a_week_is_year_10(client, draft):
    answer = client.post(at("listing-section", draft, "who"), {"year_from": 8, "year_to": 11})

    draft.refresh_from_db()
    assert "Year 10 and above" in seen(answer)
    assert draft.year_from == 10


def test_years_the_wrong_way_round_are_said_beside_the_second(client, draft):
    answer = client.post(at("listing-section", draft, "who"), {"year_from": 12, "year_to": 10})

    assert "must be the same as the first, or after it" in seen(answer)
    assert 'id="id_year_to-error"' in answer.content.decode()


def test_a_week_says_which_criteria_it_has_at_least(client, draft):
    answer = client.post(
        at("listing-section", draft, "learning"),
        {"objectives": "How a bakery works.", "criteria": ["purpose", "feedback"]},
    )

    assert "An offer of this kind has at least" in seen(answer)
    assert "Say how students will have this: a task set by the employer" in seen(answer)
    assert draft.criteria == type(draft).objects.get(pk=draft.pk).criteria


def test_criteria_stand_in_their_own_order_however_they_are_kept(client, published):
    shown = seen(client.get(at("listing", published)))
    places = [shown.index(criterion.label) for criterion in Criterion]

    assert places == sorted(places)


def test_saving_for_later_asks_for_nothing(client, host):
    placement = listings.start(by=host, kind=Kind.WEEK_PLACEMENT, mode=Mode.IN_PERSON)

    answer = client.post(
        at("listing-section", placement, "what"), {"title": "Half an idea", "later": "yes"}
    )

    placement.refresh_from_db()
    assert answer.url == at("listing", placement)
    assert placement.title == "Half an idea"


def test_saving_and_continuing_asks_for_what_is_needed(client, host):
    placement = listings.start(by=host, kind=Kind.WEEK_PLACEMENT, mode=Mode.IN_PERSON)

    answer = client.post(at("listing-section", placement, "what"), {"title": "Half an idea"})

    placement.refresh_from_db()
    assert "Enter a summary" in seen(answer)
    assert placement.title == ""


def test_another_organisations_listing_is_absent(client, host):
    other = PlacementFactory()
    slot = SlotFactory(placement=other)

    pages = [
        at("listing", other),
        at("check-listing", other),
        at("sent-listing", other),
        at("withdraw-listing", other),
        at("listing-dates", other),
        at("listing-section", other, "what"),
        at("change-slot", other, slot),
        at("cancel-slot", other, slot),
    ]
    buttons = [
        at(name, other)
        for name in (
            "pause-listing",
            "resume-listing",
            "still-right",
            "copy-listing",
            "confirm-own-listing",
            "discard-changes",
        )
    ]

    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    assert [client.post(button).status_code for button in buttons] == [404] * len(buttons)


def test_a_slot_of_another_listing_is_absent(client, draft):
    slot = SlotFactory()

    assert client.get(at("change-slot", draft, slot)).status_code == 404


def test_a_viewer_reads_and_is_refused_to_write(client, draft, host):
    viewer = MemberFactory(organisation=host.organisation, role=Role.VIEWER)
    client.force_login(viewer.user)

    assert client.get(at("listing", draft)).status_code == 200
    assert client.get(at("listing-section", draft, "what")).status_code == 403
    assert client.get(at("start-listing")).status_code == 403
    assert client.post(at("copy-listing", draft)).status_code == 403


def test_a_school_has_no_listings(client):
    client.force_login(CareersLeaderFactory().user)

    assert client.get(at("listings")).status_code == 403
    assert client.get(at("start-listing")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(client, host, rows, django_assert_num_queries):
    for _ in range(rows):
        placement = PlacementFactory(provider=host.organisation)
        BookingFactory(slot=SlotFactory(placement=placement))
    client.get(at("listings"))

    with django_assert_num_queries(9):
        answer = client.get(at("listings"))

    assert answer.content.decode().count("request to answer") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dates_cost_the_same_however_many(client, draft, rows, django_max_queries):
    for number in range(rows):
        SlotFactory(placement=draft, starts_on=days_ahead(80 + number))

    assert django_max_queries(at("listing-dates", draft)) == 11


def test_what_needs_its_provider_first_stands_first(client, host):
    for state in ("withdrawn", "published", "draft", "sent_back"):
        PlacementFactory(provider=host.organisation, state=state, title=f"This is {state}")

    shown = re.findall(r"This is (\w+)</a>", client.get(at("listings")).content.decode())

    assert shown == ["sent_back", "draft", "published", "withdrawn"]


def test_the_list_can_be_narrowed_to_a_state(client, host):
    PlacementFactory(provider=host.organisation, title="Up")
    DraftFactory(provider=host.organisation, title="Not yet")

    shown = seen(client.get(at("listings"), {"state": "draft"}))

    assert "Not yet" in shown
    assert " Up " not in shown


def test_the_brokers_notes_stand_beside_their_pages(client, draft, host):
    listings.submit(draft, by=host)
    moderation.send_back(draft, notes={"what": "Which bakery is it?"}, by=BrokerFactory())

    assert "Change asked for" in seen(client.get(at("listing", draft)))
    assert "Which bakery is it?" in seen(client.get(at("listing-section", draft, "what")))
    assert "Which bakery is it?" not in seen(client.get(at("listing-section", draft, "when")))


def test_whoever_mends_what_was_noted_comes_to_the_check(client, draft, host):
    listings.submit(draft, by=host)
    notes = {"activities": "Which oven?", "who": "Which years?"}
    moderation.send_back(draft, notes=notes, by=BrokerFactory())
    draft.refresh_from_db()
    came_back = seen(client.get(at("listing", draft)))
    activities = {"activities": draft.activities}
    years = {"year_from": draft.year_from, "year_to": draft.year_to}

    first = client.post(at("listing-section", draft, "activities"), activities)
    second = client.post(at("listing-section", draft, "who"), years)

    assert "Continue with “What students will do”" in came_back
    assert first.url == at("listing-section", draft, "who")
    assert second.url == at("check-listing", draft)


def test_a_new_draft_says_with_which_page_to_begin(client, host):
    client.post(at("start-listing"), {"kind": Kind.WEEK_PLACEMENT, "mode": Mode.IN_PERSON})

    shown = client.get(at("listing", Placement.objects.get()))

    assert "Continue with “What it is”" in seen(shown)


def test_a_change_to_what_is_published_is_shown_and_sent_in(client, published):
    client.post(
        at("listing-section", published, "activities"), {"activities": "Only cakes from now on."}
    )
    before = seen(client.get(at("listing", published)))
    client.post(at("check-listing", published))

    published.refresh_from_db()
    assert "Only cakes from now on." in before
    assert "Only cakes" not in published.activities
    assert published.revisions.get().state == RevisionState.SUBMITTED


def test_changes_can_be_given_up(client, published):
    client.post(at("listing-section", published, "activities"), {"activities": "Never mind."})

    client.post(at("discard-changes", published))

    assert published.revisions.get().state == RevisionState.DISCARDED


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("pause-listing", PlacementState.PUBLISHED, PlacementState.PAUSED),
        ("resume-listing", PlacementState.PAUSED, PlacementState.PUBLISHED),
        ("withdraw-listing", PlacementState.PUBLISHED, PlacementState.WITHDRAWN),
    ],
)
def test_a_button_moves_the_listing(client, published, button, before, after):
    Placement.objects.filter(pk=published.pk).update(state=before)

    answer = client.post(at(button, published))

    published.refresh_from_db()
    assert answer.url == at("listing", published)
    assert published.state == after


def test_withdrawing_says_first_whom_it_concerns(client, published):
    BookingFactory(slot=published.slots.get())

    asked = seen(client.get(at("withdraw-listing", published)))
    assert "1 school will lose 1 booking" in asked
    assert "We cancel them, tell the schools, and look for other places for them." in asked


def test_withdrawing_what_schools_have_booked_asks_why_beside_the_question(client, published):
    booking = bookings.request(published.slots.get(), places=2, by=CareersLeaderFactory())

    unsaid = client.post(at("withdraw-listing", published), {"reason": "other", "comment": ""})
    assert "Say what the other reason is" in seen(unsaid)
    assert "Choose a reason" in seen(client.post(at("withdraw-listing", published), {}))

    client.post(at("withdraw-listing", published), {"reason": "other", "comment": "A flood."})

    booking.refresh_from_db()
    assert (booking.state, booking.comment) == ("cancelled", "A flood.")


def test_a_copy_opens_as_a_draft(client, published):
    answer = client.post(at("copy-listing", published))

    assert answer.url == at("listing", Placement.objects.get(copied_from=published))


def test_dates_with_bookings_keep_their_days(client, published):
    slot = published.slots.get()
    BookingFactory(slot=slot)

    answer = client.post(at("change-slot", published, slot), dates(90))

    slot.refresh_from_db()
    assert "Schools have booked these dates" in seen(answer)
    assert slot.starts_on == days_ahead(60)


def test_dates_are_cancelled_with_a_reason(client, published):
    slot = published.slots.get()
    address = at("cancel-slot", published, slot)

    without = client.post(address, {})
    client.post(address, {"reason": "staffing"})

    slot.refresh_from_db()
    assert "Choose a reason" in seen(without)
    assert slot.state == SlotState.CANCELLED


def test_dates_of_a_draft_are_removed(client, draft):
    client.post(at("remove-slot", draft, draft.slots.get()))

    assert not draft.slots.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"places": "0"}, "Places must be 1 or more"),
        ({"places": "1000000"}, "Places must be 1000 or less"),
        ({"places": "a few"}, "Places must be a number"),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "must be a real date"),
        ({"starts_on_year": "2020"}, "The first day must be after today"),
        ({"starts_on_day": ""}, "must include a day"),
    ],
)
def test_wrong_dates_are_said_and_kept(client, draft, wrong, said):
    answer = client.post(at("listing-dates", draft), {**dates(90), **wrong})

    assert said in seen(answer)
    assert all(f'value="{typed}"' in answer.content.decode() for typed in wrong.values() if typed)
    assert draft.slots.count() == 1


def test_a_ready_made_listing_becomes_a_draft(client, host):
    assert client.get(at("starters")).status_code == 200

    answer = client.post(at("use-starter", "week-office"))

    placement = Placement.objects.get()
    assert answer.url == at("listing", placement)
    assert placement.title == "A week in our office"


def test_what_was_sent_in_is_thanked_for_with_what_happens_next(client, draft):
    answer = client.post(at("check-listing", draft))

    assert answer.url == at("sent-listing", draft)
    assert "What happens next" in seen(client.get(answer.url))


def test_what_is_missing_leads_to_its_page(client, draft):
    draft.slots.all().delete()

    html = client.get(at("check-listing", draft)).content.decode()

    assert "Add at least one date that is still to come" in html
    assert at("listing-dates", draft) in html
    assert "Send to the broker" not in html


def test_sending_in_what_is_missing_something_changes_nothing(client, draft):
    draft.slots.all().delete()

    client.post(at("check-listing", draft))

    draft.refresh_from_db()
    assert draft.state == PlacementState.DRAFT
    assert not Message.objects.exists()


def test_while_the_broker_reads_dates_may_be_added_and_nothing_else(client, draft, host):
    listings.submit(draft, by=host)

    refused = client.get(at("listing-section", draft, "what"))
    client.post(at("listing-dates", draft), dates(90))

    assert refused.status_code == 409
    assert "The broker is reading this listing" in seen(refused)
    assert draft.slots.count() == 2


@pytest.fixture
def django_max_queries(client, django_assert_max_num_queries):
    def number_at(address):
        client.get(address)
        with django_assert_max_num_queries(40) as counted:
            client.get(address)
        return len(counted)

    return number_at
