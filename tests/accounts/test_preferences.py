import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, letters, links, outbox, postman, preferences
from accounts.letters import Letter, Terms
from accounts.models import MessageState, OneTimeLink, StoppedKind
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:mails")
STOP = reverse("accounts:stop-mails")


@pytest.fixture
def optional(note):
    """A kind with the words of `note` which may be stopped."""
    letters._letters["note"] = Letter(
        "note",
        letters.of_kind("note").words,
        terms=Terms("Tests", "Sam", "something happens", may_be_stopped=True),
    )
    return "note"


def link_in(mail):
    return re.search(r"Stop such emails, without signing in: http://testserver(\S+)", mail.text)[1]


def delivered(message):
    postman.deliver_due()
    message.refresh_from_db()
    return message.state


def test_a_mail_that_may_be_stopped_says_how_and_so_does_its_head(optional):
    mail = letters.write(outbox.post(optional, to=UserFactory(), about="abc"))

    assert mail.headers == {
        "List-Unsubscribe": f"<http://testserver{link_in(mail)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "Stop such emails, without signing in" in mail.html


def test_what_is_obligatory_offers_no_way_to_stop_it(note):
    mail = letters.write(outbox.post("note", to=UserFactory(), about="abc"))

    assert (mail.headers, "Stop" in mail.text) == ({}, False)


def test_whoever_has_no_account_is_offered_none_either(optional):
    mail = letters.write(outbox.post(optional, to="sam@example.org", about="abc"))

    assert mail.headers == {}


def test_looking_at_the_link_stops_nothing_and_its_button_does(client, optional):
    person = UserFactory()
    mail = letters.write(outbox.post(optional, to=person, about="abc"))

    page = client.get(link_in(mail), follow=True).content.decode()
    before = preferences.wanted_by(person)
    done = client.post(STOP).content.decode()

    assert "to Sam when something happens" in page
    assert optional in before
    assert "You hear no more when something happens." in done
    assert optional not in preferences.wanted_by(person)


def test_a_mail_program_stops_it_with_one_post_and_no_cookie(optional):
    person = UserFactory()
    mail = letters.write(outbox.post(optional, to=person, about="abc"))
    program = Client(enforce_csrf_checks=True)

    answer = program.post(link_in(mail), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert optional not in preferences.wanted_by(person)


def has_run_out(link):
    OneTimeLink.objects.filter(pk=link.pk).update(expires_at=clock.now() - timedelta(seconds=1))


def was_revoked(link):
    links.revoke(link.purpose, subject=link.subject)


@pytest.mark.parametrize("spoilt", [has_run_out, links.use, was_revoked])
@pytest.mark.parametrize("press", [True, False])
def test_a_link_that_is_good_no_more_stops_nothing_and_says_so_kindly(
    client, optional, spoilt, press
):
    person = UserFactory()
    address = link_in(letters.write(outbox.post(optional, to=person, about="abc")))
    client.get(address)
    spoilt(OneTimeLink.objects.get())

    by_button = client.post(STOP) if press else client.get(STOP)
    by_program = Client().post(address, {"List-Unsubscribe": "One-Click"})

    for answer in (by_button, by_program):
        assert answer.status_code == 410
        assert "The newest email of that kind has a link that works" in answer.content.decode()
    assert not StoppedKind.objects.exists()


def test_a_link_that_was_tampered_with_stops_nothing(client, optional):
    person = UserFactory()
    address = link_in(letters.write(outbox.post(optional, to=person, about="abc")))
    tampered = address[:-2] + ("a" if address[-2] != "a" else "b") + "/"
    ask = partial(client.post, data={"List-Unsubscribe": "One-Click"})

    answers = [ask(tampered), client.get(tampered), ask(address.replace("/stop/", "/sign-in/"))]

    assert [answer.status_code for answer in answers] == [410, 410, 405]
    assert not StoppedKind.objects.exists()


def test_an_old_link_undoes_nothing_that_was_chosen_since(client, optional):
    person = UserFactory()
    address = link_in(letters.write(outbox.post(optional, to=person, about="abc")))
    one_click = {"List-Unsubscribe": "One-Click"}
    client.post(address, one_click)
    preferences.choose(person, wanted=[one.kind for one in preferences.may_be_stopped()])

    again = client.post(address, one_click)

    assert again.status_code == 410
    assert optional in preferences.wanted_by(person)


def test_what_was_owed_before_it_was_stopped_is_not_sent_either(optional):
    person, other = UserFactory(), UserFactory()
    message = outbox.post(optional, to=person, about="abc")
    others = outbox.post(optional, to=other, about="abc")

    preferences.choose(person, wanted=[])

    assert delivered(message) == MessageState.CANCELLED
    assert delivered(others) == MessageState.SENT


def test_what_is_obligatory_is_sent_whatever_was_stopped(note):
    person = UserFactory()
    StoppedKind.objects.create(user=person, kind="note", stopped_at=person.joined_at)

    assert delivered(outbox.post("note", to=person, about="abc")) == MessageState.SENT


def test_a_link_to_what_became_obligatory_stops_nothing(client, note):
    person = UserFactory()
    token = links.make(links.STOP_KIND, email=person.email, subject="note", user=person)

    answer = client.post(
        reverse("accounts:open-stop-mails", args=[token]), {"List-Unsubscribe": "One-Click"}
    )

    assert answer.status_code == 410
    assert not StoppedKind.objects.exists()


def test_one_chooses_on_a_page_and_changes_ones_mind(client, optional):
    person = UserFactory()
    client.force_login(person)
    every = preferences.wanted_by(person)

    client.post(PAGE, {"wanted": sorted(every - {optional})})
    fewer = preferences.wanted_by(person)
    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"wanted": sorted(every)})

    assert every - fewer == {optional}
    assert "Something happens" in page
    assert "Tests, for Sam" in page
    assert preferences.wanted_by(person) == every


def test_the_page_says_what_is_always_sent(client):
    client.force_login(UserFactory())

    page = client.get(PAGE).content.decode()

    assert "A school asks for places (for the host)" in page


def test_what_a_link_of_its_own_stops_is_not_chosen_for_all_at_once(client):
    client.force_login(UserFactory())

    page = client.get(PAGE).content.decode()
    form, _, below = page.partition("</form>")

    assert "placements come out that match" not in form.lower()
    assert "Placements come out that match (for whoever saved it)" in below


def test_whatever_can_be_stopped_by_a_link_of_its_own_is_said_to_be():
    assert all(one.may_be_stopped for one in letters.registered() if one.stops_at)


def test_nobody_stops_what_cannot_be_stopped(client):
    person = UserFactory()
    client.force_login(person)

    answer = client.post(PAGE, {"wanted": ["booking_cancelled"]})

    assert answer.status_code == 200
    assert not StoppedKind.objects.exists()
