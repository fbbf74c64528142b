"""What a school, a parent and a host see of a student, and what they can press."""

import pytest
from django.urls import reverse

from accounts import clock, limits
from accounts.models import Role
from placements import bookings, consents, students
from placements.models import Booking, Consent
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def booking(leader, host):
    slot = SlotFactory(
        placement__provider=host.organisation,
        placement__supervision="A named baker is there.",
        placement__workplace__restricted_activities=["machinery"],
        placement__workplace__organisation=host.organisation,
    )
    return bookings.accept(bookings.request(slot, places=3, by=leader), by=host)


@pytest.fixture
def token(booking, leader):
    students.name(booking, lines="Aisha K", by=leader)
    return consents.hand_out(booking, by=leader)[0].token


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def words_of(client, address):
    return client.get(address).content.decode()


def test_a_list_is_pasted_into_one_box(client, booking, leader):
    client.force_login(leader.user)

    answer = client.post(
        page("students", booking.pk), {"lines": "Aisha Khan\r\nBen T"}, follow=True
    )

    told = answer.content.decode()
    assert "2 of 3 named. 0 parents have agreed." in told
    assert "Aisha K" in told
    assert "Khan" not in told


def test_what_cannot_be_read_is_said_beside_the_box_and_shown_again(client, booking, leader):
    client.force_login(leader.user)

    told = client.post(page("students", booking.pk), {"lines": "Aisha"}).content.decode()

    assert "Line 1: write a first name" in told
    assert ">Aisha</textarea>" in told


def test_links_are_shown_once_and_work_without_an_account(client, booking, leader):
    students.name(booking, lines="Aisha K", by=leader)
    client.force_login(leader.user)

    told = client.post(page("consent-links", booking.pk)).content.decode()

    address = told.split("http://testserver")[1].split("<")[0]
    client.logout()
    assert "Do you agree to this work experience?" in words_of(client, address)
    assert "Aisha" not in address


def test_a_parent_is_told_who_where_when_and_what_could_go_wrong(client, booking, token):
    told = words_of(client, page("consent", token))

    for words in (
        booking.school.name,
        "Aisha K",
        "1 Pride Hill",
        "Shop, restaurant or salon",
        "everyday ones",
        "Dangerous machines",
        "A named baker is there.",
    ):
        assert words in told, words
    assert "sam@example.org" not in told


def test_a_parent_answers_once_and_can_take_it_back(client, booking, token):
    told = client.post(page("consent", token), {"answer": "yes"}, follow=True).content.decode()
    assert "You have said yes" in told

    # What is sent again is neither a second answer nor a withdrawal.
    told = client.post(
        page("consent", token), {"answer": "no", "reason": "other"}, follow=True
    ).content.decode()
    assert "You have said yes" in told
    assert Consent.objects.get().answer == "yes"

    told = client.post(page("consent", token), {"take_back": "yes"}, follow=True).content.decode()
    assert "You have taken your yes back" in told
    assert "take_back" not in told


def test_a_no_without_a_reason_is_asked_why(client, token):
    told = client.post(page("consent", token), {"answer": "no"}).content.decode()

    assert "Choose a reason." in told
    assert Consent.objects.get().answer == ""


def test_a_spent_link_is_as_spent_as_an_invented_one(client, booking, token, leader):
    consents.stop_links(booking, by=leader)

    for spent in (token, "nothing"):
        answer = client.get(page("consent", spent))
        assert answer.status_code == 410
        assert "This link is no longer good" in answer.content.decode()


def test_neither_a_cache_nor_the_next_site_learns_of_a_parents_page(client, token):
    answer = client.get(page("consent", token))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_host_reads_how_many_and_a_name_only_after_consent(client, booking, token, host, leader):
    client.force_login(host.user)
    told = words_of(client, page("booking", booking.pk))
    assert "1 of 3 named, 0 consents." in told
    assert "Aisha" not in told

    consents.answer(consents.opened(token), answer="yes")

    told = words_of(client, page("booking", booking.pk))
    assert "1 of 3 named, 1 consent." in told
    assert "<li>Aisha K</li>" in told
    for name in ("bookings", "bookings-on-paper"):
        assert "Aisha" not in words_of(client, page(name))
    assert client.get(page("students", booking.pk)).status_code == 404


def test_whoever_only_reads_is_offered_no_button(client, booking, leader, token):
    reader = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    client.force_login(reader.user)

    told = words_of(client, page("students", booking.pk))

    assert "Aisha K" in told
    assert "Take off the list" not in told
    assert "Add to the list" not in told


def test_a_school_asks_by_mail_and_records_a_paper(client, booking, leader):
    client.force_login(leader.user)
    students.name(booking, lines="Aisha K", by=leader)
    Booking.objects.update(asked_at="2026-05-20T12:00Z")
    parts = (booking.pk, booking.students.get().pk)

    answer = client.post(page("ask-parent", *parts), {"email": "parent@example.org"}, follow=True)
    assert "We are writing to them now." in answer.content.decode()

    typed = {
        "answer": "yes",
        "signed_on_day": "1",
        "signed_on_month": "6",
        "signed_on_year": "2026",
    }
    answer = client.post(page("consent-on-paper", *parts), typed, follow=True)
    assert "Signed on paper on 1 June 2026" in answer.content.decode()

    typed["signed_on_year"] = "2096"
    answer = client.post(page("consent-on-paper", *parts), typed)
    assert "The day must be today or in the past." in answer.content.decode()
    typed["signed_on_year"] = "1996"
    answer = client.post(page("consent-on-paper", *parts), typed)
    assert 'href="#id_signed_on_day">The day must not be before 20 May 2026' in (
        answer.content.decode()
    )

    answer = client.post(page("remove-student", *parts), follow=True)
    assert "0 of 3 named." in answer.content.decode()


def test_one_address_is_not_written_to_again_and_again(client, booking, leader):
    client.force_login(leader.user)
    students.name(booking, lines="Aisha K", by=leader)
    address = page("ask-parent", booking.pk, booking.students.get().pk)

    for _ in range(5):
        client.post(address, {"email": "often@example.org"})
    told = client.post(address, {"email": "often@example.org"}).content.decode()

    assert "We have written to this address often." in told


@pytest.mark.parametrize("number", [1, 3])
def test_pages_of_students_cost_the_same_however_many(
    client, booking, leader, number, django_assert_num_queries
):
    NamedStudentFactory.create_batch(number, booking=booking)
    client.force_login(leader.user)
    client.get(page("students", booking.pk))

    with django_assert_num_queries(8):
        client.get(page("students", booking.pk))


def test_asking_a_whole_year_leaves_the_schools_own_links(client, booking, leader, monkeypatch):
    monkeypatch.setitem(limits.RATES, "link", "1/h/ip")
    students.name(booking, lines="Aisha K\nBen T\nCal W", by=leader)
    client.force_login(leader.user)

    for number, student in enumerate(booking.students.all()):
        address = page("ask-parent", booking.pk, student.pk)
        answer = client.post(address, {"email": f"parent{number}@example.org"})
        assert answer.status_code == 302


def test_who_has_asked_too_many_parents_is_told_so(client, booking, leader, monkeypatch):
    monkeypatch.setitem(limits.RATES, "parents", "1/h/key")
    students.name(booking, lines="Aisha K\nBen T", by=leader)
    client.force_login(leader.user)
    first, second = booking.students.all()
    client.post(page("ask-parent", booking.pk, first.pk), {"email": "one@example.org"})

    told = client.post(page("ask-parent", booking.pk, second.pk), {"email": "two@example.org"})

    assert "very many mails sent to parents" in told.content.decode()
    assert not Consent.objects.get(student=second).keeps_address


def test_nobody_is_offered_to_be_taken_off_on_the_last_day(client, booking, leader):
    students.name(booking, lines="Aisha K", by=leader)
    client.force_login(leader.user)
    address = page("students", booking.pk)
    assert "Take off the list" in words_of(client, address)

    with clock.as_of(clock.now() + (booking.slot.ends_on - clock.today())):
        assert "Take off the list" not in words_of(client, address)
