"""Addresses that were typed for somebody without an account: seen and mended where they stand."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import bounces, links, outbox, postman
from accounts.models import Message, MessageState, Role
from placements import check_requests, consents
from placements.check_notices import ASSESS
from placements.consent_notices import CONSENT
from placements.found_notices import EMPLOYER
from placements.models import Placement
from placements.states import BookingState, PlacementState
from placements.written import CONFIRM
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    PlacementFactory,
    days_ahead,
)
from tests.placements import paper_rules
from tests.placements.test_self_found import record

pytestmark = pytest.mark.django_db

WRONG, RIGHT = "somebody@mistyped.invalid", "somebody@example.org"
SEEN = "Our mail to somebody@mistyped.invalid came back."


@pytest.fixture(autouse=True)
def rules():
    paper_rules.begin()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def booking(leader):
    return BookingFactory(
        slot__placement__provider=HostFactory().organisation,
        school=leader.organisation,
        asked_by=leader,
        state=BookingState.ACCEPTED,
        places=2,
    )


@pytest.fixture
def student(booking, leader):
    """One whose parent was asked at an address that takes no mail."""
    student = NamedStudentFactory(booking=booking)
    consents.ask_by_mail(student, email=WRONG, by=leader)
    postman.deliver_due()
    return student


@pytest.fixture
def at(client):
    """`at(member)`: what the page of an address says to them."""

    def of(member):
        client.force_login(member.user)
        return client

    return of


def held():
    return Message.objects.get(state=MessageState.HELD)


def mending(message):
    return reverse("accounts:mend-address", args=[message.pk])


def corrects(client, page):
    """Follow the page's link, type the right address, and come back to it."""
    message = held()
    assert SEEN in client.get(page).text
    assert mending(message) in client.get(page).text
    assert page in client.get(mending(message)).text
    answer = client.post(mending(message), {"email": RIGHT})
    assert answer.url == page
    assert SEEN not in client.get(page).text
    postman.deliver_due()
    message.refresh_from_db()
    assert (message.state, message.email) == (MessageState.SENT, RIGHT)


def test_a_parents_address_is_mended_on_the_page_of_the_students(at, leader, booking, student):
    NamedStudentFactory(booking=booking)

    corrects(at(leader), reverse("placements:students", args=[booking.pk]))


def test_whoever_is_at_the_wrong_address_answers_for_no_parent(leader, student):
    wrong = sent_before(CONSENT, student)
    other = sent_before(CONSENT, student, email="other@example.org")

    bounces.correct(held(), email=RIGHT, by=leader)

    assert links.open(wrong, CONSENT) is None
    assert links.open(other, CONSENT)


def sent_before(purpose, record, email=WRONG):
    """The token of a link that left before anybody knew that nobody reads it there."""
    return links.make(purpose, email=email, subject=str(record.pk), lives=timedelta(days=9))


def test_nobody_but_the_school_sees_a_parents_address(at, booking, student):
    provider = booking.slot.placement.provider
    host = MemberFactory(organisation=provider, role=Role.LEAD)
    others = [host, CareersLeaderFactory(), BrokerFactory()]
    viewer = MemberFactory(organisation=booking.school, role=Role.VIEWER)

    for who in (*others, viewer):
        assert at(who).get(mending(held())).status_code == 404
    assert WRONG not in at(host).get(reverse("placements:booking", args=[booking.pk])).text
    page = at(viewer).get(reverse("placements:students", args=[booking.pk])).text
    assert WRONG not in page


def test_a_parents_address_is_wiped_with_what_waited_for_it(leader, student):
    consents.stop_asking(student)

    assert not bounces.visible_to(leader).exists()
    assert not Message.objects.exclude(email="").filter(kind="consent_asked").exists()


def test_an_assessors_address_is_mended_on_the_page_of_the_checks(at, leader, booking):
    placement = booking.slot.placement
    request = check_requests.ask_assessor(
        placement,
        assessor="Safe Places Ltd",
        email=WRONG,
        wanted_by=days_ahead(21),
        by=leader,
        note="",
    )
    postman.deliver_due()

    wrong = sent_before(ASSESS, request)

    corrects(at(leader), reverse("placements:workplace-check", args=[placement.pk]))
    assert links.open(wrong, ASSESS) is None

    request.refresh_from_db()
    assert request.email == RIGHT
    # The reminder that is still to come goes there as well.
    assert set(request_mails(request)) == {RIGHT}


def request_mails(request):
    ours = Message.objects.filter(subject=str(request.pk), recipient=None)
    return ours.values_list("email", flat=True)


def test_an_assessor_is_asked_once_by_one_school_whatever_was_typed_first(leader, booking, refused):
    told = {"assessor": "Safe Places Ltd", "wanted_by": days_ahead(21), "by": leader}
    placement = booking.slot.placement
    check_requests.ask_assessor(placement, email=RIGHT, **told)
    check_requests.ask_assessor(placement, email=WRONG, **told)
    postman.deliver_due()

    with refused("asked"):
        bounces.correct(held(), email=RIGHT, by=leader)


def test_a_found_employers_address_is_mended_on_its_own_page(at, leader):
    found = record(leader, contact_email=WRONG)
    postman.deliver_due()
    wrong = sent_before(EMPLOYER, found)

    corrects(at(leader), reverse("placements:self-found-one", args=[found.pk]))

    assert Placement.objects.get(slots__bookings__self_found=found).contact_email == RIGHT
    assert links.open(wrong, EMPLOYER) is None


def test_an_employers_address_that_a_broker_typed_is_mended_on_the_listings_page(at):
    broker = BrokerFactory()
    placement = PlacementFactory(
        state=PlacementState.SUBMITTED, written_by=broker, confirmation_asked_of=WRONG
    )
    outbox.post("listing_confirm", to=WRONG, about=placement)
    postman.deliver_due()

    wrong = sent_before(CONFIRM, placement)

    corrects(at(broker), reverse("placements:listing", args=[placement.pk]))

    placement.refresh_from_db()
    assert placement.confirmation_asked_of == RIGHT
    assert links.open(wrong, CONFIRM) is None
