from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock, letters, working_days, workplaces
from accounts.models import Message, RiskBand, Role, Standing, WorkplaceKind
from brokers import boundaries
from placements import bookings, checklist, checks, consents, lowering, paperwork, students, tasks
from placements.models import Booking, HostAgreement, PaperRule, Slot, WorkplaceCheck
from placements.states import BookingState
from placements.words import Kind, Mode, Paper, TakesPart, WithoutIt
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.placements import paper_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules():
    paper_rules.begin()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


def insured(host, **facts):
    """A workplace of this host, insured for long enough."""
    said = {"insurer": "Severn Mutual", "insured_until": days_ahead(800)}
    return WorkplaceFactory(organisation=host.organisation, **said | facts)


def agreed(leader, host, starts_on=None, **facts):
    facts.setdefault("workplace", insured(host))
    placement = PlacementFactory(provider=host.organisation, **facts)
    slot = SlotFactory(placement=placement, starts_on=starts_on or days_ahead(60))
    return BookingFactory(
        slot=slot,
        school=leader.organisation,
        asked_by=leader,
        state=BookingState.ACCEPTED,
        answered_at=clock.now(),
        places=1,
    )


@pytest.fixture
def booking(leader, host):
    return agreed(leader, host)


def look_at(placement, by, **facts):
    told = {
        "band": RiskBand.LOW,
        "basis": "conversation",
        "outcome": "suitable",
        "checked_on": clock.today(),
        "valid_until": days_ahead(700),
    }
    return checks.record(placement, by=by, **told | facts)


def do_everything(booking, leader, host):
    """All that a start needs, one after the other."""
    paperwork.agree(booking, by=host)
    look_at(booking.slot.placement, leader)
    paperwork.brief(booking, by=leader)
    students.name(booking, lines="Aisha K", by=leader)
    (link,) = consents.hand_out(booking, by=leader)
    consents.answer(consents.opened(link.token), answer="yes")


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


def done(booking):
    return {line.item.value for line in checklist.of(fresh(booking)) if line.is_done}


def obligatory(booking):
    return {
        line.item.value: line.without.value for line in checklist.of(booking) if line.is_obligatory
    }


def test_a_booking_is_confirmed_by_whoever_does_the_last_thing(booking, leader, host):
    assert done(booking) == {"insurance"}

    do_everything(booking, leader, host)

    assert done(booking) == set(Paper.values)
    assert fresh(booking).state == BookingState.CONFIRMED
    (move,) = booking.moves.all()
    assert (move.went_to, move.by) == (BookingState.CONFIRMED, None)
    told = Message.objects.filter(kind="booking_confirmed").values_list("recipient", flat=True)
    assert set(told) == {leader.user.pk, host.user.pk}
    mail = letters.write(Message.objects.get(kind="booking_confirmed", recipient=host.user))
    assert mail.title.startswith("Everything is ready")
    assert "Nothing is missing" in mail.text


def test_it_is_confirmed_whatever_comes_last(leader, host):
    booking = agreed(leader, host)
    students.name(booking, lines="Aisha K", by=leader)
    student = booking.students.get()
    consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)
    paperwork.brief(booking, by=leader)
    paperwork.agree(booking, by=host)
    assert fresh(booking).state == BookingState.ACCEPTED

    look_at(booking.slot.placement, leader)

    assert fresh(booking).state == BookingState.CONFIRMED


def test_what_is_taken_back_is_missing_again_and_the_booking_stays_confirmed(booking, leader, host):
    do_everything(booking, leader, host)
    (student,) = booking.students.all()

    consents.record_paper(student, answer="no", reason="travel", signed_on=clock.today(), by=leader)

    assert "parent_consent" not in done(booking)
    assert fresh(booking).state == BookingState.CONFIRMED


@pytest.mark.parametrize("places", [2])
def test_every_place_needs_its_student(booking, leader, host, places):
    Booking.objects.filter(pk=booking.pk).update(places=places)

    do_everything(booking, leader, host)

    assert set(Paper.values) - done(booking) == {"students_named"}
    assert fresh(booking).state == BookingState.ACCEPTED


def test_nothing_is_consented_to_while_nobody_is_named(booking):
    assert "parent_consent" not in done(booking)


# --- Rules


@pytest.mark.parametrize("kind", [Kind.TALK, Kind.MENTORING])
def test_a_talk_needs_nothing(leader, host, kind):
    booking = agreed(leader, host, kind=kind)

    assert obligatory(booking) == {}
    assert paperwork.settle(booking)


def test_what_is_online_needs_no_check_of_a_workplace(leader, host):
    online = {"mode": Mode.VIRTUAL, "takes_part": TakesPart.HOME, "workplace": None}
    booking = agreed(leader, host, **online)

    assert obligatory(booking) == {"students_named": "escalates", "parent_consent": "blocks"}
    assert Paper.CHECK not in {line.item for line in checklist.of(booking)}


def test_where_risks_are_higher_nobody_starts_without_a_check(leader, host, booking):
    farm = WorkplaceFactory(organisation=host.organisation, risk_band=RiskBand.HIGHER)

    assert obligatory(booking)["workplace_check"] == "escalates"
    assert obligatory(agreed(leader, host, workplace=farm))["workplace_check"] == "blocks"


def test_the_row_that_says_most_decides_and_of_two_the_stricter(leader, host):
    booking = agreed(leader, host, kind=Kind.VISIT)
    assert "workplace_check" not in obligatory(booking)

    rule = {"item": Paper.CHECK, "from_on": days_ahead(-1)}
    PaperRule.objects.create(mode=Mode.IN_PERSON, without=WithoutIt.BLOCKS, **rule)
    assert obligatory(booking)["workplace_check"] == "blocks"

    PaperRule.objects.create(
        kind=Kind.VISIT, mode=Mode.IN_PERSON, without=WithoutIt.ESCALATES, **rule
    )
    assert obligatory(booking)["workplace_check"] == "escalates"


@pytest.mark.parametrize(("from_on", "until_on"), [(61, None), (-9, 59)])
def test_a_rule_holds_for_starts_between_its_days(leader, host, from_on, until_on):
    booking = agreed(leader, host, kind=Kind.TALK)
    PaperRule.objects.create(
        item=Paper.BRIEFING,
        kind=Kind.TALK,
        mode=Mode.IN_PERSON,
        without=WithoutIt.BLOCKS,
        from_on=days_ahead(from_on),
        until_on=None if until_on is None else days_ahead(until_on),
    )

    assert "briefing" not in obligatory(booking)


# --- Agreements and checks


def test_a_host_agrees_once_a_year_for_all_bookings_at_a_workplace(booking, leader, host):
    shop = booking.slot.placement.workplace
    same, late = (
        agreed(leader, host, workplace=shop),
        agreed(leader, host, workplace=shop, starts_on=days_ahead(364)),
    )
    elsewhere = agreed(leader, host)

    paperwork.agree(booking, by=host)

    held = [one for one in (booking, same, late, elsewhere) if "host_agreement" in done(one)]
    assert held == [booking, same]


def test_only_the_host_agrees_and_only_the_school_briefs(booking, leader, host):
    for stranger in (leader, HostFactory()):
        with pytest.raises(PermissionDenied):
            paperwork.agree(booking, by=stranger)
    for stranger in (host, CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            paperwork.brief(booking, by=stranger)
    assert not HostAgreement.objects.exists()


@pytest.mark.parametrize("state", ["requested", "cancelled", "completed"])
def test_paper_is_for_what_is_agreed_and_not_over(booking, leader, host, refused, state):
    Booking.objects.filter(pk=booking.pk).update(state=state)
    for act, by in ((paperwork.agree, host), (paperwork.brief, leader)):
        with refused("move_not_allowed"):
            act(fresh(booking), by=by)


def test_a_check_serves_every_school_and_every_listing_of_a_workplace(leader, host):
    shop = WorkplaceFactory(organisation=host.organisation)
    ours = agreed(leader, host, workplace=shop)
    theirs = agreed(CareersLeaderFactory(), host, workplace=shop)

    look_at(ours.slot.placement, leader, cost_pence=2500)

    assert "workplace_check" in done(ours) & done(theirs)


@pytest.mark.parametrize(
    ("facts", "covers"),
    [
        ({}, True),
        ({"outcome": "conditions", "conditions": "No ovens."}, True),
        ({"outcome": "unsuitable"}, False),
        ({"valid_until": clock.today() + timedelta(days=62)}, False),
        ({"valid_until": clock.today() + timedelta(days=64)}, True),
    ],
)
def test_a_check_must_say_yes_until_the_last_day(booking, leader, facts, covers):
    look_at(booking.slot.placement, leader, **facts)

    assert ("workplace_check" in done(booking)) == covers


@pytest.mark.parametrize(
    ("band", "covers"),
    [(RiskBand.LOW, False), (RiskBand.LESS_FAMILIAR, True), (RiskBand.HIGHER, True)],
)
def test_a_check_must_look_at_risks_as_high_as_there_are(leader, host, band, covers):
    place = WorkplaceFactory(organisation=host.organisation, risk_band=RiskBand.LESS_FAMILIAR)
    booking = agreed(leader, host, workplace=place)

    look_at(booking.slot.placement, leader, band=band)

    assert ("workplace_check" in done(booking)) == covers


def test_the_newest_check_counts(booking, leader):
    look_at(booking.slot.placement, leader, checked_on=days_ahead(-9))
    look_at(booking.slot.placement, leader, outcome="unsuitable")
    look_at(booking.slot.placement, leader, checked_on=days_ahead(-3))

    assert "workplace_check" not in done(booking)


def hub_of(booking):
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[booking.slot.placement.workplace.authority],
    )
    return broker


@pytest.mark.parametrize("days", [-9, 0])
def test_a_hubs_no_stands_against_a_school_until_the_hub_looks_again(
    booking, leader, refused, days
):
    placement, broker = booking.slot.placement, hub_of(booking)
    look_at(placement, leader, checked_on=days_ahead(-5))
    look_at(placement, broker, outcome="unsuitable", checked_on=days_ahead(days))
    assert "workplace_check" not in done(booking)

    for basis in ("visit", "specialist"):
        with refused("no_stands"):
            look_at(placement, leader, basis=basis)

    look_at(placement, broker)
    assert "workplace_check" in done(booking)


def test_a_specialists_no_stands_against_a_conversation(booking, leader, refused):
    placement = booking.slot.placement
    look_at(placement, leader, basis="specialist", outcome="unsuitable")

    with refused("no_stands"):
        look_at(placement, leader)
    look_at(placement, leader, outcome="unsuitable")
    assert "workplace_check" not in done(booking)

    look_at(placement, leader, basis="specialist")
    assert "workplace_check" in done(booking)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"checked_on": clock.today() + timedelta(days=1)}, "in_the_future"),
        ({"valid_until": clock.today() - timedelta(days=1)}, "valid_until"),
        ({"valid_until": clock.today() + timedelta(days=1465)}, "valid_until"),
        ({"outcome": "conditions", "conditions": " "}, "conditions_missing"),
        ({"insurance_seen_until": days_ahead(-1)}, "insurance_until"),
        ({"insurance_seen_until": days_ahead(4000)}, "insurance_until"),
    ],
)
def test_a_check_with_odd_days_or_unsaid_conditions_is_refused(
    booking, leader, refused, facts, code
):
    with refused(code):
        look_at(booking.slot.placement, leader, **facts)


def test_schools_with_a_booking_there_and_the_hub_of_the_area_record_checks(booking, leader, host):
    broker, elsewhere = BrokerFactory(), BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[booking.slot.placement.workplace.authority],
    )
    placement = booking.slot.placement

    look_at(placement, leader)
    look_at(placement, broker)

    reader = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    for stranger in (host, elsewhere, reader, CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            look_at(placement, stranger)
    leader.organisation.standing = Standing.SUSPENDED
    leader.organisation.suspended_at = clock.now()
    leader.organisation.save()
    with pytest.raises(PermissionDenied):
        look_at(placement, leader)
    assert WorkplaceCheck.objects.count() == 2


# --- Insurance


@pytest.mark.parametrize(
    ("said", "seen", "covers"),
    [
        ({}, None, False),
        ({"insurer": "Severn Mutual", "insured_until": days_ahead(70)}, None, True),
        ({"insurer": "Severn Mutual", "insured_until": days_ahead(60)}, None, False),
        ({"insurer": "Severn Mutual"}, None, False),
        ({"insured_until": days_ahead(70)}, None, False),
        ({}, 70, True),
        ({}, 60, False),
        ({}, 0, False),
        ({"insurer": "Severn Mutual", "insured_until": days_ahead(-9)}, 70, True),
        ({"crown_indemnity": True}, None, True),
    ],
)
def test_insurance_must_be_named_or_seen_until_the_last_day(leader, host, said, seen, covers):
    booking = agreed(
        leader, host, workplace=WorkplaceFactory(organisation=host.organisation, **said)
    )

    if seen is not None:
        look_at(booking.slot.placement, leader, insurance_seen_until=days_ahead(seen))

    assert ("insurance" in done(booking)) == covers


@pytest.mark.parametrize(
    ("band", "without"), [(RiskBand.LOW, "escalates"), (RiskBand.HIGHER, "blocks")]
)
def test_missing_insurance_means_what_the_rules_say(leader, host, band, without):
    booking = agreed(leader, host, workplace=insured(host, risk_band=band, insurer=""))
    assert obligatory(booking)["insurance"] == without
    (line,) = [one for one in checklist.of(booking) if one.item == Paper.INSURANCE]
    assert (line.is_missing, line.whose) == (True, "host")

    PaperRule.objects.filter(item=Paper.INSURANCE).update(without=WithoutIt.ADVISES)
    assert "insurance" not in obligatory(booking)


def test_insurance_that_the_host_names_late_confirms_what_waited_for_it(leader, host):
    bare = WorkplaceFactory(organisation=host.organisation)
    booking = agreed(leader, host, workplace=bare)
    do_everything(booking, leader, host)
    assert fresh(booking).state == BookingState.ACCEPTED

    bare.insurer, bare.insured_until = "Severn Mutual", days_ahead(400)
    workplaces.change(bare, by=host)

    assert fresh(booking).state == BookingState.CONFIRMED


# --- What is decided against


def test_a_place_found_unsuitable_blocks_where_a_missing_check_would_not(booking, leader):
    assert obligatory(booking)["workplace_check"] == "escalates"

    look_at(booking.slot.placement, leader, outcome="unsuitable")

    assert obligatory(booking)["workplace_check"] == "blocks"


@pytest.mark.parametrize(
    ("home", "places", "blocks"),
    [
        ({"kind": WorkplaceKind.PRIVATE_HOME, "lone_adult": True}, 1, True),
        ({"kind": WorkplaceKind.PRIVATE_HOME, "lone_adult": True}, 2, False),
        ({"kind": WorkplaceKind.PRIVATE_HOME}, 1, False),
        ({"lone_adult": True}, 1, False),
    ],
)
def test_a_lone_student_with_a_lone_adult_at_home_waits_for_the_hubs_yes(
    leader, host, home, places, blocks
):
    booking = agreed(leader, host, workplace=insured(host, **home))
    Booking.objects.filter(pk=booking.pk).update(places=places)
    booking = fresh(booking)

    look_at(booking.slot.placement, leader, basis="specialist")

    assert ("workplace_check" not in done(booking)) == blocks
    assert (obligatory(booking)["workplace_check"] == "blocks") == blocks
    look_at(booking.slot.placement, hub_of(booking))
    assert "workplace_check" in done(booking)


# --- What a start lacks


def told(kind):
    return list(Message.objects.filter(kind=kind).values_list("recipient", flat=True))


@pytest.mark.parametrize(("days", "is_told"), [(4, False), (3, True), (0, True), (-1, False)])
def test_both_sides_and_the_hub_hear_once_what_a_start_lacks(leader, host, days, is_told):
    """Three working days before: over a bank holiday that is sooner, so that it can be mended."""
    broker = BrokerFactory()
    first = working_days.after(clock.today(), days) if days > 0 else days_ahead(days)
    booking = agreed(leader, host, starts_on=first)
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[booking.slot.placement.workplace.authority],
    )

    for _ in range(2):
        tasks.look_at_papers()

    assert told("papers_missing") == ([leader.user.pk, host.user.pk] if is_told else [])
    assert told("papers_escalated") == ([broker.user.pk] if is_told else [])
    for message in Message.objects.filter(kind="papers_escalated"):
        mail = letters.write(message)
        assert mail.title.startswith("A start without its papers")
        assert "Parents' consent" in mail.text


def test_nobody_is_told_of_a_start_that_has_all_it_needs(leader, host):
    booking = agreed(leader, host, starts_on=days_ahead(2))
    do_everything(booking, leader, host)

    tasks.look_at_papers()

    assert told("papers_missing") == told("papers_escalated") == []


def test_the_mail_says_what_is_missing_and_names_no_student(leader, host):
    booking = agreed(leader, host, starts_on=days_ahead(2))
    students.name(booking, lines="Aisha K", by=leader)
    tasks.look_at_papers()

    mail = letters.write(Message.objects.get(kind="papers_missing", recipient=host.user))

    assert mail.title.startswith("Students may not start yet")
    assert "Parents' consent" in mail.text
    assert "Aisha" not in mail.title + mail.text + mail.html


def test_a_mail_about_what_has_been_done_since_is_not_sent(leader, host):
    booking = agreed(leader, host, starts_on=days_ahead(2))
    tasks.look_at_papers()
    message = Message.objects.get(kind="papers_missing", recipient=host.user)
    assert letters.of_kind("papers_missing").still_holds(message)

    do_everything(booking, leader, host)

    assert not letters.of_kind("papers_missing").still_holds(message)


def test_new_rules_confirm_what_has_all_it_needs_now(booking, leader, host):
    paperwork.agree(booking, by=host)
    PaperRule.objects.exclude(item=Paper.AGREEMENT).delete()

    tasks.look_at_papers()

    assert fresh(booking).state == BookingState.CONFIRMED


def test_a_few_are_settled_with_an_agreement_and_the_others_in_the_next_round(
    booking, leader, host, monkeypatch
):
    monkeypatch.setattr(paperwork, "A_FEW", 2)
    PaperRule.objects.exclude(item=Paper.AGREEMENT).delete()
    shop = booking.slot.placement.workplace
    others = [agreed(CareersLeaderFactory(), host, workplace=shop) for _ in range(3)]
    everything = [booking, *others]
    Booking.objects.update(papers_read_at=clock.now())

    paperwork.agree(booking, by=host)

    confirmed = [one for one in everything if fresh(one).state == BookingState.CONFIRMED]
    assert len(confirmed) == 2
    assert booking in confirmed
    tasks.look_at_papers()
    assert {fresh(one).state for one in everything} == {BookingState.CONFIRMED}


def test_one_that_cannot_be_read_holds_up_no_other_and_is_told_to_the_log(
    booking, leader, host, monkeypatch, caplog
):
    PaperRule.objects.exclude(item=Paper.AGREEMENT).delete()
    other = agreed(leader, host)
    for one in (booking, other):
        paperwork.agree(one, by=host)
    Booking.objects.update(state=BookingState.ACCEPTED, papers_read_at=None)
    read = checklist.of

    def breaks_at_one(asked):
        if asked == booking:
            raise ZeroDivisionError
        return read(asked)

    monkeypatch.setattr(checklist, "of", breaks_at_one)

    tasks.look_at_papers()

    assert fresh(other).state == BookingState.CONFIRMED
    assert fresh(booking).state == BookingState.ACCEPTED
    # It waits behind all others, and its turn comes again.
    assert fresh(booking).papers_read_at
    assert "papers_not_read" in caplog.text


def test_a_round_ends_in_time_and_the_next_goes_on(booking, leader, host, monkeypatch):
    PaperRule.objects.all().delete()
    others = [agreed(leader, host) for _ in range(2)]
    monkeypatch.setattr(paperwork, "A_ROUND", 2)

    assert [paperwork.settle_unread() for _ in range(3)] == [2, 1, 0]
    monkeypatch.setattr(paperwork, "ROUND", timedelta(0))
    Booking.objects.update(state=BookingState.ACCEPTED, papers_read_at=None)
    assert paperwork.settle_unread() == 0
    assert len(others) == 2


def test_what_was_read_today_is_read_again_tomorrow(booking, leader, host):
    tasks.look_at_papers()
    PaperRule.objects.all().delete()

    tasks.look_at_papers()
    assert fresh(booking).state == BookingState.ACCEPTED
    with clock.as_of(clock.now() + timedelta(days=1, minutes=1)):
        tasks.look_at_papers()

    assert fresh(booking).state == BookingState.CONFIRMED


@pytest.mark.parametrize("days", [0, 1, 3])
def test_what_starts_soon_is_confirmed_by_the_next_round(leader, host, days):
    """Whatever looks ahead reads it every few minutes: it is not left to the daily turn."""
    booking = agreed(leader, host, starts_on=days_ahead(days))
    tasks.look_at_papers()
    PaperRule.objects.all().delete()

    tasks.look_at_papers()

    assert fresh(booking).state == BookingState.CONFIRMED


def test_a_wish_to_be_read_again_outlives_the_reading_that_is_under_way(booking, monkeypatch):
    def wanted_again(asked):
        Booking.objects.filter(pk=asked.pk).update(papers_read_at=None)
        return []

    monkeypatch.setattr(checklist, "of", wanted_again)

    paperwork.settle_unread()

    assert fresh(booking).papers_read_at is None


@pytest.fixture
def one_of_two_named(booking, leader):
    PaperRule.objects.exclude(item=Paper.NAMED).delete()
    Booking.objects.update(places=2, places_asked=2)
    Slot.objects.update(taken=2, places=2)
    students.name(fresh(booking), lines="Aisha K", by=leader)
    assert fresh(booking).state == BookingState.ACCEPTED
    return fresh(booking)


def test_a_school_that_gives_back_whom_it_did_not_name_has_all_named(one_of_two_named, leader):
    bookings.give_back(one_of_two_named, places=1, by=leader)

    assert fresh(one_of_two_named).state == BookingState.CONFIRMED


def test_where_a_host_has_room_for_fewer_those_named_may_be_all(one_of_two_named, host):
    slot = one_of_two_named.slot
    seen = lowering.mark(lowering.holding_places(slot))

    lowering.lower(
        slot, places=1, keep={one_of_two_named.pk: 1}, seen=seen, by=host, reason="staffing"
    )

    assert fresh(one_of_two_named).state == BookingState.CONFIRMED


def test_that_everything_is_ready_is_only_said_while_it_is(booking, leader, host):
    do_everything(booking, leader, host)
    message = Message.objects.get(kind="booking_confirmed", recipient=host.user)
    still_holds = letters.of_kind("booking_confirmed").still_holds
    assert still_holds(message)

    look_at(booking.slot.placement, leader, outcome="unsuitable")
    assert not still_holds(message)

    look_at(booking.slot.placement, leader)
    assert still_holds(message)
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.ACCEPTED)
    assert not still_holds(message)
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.CONFIRMED)
    with clock.as_of(clock.now() + timedelta(days=90)):
        assert not still_holds(message)


def test_a_booking_is_not_confirmed_when_its_last_day_has_passed(leader, host):
    booking = agreed(leader, host, kind=Kind.TALK, starts_on=days_ahead(-9))

    assert not paperwork.settle(booking)


def test_what_is_confirmed_can_still_be_called_off(booking, leader, host):
    do_everything(booking, leader, host)
    booking.slot.taken = 1
    booking.slot.save()

    bookings.cancel(fresh(booking), reason="illness", by=host)

    assert fresh(booking).state == BookingState.CANCELLED


def test_a_home_is_told_to_parents_as_one(leader, host, client):
    home = WorkplaceFactory(
        organisation=host.organisation, kind=WorkplaceKind.PRIVATE_HOME, lone_adult=True
    )
    booking = agreed(leader, host, workplace=home)
    students.name(booking, lines="Aisha K", by=leader)
    (link,) = consents.hand_out(booking, by=leader)

    page = client.get(f"/consent/{link.token}/").content.decode()

    assert "somebody&#39;s home" in page
    assert "one adult may be alone with your child" in page
