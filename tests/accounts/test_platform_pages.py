"""A lead connects platforms, gives them new secrets and cuts them off."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.urls import reverse
from oauth2_provider.models import AccessToken

from accounts import clients, clock
from accounts.models import Client, Message, Role
from tests.accounts.test_account_pages import PASSWORD, with_password
from tests.factories import CareersLeaderFactory, ClientFactory, HostFactory
from tests.partner import token_of

pytestmark = pytest.mark.django_db

SENT = {"name": "Unifrog", "scopes": ["bookings:read", "bookings:write"]}


@pytest.fixture
def lead():
    return CareersLeaderFactory()


@pytest.fixture
def page(client, lead):
    client.force_login(lead.user)
    return client


@pytest.fixture
def platform(lead):
    return clients.issue(lead.organisation, name="Unifrog", scopes=["bookings:read"], by=lead)


def at(name, *args):
    return reverse(f"accounts:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def secret_in(answer):
    return re.search(r"Secret\s+(\S{40,})", text(answer))[1]


def test_a_platform_is_connected_and_its_secret_shown_once(page, lead):
    answer = page.post(at("connect-platform"), SENT)

    made = Client.objects.get()
    secret = secret_in(answer)
    assert check_password(secret, made.client_secret)
    assert made.client_id in text(answer)
    assert (made.acts_as.platform, made.scopes) == ("Unifrog", SENT["scopes"])
    assert "no-store" in answer["Cache-Control"]
    shown = text(page.get(at("platforms")))
    assert made.client_id in shown
    assert secret not in shown


def test_the_secret_is_in_no_session_and_no_message(page):
    secret = secret_in(page.post(at("connect-platform"), SENT))

    assert all(secret not in str(one.get_decoded()) for one in Session.objects.all())
    assert not Message.objects.exists()


def test_a_form_sent_twice_connects_once_and_says_no_secret_again(page):
    once = {**SENT, "once": str(uuid4())}
    page.post(at("connect-platform"), once)

    again = page.post(at("connect-platform"), once)

    assert Client.objects.count() == 1
    assert "its secret was shown once" in text(again)
    assert "name-error" in again.content.decode()


def test_what_is_missing_is_said_beside_it(page):
    answer = page.post(at("connect-platform"), {"name": " "}).content.decode()

    assert "Enter what the platform is called" in answer
    assert "Choose what the platform may do" in answer
    assert not Client.objects.exists()


def test_an_organisation_connects_twenty_at_most(page, lead):
    ClientFactory.create_batch(20, acts_as__organisation=lead.organisation)

    answer = page.post(at("connect-platform"), SENT)

    assert "20 platforms are connected already" in text(answer)


def test_a_new_secret_leaves_the_old_one_a_week(page, platform):
    where = at("new-platform-secret", platform.client.pk)
    asked = page.get(where)

    answer = page.post(where, {"replacing": platform.client.edition, "ready": "on"})

    renewed = Client.objects.get()
    assert "works for 7 days more" in text(asked)
    assert check_password(secret_in(answer), renewed.client_secret)
    assert check_password(platform.secret, renewed.former_secret)
    assert "Works until" in text(page.get(at("platforms")))
    with clock.as_of(clock.now() + timedelta(days=8)):
        assert not renewed.former_secret_holds


def test_pressing_twice_makes_one_new_secret(page, platform):
    where = at("new-platform-secret", platform.client.pk)
    sent = {"replacing": platform.client.edition, "ready": "on"}
    first = secret_in(page.post(where, sent))

    again = page.post(where, sent)

    assert "A new secret has been made meanwhile" in text(again)
    assert check_password(first, Client.objects.get().client_secret)


def test_a_platform_that_is_cut_off_can_do_nothing_more(page, platform):
    token_of(platform.client)

    answer = page.post(at("cut-off-platform", platform.client.pk), follow=True)

    assert "Unifrog can do nothing here any more." in text(answer)
    assert Client.objects.get().revoked_at
    assert not AccessToken.objects.exists()
    assert page.get(at("new-platform-secret", platform.client.pk)).status_code == 404


def test_only_a_lead_of_the_organisation_has_these_pages(client, lead, platform):
    pages = ("platforms", "connect-platform")
    of_one = ("new-platform-secret", "cut-off-platform")
    for who, one in (
        (CareersLeaderFactory(organisation=lead.organisation, role=Role.COLLEAGUE), 403),
        (HostFactory(), 404),
    ):
        client.force_login(who.user)
        assert {client.get(at(name, platform.client.pk)).status_code for name in of_one} == {one}
        assert {client.get(at(name)).status_code for name in pages} == {403 if one == 403 else 200}


def test_the_password_is_asked_for_before_a_secret_is_made(client, platform, lead):
    client.force_login(with_password(lead).user)

    for where in (
        at("connect-platform"),
        at("new-platform-secret", platform.client.pk),
        at("cut-off-platform", platform.client.pk),
    ):
        answer = client.post(where, SENT)
        assert answer.url.startswith(reverse("account_reauthenticate"))
    client.post(answer.url, {"password": PASSWORD})
    assert client.get(at("connect-platform")).status_code == 200


def test_what_was_cut_off_comes_last(page, lead, platform):
    clients.revoke(platform.client, by=lead)
    clients.issue(lead.organisation, name="Grofar", scopes=["bookings:read"], by=lead)

    shown = text(page.get(at("platforms")))

    assert shown.index("Grofar") < shown.index("Unifrog")
    assert "Cut off" in shown


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long(page, lead, number, django_assert_num_queries):
    ClientFactory.create_batch(number, acts_as__organisation=lead.organisation)
    page.get(at("platforms"))

    with django_assert_num_queries(5):
        page.get(at("platforms"))
