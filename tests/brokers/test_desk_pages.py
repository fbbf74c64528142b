import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Role
from brokers import reading
from brokers.models import Decision, Verdict
from placements import bookings, revisions, spread
from placements.models import Placement
from placements.states import PlacementState, RevisionState
from placements.words import ListingRefusal
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

DESK = reverse("brokers:desk")


def waiting(**facts):
    placement = PlacementFactory(state=PlacementState.SUBMITTED, published_at=None, **facts)
    SlotFactory(placement=placement)
    return placement


def changed(values, placement=None):
    placement = placement or PlacementFactory()
    SlotFactory(placement=placement)
    host = HostFactory(organisation=placement.provider)
    return revisions.submit(revisions.propose(placement, values, by=host), by=host)


def at(name, placement):
    return reverse(f"brokers:{name}", args=[placement.pk])


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page(answer)))


def sign_in(client, member):
    client.force_login(member.user)
    return client


@pytest.fixture
def desk(client, broker):
    return sign_in(client, broker)


def test_the_desk_shows_what_waits_and_leads_to_it(desk):
    placement = waiting(submitted_at=clock.now() - timedelta(days=30))

    shown = page(desk.get(DESK))

    assert str(placement) in shown
    assert at("review", placement) in shown
    assert "working days" in shown


def test_an_empty_desk_says_so(desk):
    assert "Nothing waits here" in page(desk.get(DESK))


@pytest.mark.parametrize("each", [1, 3])
def test_the_desk_costs_the_same_however_much_waits(desk, each, django_assert_num_queries):
    for _ in range(each):
        waiting()
        changed({"title": "Another title"})
        placement = PlacementFactory()
        ConcernFactory(placement=placement, organisation=placement.provider)
    desk.get(DESK)

    with django_assert_num_queries(27):
        shown = page(desk.get(DESK))

    assert shown.count("app-card__title") == 3 * each


def test_a_kind_can_be_chosen_and_unchosen(desk):
    new, revision = waiting(title="Brand new"), changed({"title": "Something else"})

    shown = page(desk.get(DESK, {"kind": "new"}))

    assert str(new) in shown
    assert str(revision.placement) not in shown


@pytest.mark.parametrize("garbage", ["kind=x", "page=x", "page=-1", "page=99999999", "desk="])
def test_a_desk_bears_any_query(desk, garbage):
    assert desk.get(f"{DESK}?{garbage}").status_code == 200


def test_the_national_team_looks_at_a_hubs_desk_and_no_hub_at_anothers(
    client, broker, national, stranger
):
    placement = waiting()
    there = {"desk": broker.organisation_id}

    assert str(placement) in page(sign_in(client, national).get(DESK, there))
    assert sign_in(client, stranger).get(DESK, there).status_code == 404
    assert sign_in(client, national).get(DESK, {"desk": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["desk", "listings", "concerns", "profile", "areas"])
def test_only_desks_see_a_desk(client, name):
    for member in (CareersLeaderFactory(), HostFactory()):
        assert sign_in(client, member).get(reverse(f"brokers:{name}")).status_code == 403


def test_a_broker_reads_a_listing_as_a_school_will(desk):
    placement = waiting(activities="Knead dough and shape loaves.")

    shown = page(desk.get(at("review", placement)))

    assert "Knead dough and shape loaves." in shown
    assert placement.workplace.address in shown
    assert "Publish" in shown


@pytest.mark.parametrize("name", ["publish", "send-back", "decline", "suspend"])
def test_another_desks_listing_and_a_draft_are_not_there(client, stranger, broker, name):
    elsewhere, draft = waiting(), PlacementFactory(state=PlacementState.DRAFT)
    suspended = PlacementFactory(suspended_at=clock.now())

    sign_in(client, stranger)
    answers = [client.get(at(name, one)) for one in (elsewhere, suspended)]
    answers += [client.post(at(name, one)) for one in (elsewhere, suspended)]
    answers += [client.get(at("review", one)) for one in (elsewhere, suspended)]
    sign_in(client, broker)
    answers.append(client.get(at(name, draft)))

    assert {answer.status_code for answer in answers} == {404}


def test_publishing_puts_it_up_and_goes_back_to_the_desk(desk):
    placement = waiting()

    answer = desk.post(at("publish", placement))

    assert answer.url == DESK
    assert Placement.objects.published().get() == placement


def test_a_viewer_reads_but_is_offered_nothing_to_decide(client, broker):
    placement = waiting()
    sign_in(client, BrokerFactory(organisation=broker.organisation, role=Role.VIEWER))

    shown = page(client.get(at("review", placement)))

    assert "Publish" not in shown
    assert client.post(at("publish", placement)).status_code == 403


def test_the_risk_is_asked_about_beside_the_button(desk):
    placement = waiting(workplace__lone_adult=True)

    refused = page(desk.post(at("publish", placement), {"accepts": "on"}))
    accepted = desk.post(
        at("publish", placement), {"accepts": "on", "risk_words": "Two adults are in."}
    )

    assert "Error: " in refused
    assert "Say what you found and what you agreed" in refused
    assert accepted.url == DESK
    assert Decision.objects.get(verdict=Verdict.RISK_ACCEPTED).words == "Two adults are in."


def test_what_the_rules_forbid_is_said_on_the_page(desk):
    placement = waiting(objectives="")

    shown = page(desk.post(at("publish", placement)))

    assert "There is a problem" in shown
    assert not Placement.objects.published().exists()


def test_the_national_team_is_asked_why_at_a_hubs_desk_and_not_at_its_own(client, national, broker):
    sign_in(client, national)
    hubs, own = waiting(), waiting(workplace__authority="")

    refused = page(client.post(at("publish", hubs)))
    done = client.post(at("publish", hubs), {"because": "The hub is closed this week."})
    at_once = client.post(at("publish", own))

    assert "Say why you decide this" in refused
    assert done.url == at_once.url == DESK
    assert Placement.objects.published().count() == 2


def test_notes_go_back_beside_their_sections(desk):
    placement = waiting()

    form = page(desk.get(at("send-back", placement)))
    answer = desk.post(at("send-back", placement), {"activities": "Say what happens on Friday."})

    assert placement.activities.split(".")[0] in form
    assert answer.url == DESK
    note = placement.review_notes.get()
    assert (note.section, note.words) == ("activities", "Say what happens on Friday.")


def test_sending_back_needs_a_note_and_keeps_what_was_typed(desk):
    placement = waiting()

    nothing = page(desk.post(at("send-back", placement), {"activities": " "}))
    long = "a long note " * 100
    too_long = page(desk.post(at("send-back", placement), {"activities": long}))

    assert "Write a note beside at least one section" in nothing
    assert "1000 characters or fewer" in too_long
    assert long.strip() in too_long
    placement.refresh_from_db()
    assert placement.state == PlacementState.SUBMITTED


def test_declining_takes_a_reason(desk):
    placement = waiting()

    refused = page(desk.post(at("decline", placement), {"comment": "Kept."}))
    done = desk.post(at("decline", placement), {"reason_code": ListingRefusal.DUPLICATE})

    assert "Choose why it is declined" in refused
    assert "Kept." in refused
    assert done.url == DESK
    placement.refresh_from_db()
    assert placement.state == PlacementState.DECLINED


def test_a_listing_is_suspended_and_let_stand_from_one_page(desk):
    placement = PlacementFactory()

    refused = page(desk.post(at("suspend", placement)))
    desk.post(at("suspend", placement), {"because": "A parent rang."})
    hidden = not Placement.objects.published().exists()
    shown = page(desk.get(at("suspend", placement)))
    desk.post(at("suspend", placement), {"because": "All is well."})

    assert "Say why you decide this" in refused
    assert hidden
    assert "Let this listing stand again" in shown
    assert Placement.objects.published().exists()


def test_changes_are_shown_old_beside_new_and_approved(desk):
    revision = changed({"title": "A week in a patisserie"})

    shown = page(desk.get(at("review", revision.placement)))
    desk.post(at("publish", revision.placement))

    assert f"<del>{revision.placement.title}</del>" in shown
    assert "<ins>A week in a patisserie</ins>" in shown
    assert Placement.objects.published().get().title == "A week in a patisserie"


def test_changes_go_back_while_the_approved_version_stays_up(desk):
    revision = changed({"title": "A week in a patisserie"})

    desk.post(at("send-back", revision.placement), {"what": "Keep the old title."})

    revision.refresh_from_db()
    assert revision.state == RevisionState.SENT_BACK
    assert Placement.objects.published().exists()


def test_all_listings_of_the_area_are_found_by_words_and_state(desk):
    mine = PlacementFactory(title="Shaping loaves")
    PlacementFactory(title="Elsewhere", workplace__authority="E06000019")
    PlacementFactory(title="Not sent in", state=PlacementState.DRAFT)
    listings = reverse("brokers:listings")

    everything = page(desk.get(listings))
    by_words = page(desk.get(listings, {"q": "loaves ", "state": "published"}))
    none = page(desk.get(listings, {"q": "loaves", "state": "paused"}))

    assert str(mine) in everything
    assert "Elsewhere" not in everything
    assert "Not sent in" not in everything
    assert str(mine) in by_words
    assert "No listings" in none


def at_many(number, text=None, **facts):
    """A listing at so many workplaces, with four places at each."""
    text = text or PlacementFactory(title="Shaping loaves")
    more = [PlacementFactory(text_of=text, title=text.title, **facts) for _ in range(number - 1)]
    for one in (text, *more):
        SlotFactory(placement=one, places=4)
    return text, more


def test_a_listing_at_many_workplaces_is_one_row_with_the_places_of_all(desk):
    _, more = at_many(3)
    bookings.request(more[0].slots.get(), places=3, by=CareersLeaderFactory())

    shown = words(desk.get(reverse("brokers:listings")))

    assert shown.count("Shaping loaves") == 1
    assert "At 3 workplaces here, with 9 of 12 places left." in shown
    assert "1 listing" in shown


def test_places_for_groups_are_counted_with_the_others_as_students(desk):
    text, _ = at_many(2)
    text.slots.update(largest_group=30, taken=1, in_groups=12)

    shown = words(desk.get(reverse("brokers:listings")))

    assert "At 2 workplaces here, with 94 of 124 places left." in shown


def test_a_hub_sees_as_one_what_it_has_of_a_text_that_lies_elsewhere(desk):
    text = PlacementFactory(title="Shaping loaves", workplace__authority="E06000019")
    _, here = at_many(3, text=text)

    shown = page(desk.get(reverse("brokers:listings")))

    first = min(here, key=lambda one: one.pk)
    assert shown.count("app-card__title") == 1
    assert at("review", first) in shown
    assert "At 2 workplaces here, with 8 of 8 places left." in words(
        desk.get(reverse("brokers:listings"))
    )
    read = words(desk.get(at("review", first)))
    assert "each is suspended by itself" in read


@pytest.mark.parametrize("number", [2, 6])
def test_no_question_is_asked_once_for_each_site(desk, broker, number):
    text = PlacementFactory(workplace__authority="E06000019")
    at_many(number, text=text)
    rows = spread.as_one(reading.listings_of(broker))

    (plan,) = json.loads(rows.explain(format="json", analyze=True))

    asked = list(within(plan["Plan"]))
    assert any(one.get("Parent Relationship") == "SubPlan" for one in asked)
    assert all(
        one["Actual Loops"] <= 1 for one in asked if one.get("Parent Relationship") == "SubPlan"
    )


def within(node):
    """A step of a plan, and all steps beneath it."""
    yield node
    for one in node.get("Plans", ()):
        yield from within(one)


@pytest.mark.parametrize("number", [1, 3])
def test_reading_a_listing_costs_the_same_at_however_many_workplaces(
    desk, number, django_assert_num_queries
):
    text, _ = at_many(number)
    page(desk.get(at("review", text)))

    with django_assert_num_queries(19):
        page(desk.get(at("review", text)))


def test_its_page_says_what_is_left_at_each_and_acts_on_all_at_once(desk):
    text, more = at_many(3)

    read = page(desk.get(at("review", text)))
    assert "At 3 workplaces" in read
    assert all(at("review", one) in read and one.workplace.postcode in read for one in more)
    assert words(desk.get(at("review", text))).count("4 of 4") == 3
    asks = words(desk.get(at("suspend", text)))
    assert "So it is at the 2 other workplaces that share its text." in asks

    desk.post(at("suspend", text), {"because": "A concern is looked into."})

    assert not Placement.objects.published().exists()


def test_a_listing_at_one_workplace_says_nothing_of_others(desk):
    one, _ = at_many(1)

    assert "workplaces" not in words(desk.get(at("review", one)))
    assert "So it is at" not in words(desk.get(at("suspend", one)))


@pytest.mark.parametrize("sites", [2, 4])
def test_reading_it_costs_the_same_at_however_many_workplaces(
    desk, sites, django_assert_num_queries
):
    text, _ = at_many(sites)
    desk.get(at("review", text))

    with django_assert_num_queries(19):
        desk.get(at("review", text))


@pytest.mark.parametrize("wrong", [{"q": "loaves\0of"}, {"q": "x" * 101}, {"state": "burnt"}])
def test_a_filter_that_makes_no_sense_is_said_beside_it(desk, wrong):
    waiting(title="Loaves")

    shown = page(desk.get(reverse("brokers:listings"), wrong))

    assert "<title>Error: " in shown
    assert "govuk-error-message" in shown
    assert "No listings" in shown


@pytest.mark.parametrize("listings", [1, 3])
def test_the_list_of_listings_costs_the_same_however_long(
    desk, listings, django_assert_num_queries
):
    PlacementFactory.create_batch(listings)
    desk.get(reverse("brokers:listings"))

    with django_assert_num_queries(8):
        shown = page(desk.get(reverse("brokers:listings")))

    assert shown.count("app-card__title") == listings
