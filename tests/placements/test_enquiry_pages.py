"""What both sides see of an enquiry, and what they can press."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import Role, Standing, Workplace
from placements import enquiries, shortlists
from placements.models import Enquiry
from placements.states import AnswerState, EnquiryState, PlacementState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    EnquiryAnswerFactory,
    EnquiryFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

ENQUIRIES, NEW = "/enquiries/", "/enquiries/new/"
ASKED = {"question": "Can you take our group?", "places": "4", "year_group": "10"}


@pytest.fixture
def leader():
    return CareersLeaderFactory(user__name="Priya Shah")


@pytest.fixture
def host():
    return HostFactory(organisation__name="Wrekin Bakehouse")


@pytest.fixture
def placement(host):
    return PlacementFactory(provider=host.organisation, title="A week in a bakery")


@pytest.fixture
def enquiry(leader, placement):
    return enquiries.ask(
        [placement], by=leader, question="Can you take us?", places=4, year_group=10
    )


@pytest.fixture
def as_(client):
    def signed_in(member):
        client.logout()
        if member:
            client.force_login(member.user)
        return client

    return signed_in


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def seen(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words)


def asking_about(*placements):
    return f"{NEW}?{'&'.join(f'placement={one.pk}' for one in placements)}"


def test_the_form_asks_about_what_is_on_the_shortlist(as_, leader, placement):
    shortlists.add(placement, by=leader)
    gone = PlacementFactory(title="Gone by now")
    shortlists.add(gone, by=leader)
    gone.state = PlacementState.PAUSED
    gone.save()

    shown = as_(leader).get(NEW)

    assert re.search(
        rf'name="placements"[^>]* value="{placement.pk}" checked', shown.content.decode()
    )
    assert "A week in a bakery (Wrekin Bakehouse)" in seen(shown)
    assert "Gone by now" not in seen(shown)
    assert "Do not write the names of students" in seen(shown)


def test_a_listings_own_link_asks_its_provider_alone(as_, leader, placement):
    shortlists.add(PlacementFactory(title="Another one"), by=leader)
    listing = as_(leader).get(page("placement", placement.pk)).content.decode()
    assert asking_about(placement) in listing

    shown = seen(as_(leader).get(asking_about(placement)))

    assert "A week in a bakery" in shown
    assert "Another one" not in shown


def test_whoever_has_chosen_nothing_is_shown_where_to_choose(as_, leader):
    shown = seen(as_(leader).get(NEW))

    assert "Nobody to ask yet" in shown
    assert "nonsense" not in seen(as_(leader).get(NEW, {"placement": "nonsense"}))


def test_a_visitor_signs_in_first_and_finds_their_choice_again(client, leader, placement):
    client.post(page("add-to-shortlist", placement.pk))

    assert client.get(NEW).status_code == 302
    client.force_login(leader.user)

    assert "A week in a bakery" in seen(client.get(NEW))


def test_a_school_asks_several_at_once(as_, leader, placement):
    other = PlacementFactory(provider=HostFactory().organisation)
    first, last = days_ahead(30), days_ahead(40)

    response = as_(leader).post(
        asking_about(placement, other),
        ASKED
        | {"placements": [str(placement.pk), str(other.pk)], "adjustments": ["quiet_space"]}
        | {"first_day": first.isoformat(), "last_day": last.isoformat()},
        follow=True,
    )

    enquiry = Enquiry.objects.get()
    assert response.redirect_chain == [(page("enquiry", enquiry.pk), 302)]
    assert "We have asked 2 providers." in seen(response)
    assert (enquiry.window, enquiry.adjustments) == ((first, last), ["quiet_space"])
    assert enquiry.answers.count() == 2


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"placements": []}, "id_placements"),
        ({"question": ""}, "id_question"),
        ({"question": "   "}, "id_question"),
        ({"places": "0"}, "id_places"),
        ({"year_group": ""}, "id_year_group"),
        ({"first_day": "2027-06-01"}, "id_last_day_day"),
        ({"first_day": "2027-06-09", "last_day": "2027-06-01"}, "id_last_day_day"),
        ({"first_day": "2019-06-01", "last_day": "2096-06-01"}, "id_first_day_day"),
        ({"first_day_day": "99"}, "id_first_day_month"),
    ],
)
def test_what_is_wrong_is_said_beside_its_question(as_, leader, placement, wrong, beside):
    given = ASKED | {"placements": [str(placement.pk)]} | wrong

    shown = as_(leader).post(asking_about(placement), given).content.decode()

    assert f'href="#{beside}"' in shown
    assert "<title>Error: " in shown
    assert not Enquiry.objects.exists()


def test_a_provider_that_is_asked_too_often_is_named_beside_the_choice(as_, leader, placement):
    given = ASKED | {"placements": [str(placement.pk)]}
    for _ in range(2):
        as_(leader).post(asking_about(placement), given)

    shown = as_(leader).post(asking_about(placement), given)

    assert 'href="#id_placements"' in shown.content.decode()
    assert "Wrekin Bakehouse has not answered 2 questions of your school yet" in seen(shown)
    assert Enquiry.objects.count() == 2


def test_sending_the_same_form_twice_asks_once(as_, leader, placement):
    shown = as_(leader).get(asking_about(placement)).content.decode()
    once = re.search(r'name="once" value="([0-9a-f-]{36})"', shown)[1]
    given = ASKED | {"placements": [str(placement.pk)], "once": once}

    answers = [as_(leader).post(asking_about(placement), given) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Enquiry.objects.count() == 1


def test_the_answers_stand_side_by_side_the_yes_first(as_, leader, host, placement):
    refusing, silent = HostFactory.create_batch(2)
    others = [PlacementFactory(provider=one.organisation) for one in (refusing, silent)]
    slot = SlotFactory(placement=placement)
    enquiry = enquiries.ask(
        [*others, placement], by=leader, question="Can you?", places=2, year_group=11
    )
    enquiries.say_no(
        enquiry.answers.get(provider=refusing.organisation),
        reason="no_capacity",
        comment="Try <b>May</b>.",
        by=refusing,
    )
    enquiries.say_yes(
        enquiry.answers.get(provider=host.organisation),
        note="With joy.",
        placement=placement,
        slot=slot,
        by=host,
    )

    shown = as_(leader).get(page("enquiry", enquiry.pk))

    providers = re.findall(r'app-compare__title">([^<]+)<', shown.content.decode())
    assert providers == [
        "Wrekin Bakehouse",
        silent.organisation.name,
        refusing.organisation.name,
    ]
    words = seen(shown)
    assert "Yes: A week in a bakery, " in words
    assert "With joy." in words
    assert "No, because: We do not have the room or the staff" in words
    assert "Try &lt;b&gt;May&lt;/b&gt;." in shown.content.decode()
    assert f'href="{page("book", placement.pk, slot.pk)}"' in shown.content.decode()


def test_a_yes_without_dates_leads_to_the_listing(as_, leader, host, placement, enquiry):
    enquiries.say_yes(enquiry.answers.get(), by=host)

    shown = as_(leader).get(page("enquiry", enquiry.pk)).content.decode()

    assert f'href="{page("placement", placement.pk)}#dates"' in shown


def test_what_was_taken_down_since_is_not_linked_to(as_, leader, host, placement, enquiry):
    enquiries.say_yes(enquiry.answers.get(), by=host)
    placement.state = PlacementState.WITHDRAWN
    placement.save()

    shown = as_(leader).get(page("enquiry", enquiry.pk))

    assert "A week in a bakery, not offered at the moment" in seen(shown)
    assert page("placement", placement.pk) not in shown.content.decode()


def test_the_school_closes_its_question(as_, leader, enquiry):
    shown = as_(leader).post(page("close-enquiry", enquiry.pk), follow=True)

    assert "The question is closed." in seen(shown)
    assert "Close this question" not in seen(shown)
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.CLOSED


def test_the_provider_answers_when_signed_in(as_, host, enquiry):
    answer = enquiry.answers.get()
    address = page("answer-enquiry", answer.pk)
    shown = seen(as_(host).get(address))
    assert "Can you take us?" in shown
    assert "4 places, Year 10" in shown
    assert "Priya Shah" not in shown

    said = as_(host).post(
        address, {"answer": "yes", "yes-offer": "any", "yes-note": "Yes!"}, follow=True
    )

    assert "You have said that you can help." in seen(said)
    assert "Your answer" in seen(said)
    assert "Say yes" not in seen(said)
    answer.refresh_from_db()
    assert (answer.state, answer.answered_by) == (AnswerState.YES, host)


def test_a_second_answer_is_told_that_there_is_one(as_, host, enquiry):
    answer = enquiry.answers.get()
    enquiries.say_no(answer, reason="no_capacity", by=host)

    shown = as_(host).post(page("answer-enquiry", answer.pk), {"answer": "yes", "yes-offer": "any"})

    assert "This question has been answered already." in seen(shown)


@pytest.mark.parametrize(
    ("state", "words"),
    [("withdrawn", "needs no answer any more"), ("lapsed", "the question has lapsed")],
)
def test_what_cannot_be_answered_any_more_says_why(as_, host, enquiry, state, words):
    answer = enquiry.answers.get()
    if state == "withdrawn":
        enquiries.close(enquiry, by=enquiry.asked_by)
    else:
        with clock.as_of(enquiry.answer_by):
            enquiries.lapse_unanswered()

    assert words in seen(as_(host).get(page("answer-enquiry", answer.pk)))


def test_viewers_read_and_press_nothing(as_, leader, host, enquiry):
    reader = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)
    looker = HostFactory(organisation=host.organisation, role=Role.VIEWER)
    answer = page("answer-enquiry", enquiry.answers.get().pk)

    assert "Close this question" not in seen(as_(reader).get(page("enquiry", enquiry.pk)))
    assert as_(reader).post(page("close-enquiry", enquiry.pk)).status_code == 403
    assert as_(reader).get(NEW).status_code == 403
    assert "Say yes" not in seen(as_(looker).get(answer))
    assert as_(looker).post(answer, {"answer": "yes", "yes-offer": "any"}).status_code == 403


@pytest.mark.parametrize("stranger", [BrokerFactory, HostFactory, CareersLeaderFactory])
def test_strangers_find_nothing(as_, enquiry, stranger):
    other = stranger()

    for name, pk in [("enquiry", enquiry.pk), ("answer-enquiry", enquiry.answers.get().pk)]:
        assert as_(other).get(page(name, pk)).status_code == 404
    assert as_(other).post(page("close-enquiry", enquiry.pk)).status_code == 404


@pytest.mark.parametrize("other", [BrokerFactory, HostFactory])
def test_only_schools_ask(as_, other):
    assert as_(other()).get(NEW).status_code == 403


def test_each_side_has_its_list_with_what_waits_first(as_, leader, host, placement, enquiry):
    with clock.as_of(clock.now() - timedelta(days=20)):
        older = enquiries.ask(
            [placement], by=leader, question="An older one", places=1, year_group=7
        )
    enquiries.close(enquiry, by=leader)

    for member, closed in ((leader, "Closed"), (host, "Taken back by the school")):
        shown = seen(as_(member).get(ENQUIRIES))
        assert shown.index("An older one") < shown.index("Can you take us?")
        assert closed in shown
    assert "0 of 1 provider answered" in seen(as_(leader).get(ENQUIRIES))
    assert older.is_open


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (CareersLeaderFactory, "No enquiries yet"),
        (HostFactory, "No enquiries yet"),
        (BrokerFactory, "is neither."),
    ],
)
def test_an_empty_list_says_what_will_be_there(as_, who, words):
    assert words in seen(as_(who()).get(ENQUIRIES))


def test_the_first_page_of_each_side_says_what_waits(as_, leader, host, enquiry):
    assert "1 question from a school to answer" in seen(as_(host).get("/dashboard/"))
    assert "answers to choose from" not in seen(as_(leader).get("/dashboard/"))

    enquiries.say_yes(enquiry.answers.get(), by=host)

    assert "to answer" not in seen(as_(host).get("/dashboard/"))
    assert "1 question with answers to choose from" in seen(as_(leader).get("/dashboard/"))


def test_the_shortlist_leads_schools_and_visitors_to_asking_and_nobody_else(as_, leader):
    placement = PlacementFactory()
    shortlists.add(placement, by=leader)
    unverified = CareersLeaderFactory(organisation__standing=Standing.UNVERIFIED)
    shortlists.add(placement, by=unverified)

    assert f'href="{NEW}"' in as_(leader).get("/shortlist/").content.decode()
    assert f'href="{NEW}"' not in as_(unverified).get("/shortlist/").content.decode()
    visitor = as_(None)
    visitor.post(page("add-to-shortlist", placement.pk))
    assert f'href="{NEW}"' in visitor.get("/shortlist/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_schools_list_costs_the_same_however_long(as_, leader, rows, django_assert_num_queries):
    for enquiry in EnquiryFactory.create_batch(rows, school=leader.organisation, asked_by=leader):
        EnquiryAnswerFactory(enquiry=enquiry)
    client = as_(leader)
    client.get(ENQUIRIES)
    session_user_and_member = 3

    with django_assert_num_queries(session_user_and_member + 2):
        client.get(ENQUIRIES)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_providers_list_costs_the_same_however_long(as_, host, rows, django_assert_num_queries):
    EnquiryAnswerFactory.create_batch(rows, provider=host.organisation)
    client = as_(host)
    client.get(ENQUIRIES)
    session_user_and_member = 3

    with django_assert_num_queries(session_user_and_member + 2):
        client.get(ENQUIRIES)


@pytest.mark.parametrize("most_a_day", [None, 12])
@pytest.mark.parametrize("rows", [1, 3])
def test_answers_cost_the_same_however_many(
    as_, leader, rows, most_a_day, django_assert_num_queries
):
    enquiry = EnquiryFactory(school=leader.organisation, asked_by=leader)
    for answer in EnquiryAnswerFactory.create_batch(rows, enquiry=enquiry):
        host = HostFactory(organisation=answer.provider)
        placement = answer.placements.get()
        Workplace.objects.filter(placements=placement).update(most_a_day=most_a_day)
        slot = SlotFactory(placement=placement)
        assert slot.shares_days == bool(most_a_day)
        enquiries.say_yes(answer, placement=placement, slot=slot, by=host)
    client = as_(leader)
    client.get(page("enquiry", enquiry.pk))
    session_user_and_member, enquiry_and_moves, answers_placements_dates_and_bookable = 3, 2, 4

    with django_assert_num_queries(
        session_user_and_member + enquiry_and_moves + answers_placements_dates_and_bookable
    ):
        client.get(page("enquiry", enquiry.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_and_answering_cost_the_same_however_many_dates(
    as_, leader, host, rows, django_assert_num_queries
):
    offered = PlacementFactory.create_batch(rows, provider=host.organisation)
    for placement in offered:
        SlotFactory.create_batch(rows, placement=placement)
    enquiry = enquiries.ask(offered, by=leader, question="Can you?", places=1, year_group=10)
    session_user_and_member = 3

    client = as_(leader)
    client.get(NEW)
    with django_assert_num_queries(session_user_and_member + 1):
        client.get(asking_about(*offered))

    client = as_(host)
    client.get(ENQUIRIES)
    address = page("answer-enquiry", enquiry.answers.get().pk)
    answer_placements_and_dates = 4
    with django_assert_num_queries(session_user_and_member + answer_placements_and_dates):
        client.get(address)
