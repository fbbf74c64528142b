import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import clock, letters, links, organisations, outbox
from accounts.models import (
    Message,
    MessageState,
    Organisation,
    OrganisationKind,
    RiskBand,
    Role,
    Workplace,
)
from brokers import boundaries, homes
from brokers.models import DeskProfile
from placements import (
    authority,
    bookings,
    check_requests,
    checklist,
    checks,
    concerns,
    consents,
    found_addresses,
    on_behalf,
    self_found,
    students,
    tasks,
)
from placements.found_notices import EMPLOYER
from placements.found_rules import Said, Written
from placements.models import Booking, HostAgreement, Placement, SearchRow, SelfFound, Slot
from placements.states import BookingState
from placements.words import FoundThrough
from ratings import rating
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    RatingFactory,
    days_ahead,
)
from tests.partner import Partner
from tests.placements import paper_rules

pytestmark = pytest.mark.django_db

GARAGE = "boss@garage.example.org"
SAID = Said(
    supervision="The foreman.",
    risk_band=RiskBand.LOW,
    lone_adult=False,
    insurer="Severn Mutual",
    insured_until=days_ahead(500),
)


@pytest.fixture(autouse=True)
def rules():
    paper_rules.begin()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def found(leader):
    return record(leader)


@pytest.fixture
def broker():
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[where().authority],
    )
    return broker


def where(**facts):
    usual = {"name": "Quarry Garage", "kind": "workshop", "address": "9 Quarry Lane"}
    workplace = Workplace(**usual | {"town": "Shrewsbury", "postcode": "SY1 1AA"} | facts)
    self_found.workplaces.place(workplace)
    return workplace


def record(by, once=None, **facts):
    written = {
        "employer": "Quarry Garage",
        "sector": "engineering_manufacturing",
        "activities": "Helps to change tyres.",
        "year_group": 10,
        "first_day": monday(),
        "last_day": monday() + timedelta(days=4),
        "found_through": FoundThrough.ALONE,
        "why_it_fits": "Wants to be a mechanic.",
        "contact_name": "Pat Boss",
        "contact_email": GARAGE,
    }
    return self_found.record(Written(**written | facts), where(), by=by, once=once)


def monday():
    day = days_ahead(60)
    return day - timedelta(days=day.weekday())


def link_to(found):
    letters.write(Message.objects.get(kind="found_asked", subject=str(found.pk)))
    return links.make(EMPLOYER, email=GARAGE, subject=str(found.pk), lives=timedelta(days=9))


def say_yes(found, **facts):
    said = Said(**{**vars(SAID), **facts})
    return self_found.confirm(self_found.opened(link_to(found)), said)


def as_it_is(found):
    return SelfFound.objects.get(pk=found.pk)


def state_of(found):
    return Booking.objects.get(pk=found.booking_id).state


def told(kind):
    return [message.email for message in Message.objects.filter(kind=kind)]


# --- Written down by a school, confirmed by the employer


def test_a_school_writes_it_down_and_the_employer_is_asked_by_a_link(found, leader):
    mail = letters.write(Message.objects.get(kind="found_asked"))

    assert mail.to == GARAGE
    assert leader.organisation.name in mail.text
    placement = found.booking.slot.placement
    assert (placement.kind, placement.days) == ("week_placement", 5)
    assert (state_of(found), found.booking.places) == (BookingState.REQUESTED, 1)


def test_the_employer_says_yes_with_what_keeps_the_student_safe(found, leader):
    booking = say_yes(found)

    assert state_of(found) == BookingState.ACCEPTED
    done = {
        line.item.value for line in checklist.of(Booking.objects.get(pk=booking.pk)) if line.is_done
    }
    assert done == {"host_agreement", "insurance"}
    assert HostAgreement.objects.get().agreed_by is None
    assert told("booking_accepted") == [leader.user.email]
    assert self_found.opened(link_to(found)) is None


def test_the_employer_says_no_with_a_reason(found, leader, refused):
    asked = self_found.opened(link_to(found))
    with refused("reason_missing"):
        self_found.refuse(asked, reason="")

    self_found.refuse(asked, reason="no_capacity", comment="Next year, gladly.")

    assert state_of(found) == BookingState.DECLINED
    assert found.booking.slot.bookings.get().comment == "Next year, gladly."
    assert told("booking_declined") == [leader.user.email]
    assert Slot.objects.get().taken == 0


def test_a_link_serves_for_one_answer(found, refused):
    first, second = (self_found.opened(link_to(found)) for _ in range(2))
    self_found.refuse(first, reason="no_capacity")

    with refused("move_not_allowed"):
        self_found.confirm(second, SAID)


def test_nobody_answers_so_it_lapses_as_any_request(found, leader):
    with clock.as_of(found.booking.answer_by + timedelta(minutes=1)):
        bookings.lapse_unanswered()

    assert state_of(found) == BookingState.LAPSED
    assert self_found.opened(link_to(found)) is None
    assert told("booking_lapsed") == [leader.user.email]


def called_off(found, by):
    letters.write(Message.objects.get(kind="found_asked"))
    Message.objects.filter(kind="found_asked").update(state=MessageState.SENT, sent_at=clock.now())
    bookings.cancel(found.booking, reason="dates_clash", by=by)
    return letters.write(Message.objects.get(kind="found_called_off"))


def test_the_employer_hears_that_what_it_confirmed_is_called_off(found, leader):
    say_yes(found)

    mail = called_off(found, leader)

    assert mail.to == GARAGE
    assert f"{leader.organisation.name} has called off" in mail.text
    assert "The student does not come." in mail.text


def test_the_employer_hears_that_it_need_not_answer_any_more(found, leader):
    assert called_off(found, leader).to == GARAGE


RIGHT = "pat@garage.example.org"


def asked_at(found):
    asked = Message.objects.filter(kind="found_asked", subject=str(found.pk))
    return list(asked.values_list("email", flat=True))


def goes(found):
    """What is planned for its employer arrives."""
    planned = Message.objects.filter(subject=str(found.pk), state=MessageState.PLANNED)
    planned.update(state=MessageState.SENT, sent_at=clock.now())


def test_an_employer_is_asked_anew_where_it_reads_its_mail(found, leader):
    goes(found)
    elsewhere = link_to(found)
    with clock.as_of(clock.now() + timedelta(days=10)):
        found_addresses.correct(found, email=f" {RIGHT} ", by=leader)

        assert found.booking.answer_by > clock.now() + timedelta(days=13)
        assert asked_at(found) == [GARAGE, RIGHT]
        assert letters.write(Message.objects.get(email=RIGHT)).to == RIGHT
    assert self_found.opened(elsewhere) is None
    # A mail that was on its way meanwhile brings a link of its own.
    late = links.make(EMPLOYER, email=GARAGE, subject=str(found.pk), lives=timedelta(days=9))
    assert self_found.opened(late) is None
    right = links.make(EMPLOYER, email=RIGHT, subject=str(found.pk), lives=timedelta(days=9))
    assert self_found.confirm(self_found.opened(right), SAID).state == BookingState.ACCEPTED


def test_what_has_not_gone_to_the_wrong_address_does_not_go(found, leader):
    wrong = Message.objects.get(kind="found_asked")
    still_holds = letters.of_kind("found_asked").still_holds

    found_addresses.correct(found, email=RIGHT, by=leader)

    wrong.refresh_from_db()
    assert wrong.state == MessageState.CANCELLED
    assert not still_holds(wrong)
    assert still_holds(Message.objects.get(email=RIGHT))


def test_an_employer_is_asked_at_its_first_address_after_all(found, leader):
    goes(found)
    for email in (RIGHT, GARAGE):
        found_addresses.correct(found, email=email, by=leader)

    states = Message.objects.filter(kind="found_asked").order_by("made_at")
    assert list(states.values_list("email", "state")) == [
        (GARAGE, MessageState.SENT),
        (RIGHT, MessageState.CANCELLED),
        (GARAGE, MessageState.PLANNED),
    ]


def test_nobody_is_asked_elsewhere_who_has_answered_or_by_others(found, leader, refused):
    with refused("same_address"):
        found_addresses.correct(found, email=GARAGE.upper(), by=leader)
    for who in (
        CareersLeaderFactory(),
        MemberFactory(organisation=leader.organisation, role=Role.VIEWER),
    ):
        with pytest.raises(PermissionDenied):
            found_addresses.correct(found, email=RIGHT, by=who)
    say_yes(found)

    with refused("move_not_allowed"):
        found_addresses.correct(found, email=RIGHT, by=leader)
    assert asked_at(found) == [GARAGE]


def test_whoever_was_asked_hears_that_it_is_called_off_wherever_that_was(found, leader):
    goes(found)
    found_addresses.correct(found, email=RIGHT, by=leader)
    goes(found)
    found_addresses.correct(found, email="unread@garage.example.org", by=leader)

    bookings.cancel(found.booking, reason="dates_clash", by=leader)

    assert sorted(told("found_called_off")) == [GARAGE, RIGHT]


def test_a_school_asks_elsewhere_on_a_page_of_the_placement(client, found, leader):
    client.force_login(leader.user)
    shown = page("self-found-one", found.pk)
    address = page("correct-found-address", found.pk)
    assert address in words(client.get(shown))

    assert f"at {GARAGE}" in words(client.get(address))
    wrong = words(client.post(address, {"email": GARAGE}))
    done = words(client.post(address, {"email": RIGHT}, follow=True))

    assert "We have written to this address already." in wrong
    assert "We have asked the employer there." in done
    assert RIGHT in done
    right = links.make(EMPLOYER, email=RIGHT, subject=str(found.pk), lives=timedelta(days=9))
    self_found.refuse(self_found.opened(right), reason="no_capacity")
    assert address not in words(client.get(shown))
    late = words(client.post(address, {"email": GARAGE}, follow=True))
    assert "The employer is not asked any more." in late


def test_an_employer_whose_mail_had_not_gone_is_not_written_to_at_all(found, leader):
    bookings.cancel(found.booking, reason="dates_clash", by=leader)

    assert told("found_called_off") == []
    assert Message.objects.get(kind="found_asked").state == MessageState.CANCELLED


def test_the_papers_are_those_of_any_booking(found, leader):
    booking = say_yes(found)
    students.name(booking, lines="Aisha K", by=leader)
    (link,) = consents.hand_out(booking, by=leader)

    consents.answer(consents.opened(link.token), answer="yes")

    (consent,) = (line for line in checklist.of(booking) if line.item == "parent_consent")
    assert consent.is_done


def test_a_lone_adult_at_home_waits_for_the_hub(leader, found):
    Workplace.objects.update(kind="private_home")

    booking = say_yes(found, lone_adult=True)

    (check,) = (
        line
        for line in checklist.of(Booking.objects.get(pk=booking.pk))
        if line.item == "workplace_check"
    )
    assert (check.without, check.is_done) == ("blocks", False)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"first_day": days_ahead(3), "last_day": days_ahead(9)}, "first_day"),
        ({"first_day": days_ahead(500), "last_day": days_ahead(501)}, "first_day"),
        ({"last_day": days_ahead(9)}, "last_day"),
        ({"last_day": days_ahead(180)}, "last_day"),
        ({"starts_at": time(9)}, "ends_at"),
        ({"starts_at": time(9), "ends_at": time(8)}, "ends_at"),
        ({"found_through": "magic"}, "found_through"),
        ({"why_it_fits": " "}, "why_it_fits"),
        ({"contact_email": ""}, "employer"),
    ],
)
def test_what_makes_no_sense_is_refused(leader, refused, facts, code):
    with refused(code):
        record(leader, **facts)
    assert not Organisation.objects.filter(kind=OrganisationKind.FOUND).exists()


def test_a_form_sent_twice_is_one_placement(client, leader, refused):
    client.force_login(leader.user)
    address = page("record-self-found")
    assert 'type="hidden" name="once"' in words(client.get(address))
    key = uuid4()
    days = {**day("first_day", monday()), **day("last_day", monday())}
    first, second = (client.post(address, {**TYPED, **days, "once": key}) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Booking.objects.get().once == key
    assert told("found_asked") == [GARAGE]
    with refused("key_reused"):
        record(CareersLeaderFactory(), once=key)


def test_a_form_sent_again_after_its_address_was_corrected_is_still_that_placement(leader, refused):
    key = uuid4()
    first = record(leader, once=key)
    found_addresses.correct(first, email="pat@garage.example.org", by=leader)

    assert record(leader, once=key) == first
    assert record(leader, once=key, contact_email="Pat@garage.example.org") == first
    with refused("key_reused"):
        record(leader, once=key, contact_email="boss@bakery.example.org")
    assert sorted(asked_at(first)) == [GARAGE, "pat@garage.example.org"]


@pytest.mark.parametrize(
    "other",
    [
        {"employer": "Hill Bakery"},
        {"contact_email": "boss@bakery.example.org"},
        {"year_group": 11},
        {"first_day": monday() + timedelta(days=1)},
        {"last_day": monday() + timedelta(days=11)},
    ],
)
def test_a_form_that_was_sent_for_one_placement_is_not_taken_for_another(leader, refused, other):
    key = uuid4()
    first = record(leader, once=key)

    with refused("key_reused"):
        record(leader, once=key, **other)

    assert record(leader, once=key) == first
    assert Booking.objects.count() == 1


def test_a_form_filled_in_anew_for_a_second_student_is_sent_by_another_click(client, leader):
    client.force_login(leader.user)
    address = page("record-self-found")
    typed = {**TYPED, **day("first_day", monday()), **day("last_day", monday()), "once": uuid4()}
    client.post(address, typed, follow=True)
    second = {**typed, "employer": "Hill Bakery", "contact_email": "boss@bakery.example.org"}

    shown = words(client.post(address, second))

    assert "You have sent this form already" in shown
    assert "We have asked the employer" not in shown
    assert 'value="Hill Bakery"' in shown
    (fresh,) = re.findall(r'name="once" value="([^"]+)"', shown)
    client.post(address, {**second, "once": fresh})
    assert sorted(told("found_asked")) == ["boss@bakery.example.org", GARAGE]


def test_only_those_who_book_for_a_school_write_it_down(leader):
    reader = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    for stranger in (HostFactory(), BrokerFactory(), reader):
        with pytest.raises(PermissionDenied):
            record(stranger)


# --- Seen by nobody else


def test_no_list_search_or_desk_knows_of_it(client, found, leader, broker):
    say_yes(found)
    placement = found.booking.slot.placement

    assert not SearchRow.objects.filter(placement=placement).exists()
    assert not Placement.objects.published().exists()
    assert not on_behalf.employers_named("Quarry").exists()
    assert not homes.organisations_at(broker.organisation).filter(name="Quarry Garage").exists()
    for member in (None, CareersLeaderFactory(), broker, NationalFactory(), leader):
        if member:
            client.force_login(member.user)
        assert client.get(reverse("placements:placement", args=[placement.pk])).status_code == 404
        provider = reverse("placements:provider", args=[placement.provider_id])
        assert client.get(provider).status_code == 404


def test_the_api_tells_a_schools_platform_nothing_of_it(found, leader):
    platform = Partner(leader.organisation)

    assert platform.get().json()["items"] == []
    assert platform.get(f"/api/v1/bookings/{found.booking_id}").status_code == 404


def test_another_school_finds_nothing(client, found):
    client.force_login(CareersLeaderFactory().user)

    for name in ("self-found-one", "offer-self-found"):
        address = reverse(f"placements:{name}", args=[found.pk])
        assert client.post(address).status_code in (404, 405)
    assert client.get(reverse("placements:booking", args=[found.booking_id])).status_code == 404


# --- For other students, with the employer's consent


def test_a_school_offers_an_employer_that_agreed_and_the_hub_invites_it(found, leader, broker):
    say_yes(found, may_be_offered=True)

    self_found.offer(as_it_is(found), by=leader)

    mail = letters.write(Message.objects.get(kind="employer_offered"))
    assert mail.to == broker.user.email
    assert "Quarry Garage, in Shrewsbury" in mail.text
    self_found.invite(as_it_is(found), by=broker)
    invitation = letters.write(Message.objects.get(kind="employer_invited"))
    assert invitation.to == GARAGE
    assert broker.organisation.name in invitation.title
    self_found.invite(as_it_is(found), by=broker)
    assert len(told("employer_invited")) == 1


def test_an_employer_that_did_not_agree_stays_with_the_school(found, leader, broker, refused):
    say_yes(found)

    with refused("not_confirmed"):
        self_found.offer(as_it_is(found), by=leader)
    with pytest.raises(PermissionDenied):
        self_found.invite(as_it_is(found), by=broker)


def test_only_its_school_offers_and_only_the_hub_of_the_area_invites(found, leader, broker):
    say_yes(found, may_be_offered=True)
    for stranger in (CareersLeaderFactory(), broker):
        with pytest.raises(PermissionDenied):
            self_found.offer(as_it_is(found), by=stranger)
    self_found.offer(as_it_is(found), by=leader)

    for stranger in (BrokerFactory(), leader, NationalFactory()):
        with pytest.raises(PermissionDenied):
            self_found.invite(as_it_is(found), by=stranger)


# --- What a hub reads of an employer that has not agreed to be told of


WHO_AND_WHERE = ("Quarry Garage", "Quarry Lane", "Shrewsbury", "Pat Boss", GARAGE)


def tells_who(text):
    return [name for name in WHO_AND_WHERE if name in text]


def as_seen(client, member, address):
    client.force_login(member.user)
    return words(client.get(address, follow=True))


def mail_of(kind):
    return letters.write(Message.objects.filter(kind=kind).order_by("due_at").first())


def worry(found, by, note="Heavy machines."):
    placement = found.booking.slot.placement
    return check_requests.ask_desk(placement, wanted_by=days_ahead(9), by=by, note=note)


def test_a_hub_that_is_asked_to_look_reads_what_worries_the_school_and_no_name(
    client, found, leader, broker, refused
):
    say_yes(found)
    address = page("workplace-check", found.booking.slot.placement_id)
    client.force_login(broker.user)
    assert client.get(address).status_code == 404

    worry(found, leader)
    worry(found, leader, note="And a pit.")

    for kind in ("check_wanted", "check_told_more"):
        mail = mail_of(kind)
        assert mail.to == broker.user.email
        assert leader.organisation.name in mail.text
        assert tells_who(mail.title + mail.text) == []
    desk = as_seen(client, broker, reverse("brokers:checks"))
    asked = as_seen(client, broker, address)
    talk = as_seen(client, broker, page("talk-through", found.booking.slot.placement_id))
    for shown in (desk, asked, talk):
        assert tells_who(shown) == []
    assert "Heavy machines." in desk
    assert "And a pit." in asked
    with refused("untold"):
        check_requests.ask_assessor(
            found.booking.slot.placement,
            assessor="Me",
            email=broker.user.email,
            wanted_by=days_ahead(9),
            by=broker,
        )
    # Once it agrees, it is called by its name.
    SelfFound.objects.update(may_be_offered_at=clock.now())
    assert "Quarry Garage" in as_seen(client, broker, reverse("brokers:checks"))
    assert "Quarry Garage" in mail_of("check_wanted").title


def test_what_a_hub_was_not_asked_itself_it_does_not_read(client, found, leader, broker):
    say_yes(found)
    placement = found.booking.slot.placement
    check_requests.ask_assessor(
        placement,
        assessor="Safe Ltd",
        email="a@safe.example.org",
        wanted_by=days_ahead(9),
        by=leader,
    )
    looked_at(placement, leader, "suitable")

    assert tells_who(as_seen(client, broker, reverse("brokers:checks"))) == []
    assert "Safe Ltd" not in as_seen(client, broker, reverse("brokers:checks"))
    check_requests.take_back(worry(found, leader), by=leader)
    assert client.get(page("workplace-check", placement.pk)).status_code == 404


def looked_at(placement, by, outcome):
    return checks.record(
        placement,
        by=by,
        band=RiskBand.LOW,
        basis="visit",
        outcome=outcome,
        checked_on=clock.today(),
        valid_until=days_ahead(300),
    )


def test_that_a_place_is_not_safe_reaches_the_hub_without_its_name(found, leader, broker):
    booking = say_yes(found)
    looked_at(found.booking.slot.placement, leader, "unsuitable")

    soon = clock.now() + (booking.slot.starts_on - clock.today()) - timedelta(days=2)

    with clock.as_of(soon):
        tasks.look_at_papers()
        for kind in ("check_unsuitable", "papers_escalated"):
            mail = mail_of(kind)
            assert mail.to == broker.user.email
            assert leader.organisation.name in mail.text
            assert tells_who(mail.title + mail.text) == []
        assert "Quarry Garage" in mail_of("papers_missing").title
        SelfFound.objects.update(may_be_offered_at=clock.now())
        for kind in ("check_unsuitable", "papers_escalated"):
            assert tells_who(mail_of(kind).text)


def test_a_concern_names_the_employer_to_safeguarding_leads_alone(client, found, leader, broker):
    placement = found.booking.slot.placement
    ordinary = concerns.report(placement, kind="safety", words="No guards.", by=leader)
    grave = concerns.report(placement.provider, kind="safeguarding", words="Shouts.", by=leader)
    lead = BrokerFactory(organisation=broker.organisation)
    profile, _ = DeskProfile.objects.get_or_create(organisation=broker.organisation)
    profile.safeguarding_leads.set([lead])

    pages = [reverse("brokers:concern", args=[ordinary.pk])]
    pages += [reverse(f"brokers:{name}") for name in ("concerns", "desk")]
    for address in pages:
        shown = as_seen(client, broker, address)
        assert tells_who(shown) == []
        assert "workplace that a student found" in shown
    assert "No guards." in as_seen(client, broker, pages[0])

    seen = as_seen(client, lead, reverse("brokers:concern", args=[grave.pk]))
    assert "Quarry Garage" in seen
    client.force_login(broker.user)
    assert client.get(reverse("brokers:concern", args=[grave.pk])).status_code == 404


def test_a_school_is_told_what_its_hub_will_read(client, found, leader):
    say_yes(found)
    placement = found.booking.slot.placement_id
    for name in ("talk-through", "ask-for-check"):
        shown = as_seen(client, leader, page(name, placement))
        assert "has not agreed that your hub learns of it" in shown
    one = as_seen(client, leader, page("self-found-one", found.pk))
    assert "it reads what worries you, and not who or where the employer is" in one
    report = as_seen(client, leader, f"{page('report-concern')}?placement={placement}")
    assert "only the hub's safeguarding leads" in report


def test_no_desk_answers_for_such_an_employer_or_reads_its_ratings(client, found, leader, broker):
    say_yes(found)
    Booking.objects.update(state=BookingState.COMPLETED)
    rated = RatingFactory(booking=Booking.objects.get(), by=leader)
    national = NationalFactory()

    assert not authority.may_stand_in(broker, found.booking.slot.placement)
    for desk in (broker, national):
        assert tells_who(as_seen(client, desk, reverse("ratings:ratings"))) == []
        assert client.get(reverse("ratings:rate", args=[found.booking_id])).status_code == 404
    rating.report(rated, words="It names somebody.", by=leader)
    # What is reported has to be read by somebody, and that is no hub.
    team = outbox.working_for(organisations.national_team())
    assert told("rating_reported") == [person.email for person in team] != []
    assert tells_who(as_seen(client, broker, reverse("ratings:ratings"))) == []


# --- Pages


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def words(response):
    return " ".join(response.content.decode().split())


def day(name, when):
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}


TYPED = {
    "employer": "Quarry Garage",
    "sector": "engineering_manufacturing",
    "activities": "Helps to change tyres.",
    "why_it_fits": "Wants to be a mechanic.",
    "found_through": "family",
    "year_group": "10",
    "workplace_kind": "workshop",
    "address": "9 Quarry Lane",
    "town": "Shrewsbury",
    "postcode": "sy11aa",
    "contact_name": "Pat Boss",
    "contact_email": GARAGE,
    "starts_at": "9am",
    "ends_at": "3:30pm",
}


def test_a_school_writes_it_down_on_a_page_and_finds_it_in_its_list(client, leader):
    client.force_login(leader.user)
    address = page("record-self-found")
    typed = {**TYPED, **day("first_day", monday()), **day("last_day", monday() + timedelta(4))}

    assert "Say why it fits the student&#39;s interest" in words(
        client.post(address, typed | {"why_it_fits": ""})
    )
    soon = client.post(address, typed | day("first_day", days_ahead(1)))
    assert "The first day must be at least a week ahead" in words(soon)

    made = words(client.post(address, typed, follow=True))
    assert "We have asked the employer to confirm it." in made
    assert "9am to 3:30pm" in made
    listed = words(client.get(page("self-found")))
    assert "Quarry Garage" in listed
    assert "Through the family" in listed


def test_an_employer_answers_on_a_page_without_an_account(client, found, leader):
    address = page("employer-confirms", link_to(found))
    shown = words(client.get(address))
    assert "9 Quarry Lane" in shown
    # Why it fits is between the school and its student.
    assert "Wants to be a mechanic" not in shown
    assert "Tick the box if you agree" in words(client.post(address, {"answer": "yes"}))
    assert "Choose why not" in words(client.post(address, {"answer": "no"}))

    said = {
        "answer": "yes",
        "yes-supervision": "The foreman.",
        "yes-risk_band": "low",
        "yes-lone_adult": "no",
        "yes-agrees": "on",
        "yes-may_be_offered": "on",
    }
    thanks = words(client.post(address, said))
    assert "Thank you, it is confirmed" in thanks
    assert f"tell {leader.user.name} at the school: {leader.user.email}." in thanks

    assert client.get(address).status_code == 410
    client.force_login(leader.user)
    offered = client.post(page("offer-self-found", found.pk), follow=True)
    assert "Your hub has been told of this employer." in words(offered)


def test_an_employer_declines_on_the_page(client, found):
    address = page("employer-confirms", link_to(found))

    client.post(address, {"answer": "no", "no-reason": "no_capacity"})

    assert state_of(found) == BookingState.DECLINED


def test_neither_a_cache_nor_the_next_site_learns_of_an_employers_page(client, found):
    answer = client.get(page("employer-confirms", link_to(found)))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_broker_sees_the_employers_of_its_area_and_invites_one(client, found, leader, broker):
    say_yes(found, may_be_offered=True)
    client.force_login(broker.user)
    desk = reverse("brokers:found-employers")
    assert "Quarry Garage" not in words(client.get(desk))
    self_found.offer(as_it_is(found), by=leader)

    assert GARAGE in words(client.get(desk))
    invited = client.post(reverse("brokers:invite-found", args=[found.pk]), follow=True)

    assert "Invited on" in words(invited)
    client.force_login(BrokerFactory().user)
    assert "Quarry Garage" not in words(client.get(desk))


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_however_long(client, leader, number, django_assert_num_queries):
    for one in range(number):
        record(leader, employer=f"Garage {one}")
    client.force_login(leader.user)
    client.get(page("self-found"))

    with django_assert_num_queries(5):
        client.get(page("self-found"))
