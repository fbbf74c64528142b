"""Keeping searches on pages, and the links of their mails, which need no signing in."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, letters, postman, transports
from accounts.models import Message, OneTimeLink
from placements import saved_searches, search_news
from placements.models import Frequency, SavedSearch
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory

pytestmark = pytest.mark.django_db

SAVE = "/saved-searches/save/?near=SY1&sector=digital"
GOOD = {"name": "Digital nearby", "frequency": "daily"}


def to(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def seen(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def leader(client):
    member = CareersLeaderFactory()
    client.force_login(member.user)
    return member


def saved(leader, query="sector=digital", frequency=Frequency.DAILY):
    return saved_searches.keep(query, name="Digital nearby", frequency=frequency, by=leader)


@pytest.mark.parametrize("member", [CareersLeaderFactory, HostFactory])
def test_whoever_is_signed_in_can_save_what_they_searched_for(client, member):
    client.force_login(member().user)

    page = seen(client.get("/placements/?near=SY1&sector=digital"))

    assert 'href="/saved-searches/save/?near=SY1&amp;sector=digital"' in page


def test_a_visitor_is_not_offered_to_save(client):
    assert "Save this search" not in seen(client.get("/placements/?near=SY1"))


def test_a_careers_leaders_own_place_is_saved_with_the_search(client, leader):
    page = seen(client.get("/placements/"))

    assert 'href="/saved-searches/save/?near=SY1+2AB"' in page


def test_the_page_says_what_is_searched_for_and_offers_it_as_the_name(client, leader):
    page = seen(client.get(SAVE))

    assert "<li>Within 10 miles of SY1</li><li>Digital</li>" in page
    assert 'value="Within 10 miles of SY1, Digital"' in page


def test_a_saved_search_stands_in_the_list_and_opens(client, leader):
    page = seen(client.post(SAVE, GOOD, follow=True))

    assert "Search saved." in page
    assert 'href="/placements/?near=SY1&amp;sector=digital">Digital nearby</a>' in page
    search = SavedSearch.objects.get()
    assert (search.member, search.frequency) == (leader, "daily")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Give the search a name"),
        ({"name": "x" * 101}, "100 characters or fewer"),
        ({"frequency": ""}, "Choose how often you want to hear"),
        ({"frequency": "hourly"}, "Choose one of the answers offered"),
    ],
)
def test_wrong_input_stays_on_the_page_with_its_reason(client, leader, wrong, words):
    page = seen(client.post(SAVE, GOOD | wrong))

    assert "<title>Error: " in page
    assert words in page
    assert not SavedSearch.objects.exists()


def test_the_same_search_twice_is_refused_on_the_page(client, leader):
    client.post(SAVE, GOOD)

    assert "You have saved this search already." in seen(client.post(SAVE, GOOD))


@pytest.mark.parametrize("query", ["near=Atlantis", "sector=magic", "from_day=99"])
def test_what_is_no_search_has_no_page_to_save_it(client, leader, query):
    response = client.get(f"/saved-searches/save/?{query}")

    assert response.status_code == 409
    assert "This search cannot be read." in response.content.decode()


def test_name_and_frequency_can_be_changed(client, leader):
    search = saved(leader)

    client.post(to("change-saved-search", search.pk), {"name": "IT", "frequency": "never"})

    search.refresh_from_db()
    assert (search.name, search.frequency, search.look_at) == ("IT", "never", None)
    assert "We do not write about this search." in seen(client.get(to("saved-searches")))


def test_a_search_is_renewed_and_deleted_by_a_button(client, leader):
    search = saved(leader)
    with clock.as_of(search.saved_at + timedelta(days=80)):
        page = seen(client.post(to("renew-saved-search", search.pk), follow=True))
        assert "Renewed for 90 days from today." in page
    page = seen(client.post(to("delete-saved-search", search.pk), follow=True))

    assert "No saved searches yet" in page


def test_what_has_lapsed_says_so_and_can_be_renewed(client, leader):
    search = saved(leader)
    with clock.as_of(search.lapses_at + timedelta(days=1)):
        client.force_login(leader.user)
        assert "Our emails ended on" in seen(client.get(to("saved-searches")))
        assert "We write until" in seen(
            client.post(to("renew-saved-search", search.pk), follow=True)
        )


@pytest.mark.parametrize(
    "name", ["change-saved-search", "renew-saved-search", "delete-saved-search"]
)
def test_anybody_elses_search_is_not_there(client, leader, name):
    search = saved(CareersLeaderFactory(organisation=leader.organisation))

    assert client.post(to(name, search.pk), GOOD).status_code == 404
    assert SavedSearch.objects.get().name == "Digital nearby"


@pytest.mark.parametrize("name", ["renew-saved-search", "delete-saved-search"])
def test_looking_changes_nothing(client, leader, name):
    assert client.get(to(name, saved(leader).pk)).status_code == 405


@pytest.mark.parametrize("searches", [1, 3])
def test_the_list_costs_the_same_however_long(client, leader, django_assert_num_queries, searches):
    for miles in range(searches):
        saved(leader, f"near=SY1&within={miles + 1}")
    client.get(to("saved-searches"))

    with django_assert_num_queries(5):
        client.get(to("saved-searches"))


# --- The links of its mails


@pytest.fixture
def search(leader):
    search = saved(leader)
    PlacementFactory(
        sector="digital", title="Tester", published_at=clock.now() + timedelta(hours=1)
    )
    return search


def news(search):
    with clock.as_of(search.saved_at + timedelta(days=2)):
        search_news.look_for_all()
        return letters.write(Message.objects.get(kind="saved_search_news"))


def link_of(mail, which):
    return re.search(rf"http://testserver(/saved-searches/{which}/\S+/)", mail.text)[1]


@pytest.fixture
def stop(search):
    return link_of(news(search), "stop")


@pytest.fixture
def stranger():
    """Somebody's browser with no session, which refuses what has no token against forgery."""
    return Client(enforce_csrf_checks=True)


def is_mailed():
    return SavedSearch.objects.get().is_mailed


def press(browser, page):
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    return browser.post(browser.last, {"csrfmiddlewaretoken": token})


def opened(browser, link):
    response = browser.get(link, follow=True)
    browser.last = response.redirect_chain[-1][0]
    return seen(response)


def test_the_mail_offers_to_stop_by_one_click_and_by_a_link(search, settings, mailoutbox):
    settings.MAIL_TRANSPORT = "accounts.transports.SmtpTransport"
    mail = news(search)
    transports.chosen().send("reference", mail)

    headers = mailoutbox[0].message()

    assert headers["List-Unsubscribe"] == f"<http://testserver{link_of(mail, 'stop')}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_other_mails_carry_no_such_header(mailoutbox):
    transports.SmtpTransport().send("x", letters.Mail("a@example.org", "Hello", "Hi\n", "<p>Hi"))

    assert "List-Unsubscribe" not in mailoutbox[0].message()


def test_a_mail_program_stops_the_mails_with_one_post_and_no_cookie(stranger, stop):
    response = stranger.post(stop, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert not is_mailed()


def test_looking_at_the_link_stops_nothing_however_often(stranger, stop):
    for _ in range(3):
        stranger.head(stop)
        stranger.get(stop, follow=True)

    assert is_mailed()


def test_one_button_stops_them_without_signing_in(stranger, stop):
    page = opened(stranger, stop)

    assert "Digital nearby" in page
    assert stop not in page
    assert "Emails stopped" in seen(press(stranger, page))
    assert not is_mailed()


def test_a_post_that_is_not_one_click_only_shows_the_button(stranger, stop):
    response = stranger.post(stop, {"anything": "else"}, follow=True)

    assert "Stop these emails" in seen(response)
    assert is_mailed()


def test_a_stop_link_works_once(stranger, stop):
    stranger.post(stop, {"List-Unsubscribe": "One-Click"})

    assert stranger.get(stop).status_code == 410
    assert stranger.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 410


def test_a_link_stops_its_own_search_and_no_other(stranger, leader, stop):
    other = saved(leader, "sector=construction")

    stranger.post(stop, {"List-Unsubscribe": "One-Click"})

    other.refresh_from_db()
    assert other.is_mailed


def test_an_invented_link_or_one_of_a_deleted_search_opens_nothing(stranger, leader, search, stop):
    assert stranger.get(to("stop-search-link", "invented")).status_code == 410
    assert stranger.get(to("stop-search")).status_code == 410
    assert stranger.get(to("renew-search")).status_code == 410
    saved_searches.delete(search, by=leader)
    assert stranger.get(stop).status_code == 410
    assert stranger.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 410


def test_the_token_is_kept_nowhere(stop):
    assert not OneTimeLink.objects.filter(token_hash=stop.split("/")[-2]).exists()


def test_one_button_in_the_warning_renews_without_signing_in(stranger, search):
    with clock.as_of(search.lapses_at - timedelta(days=10)):
        postman.deliver_due()
        mail = letters.write(Message.objects.get(kind="saved_search_ending"))
        page = opened(stranger, link_of(mail, "renew"))
        before = SavedSearch.objects.get().lapses_at
        assert "Saved search renewed" in seen(press(stranger, page))

    longer = SavedSearch.objects.get().lapses_at - before
    assert timedelta(days=79) < longer < timedelta(days=81)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_stop_link_does_not_renew(stranger, stop):
    assert stranger.get(stop.replace("/stop/", "/renew/")).status_code == 410
