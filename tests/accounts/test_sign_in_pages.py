import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, OneTimeLink, User
from tests.factories import HostFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "three random words"
WRONG = "The email address or the password is not right"
HELD_UP = "Too many attempts"


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    cache.clear()


@pytest.fixture
def host():
    member = HostFactory(user__email="sam@example.org")
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


def sign_in(client, email="sam@example.org", password=PASSWORD, **extra):
    return client.post(reverse("accounts:sign-in"), {"email": email, "password": password}, **extra)


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_lets_one_in(client, host):
    answer = sign_in(client)

    assert (answer.status_code, answer.url) == (302, "/dashboard/")
    assert is_in(client)


def test_capitals_in_an_address_do_not_matter(client, host):
    sign_in(client, email="Sam@Example.ORG")

    assert is_in(client)


def test_the_session_is_another_one_after_signing_in(client, host):
    client.get(reverse("accounts:look-in-your-mail"))
    client.post(reverse("accounts:sign-in-link"), {"email": "sam@example.org"})
    before = client.session.session_key

    sign_in(client)

    assert before is not None
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("sam@example.org", "not the right words"),
        ("nobody@example.org", PASSWORD),
        ("unconfirmed@example.org", PASSWORD),
        ("inactive@example.org", PASSWORD),
        ("linkonly@example.org", PASSWORD),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(client, host, email, password):
    for address, extra in (
        ("unconfirmed@example.org", {"confirmed_at": None}),
        ("inactive@example.org", {"is_active": False}),
    ):
        person = UserFactory(email=address, **extra)
        person.set_password(PASSWORD)
        person.save()
    UserFactory(email="linkonly@example.org")

    answer = sign_in(client, email=email, password=password)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert WRONG in page
    assert page.replace(email, "").count("govuk-error-message") == 0
    assert f'value="{email}"' in page
    assert password not in page
    assert not is_in(client)


def test_five_wrong_passwords_hold_up_the_sixth_even_if_it_is_right(client, host):
    for _ in range(5):
        assert WRONG in sign_in(client, password="wrong words").content.decode()

    assert HELD_UP in sign_in(client).content.decode()
    assert not is_in(client)


def test_an_address_nobody_has_is_held_up_just_the_same(client):
    for _ in range(5):
        sign_in(client, email="nobody@example.org")

    assert HELD_UP in sign_in(client, email="nobody@example.org").content.decode()


def test_whoever_is_held_up_gets_in_from_elsewhere_and_later(client, host):
    for _ in range(5):
        sign_in(client, password="wrong words", REMOTE_ADDR="198.51.100.7")

    sign_in(client, REMOTE_ADDR="198.51.100.200")
    assert not is_in(client), "a neighbour's network is the same network"
    sign_in(client, REMOTE_ADDR="203.0.113.7")
    assert is_in(client)
    later = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        sign_in(later, REMOTE_ADDR="198.51.100.7")
    assert is_in(later)


def test_of_a_thousand_guesses_from_everywhere_twenty_are_looked_at(client, host, monkeypatch):
    looked_at = []
    check = User.check_password
    monkeypatch.setattr(
        User, "check_password", lambda self, raw: looked_at.append(raw) or check(self, raw)
    )

    for guess in range(1000):
        sign_in(client, password=f"guess {guess}", REMOTE_ADDR=f"10.{guess // 250}.{guess % 250}.1")

    assert len(looked_at) == 20


def test_whoever_is_held_up_can_still_ask_for_a_link(client, host, link_in):
    for _ in range(6):
        sign_in(client, password="wrong words")
    client.post(reverse("accounts:sign-in-link"), {"email": "sam@example.org"})

    client.get(link_in("sign_in_link"))
    client.post(reverse("accounts:sign-in-by-link"))

    assert is_in(client)


def test_signing_in_leads_where_one_was_going(client, host):
    answer = client.post(
        reverse("accounts:sign-in") + "?next=/organisation/people/",
        {"email": "sam@example.org", "password": PASSWORD, "next": "/organisation/people/"},
    )

    assert answer.url == "/organisation/people/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "/\\evil.test"]
)
def test_signing_in_leads_nowhere_else(client, host, elsewhere):
    answer = client.post(
        reverse("accounts:sign-in"),
        {"email": "sam@example.org", "password": PASSWORD, "next": elsewhere},
    )

    assert answer.url == "/dashboard/"


def test_whoever_acts_for_nobody_yet_is_led_to_their_account(client):
    person = MemberFactory(state="pending").user
    person.set_password(PASSWORD)
    person.save()

    assert sign_in(client, email=person.email).url == reverse("accounts:account")


def test_looking_at_the_sign_out_page_signs_nobody_out(client, host):
    sign_in(client)

    client.get(reverse("accounts:sign-out"))
    assert is_in(client)
    client.post(reverse("accounts:sign-out"))
    assert not is_in(client)


# --- By link


def ask(client, email, name="sign-in-link"):
    return client.post(reverse(f"accounts:{name}"), {"email": email}, follow=True)


@pytest.mark.parametrize("name", ["sign-in-link", "reset"])
def test_nobody_learns_from_asking_for_a_link_who_has_an_account(client, host, name):
    MemberFactory(user__email="new@example.org", user__confirmed_at=None, state="pending")
    addresses = ["sam@example.org", "nobody@example.org", "new@example.org"]

    answers = [ask(Client(), address, name) for address in addresses]

    pages = {
        _without_secrets(answer.content.decode()).replace(address, "…")
        for answer, address in zip(answers, addresses, strict=True)
    }
    assert len(pages) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert Message.objects.count() == 3


def _without_secrets(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_each_kind_of_asker_is_written_what_helps_them(client, host):
    MemberFactory(user__email="new@example.org", user__confirmed_at=None, state="pending")

    for address in ("sam@example.org", "nobody@example.org", "new@example.org"):
        ask(client, address)

    assert dict(Message.objects.values_list("email", "kind")) == {
        "sam@example.org": "sign_in_link",
        "nobody@example.org": "no_account",
        "new@example.org": "confirm_address",
    }


def test_a_link_lets_one_in_once(client, host, link_in):
    ask(client, "sam@example.org")
    path = link_in("sign_in_link")

    opened = client.get(path)
    assert opened.url == reverse("accounts:sign-in-by-link")
    client.post(opened.url)
    assert is_in(client)

    again = Client()
    assert again.get(path).status_code == 410
    assert again.post(reverse("accounts:sign-in-by-link")).status_code == 410


def test_a_mail_scanner_that_follows_the_link_spoils_nothing(client, host, link_in):
    ask(client, "sam@example.org")
    path = link_in("sign_in_link")
    scanner = Client()

    for _ in range(3):
        scanner.head(path, follow=True)
        assert scanner.get(path, follow=True).status_code == 200
    assert not is_in(scanner)
    assert scanner.post(path).status_code == 405

    client.get(path)
    client.post(reverse("accounts:sign-in-by-link"))
    assert is_in(client)


def test_the_token_stays_neither_in_the_address_nor_in_the_session(client, host, link_in):
    ask(client, "sam@example.org")
    path = link_in("sign_in_link")
    token = path.rstrip("/").rpartition("/")[2]

    opened = client.get(path, follow=True)

    assert token not in opened.content.decode()
    assert token not in str(dict(client.session))
    assert opened["Referrer-Policy"] == "same-origin"
    assert "no-store" in opened["Cache-Control"]
    assert not OneTimeLink.objects.filter(token_hash=token).exists()


def test_using_one_link_ends_the_others(client, host, link_in):
    ask(client, "sam@example.org")
    first = link_in("sign_in_link")
    ask(client, "sam@example.org")

    client.get(link_in("sign_in_link"))
    client.post(reverse("accounts:sign-in-by-link"))

    assert Client().get(first).status_code == 410


def test_a_link_for_one_purpose_serves_no_other(client, host, link_in):
    ask(client, "sam@example.org")
    path = link_in("sign_in_link")

    assert client.get(path.replace("/sign-in/", "/password/")).status_code == 410


def test_a_link_that_has_run_out_is_said_to_have(client, host, link_in):
    ask(client, "sam@example.org")
    path = link_in("sign_in_link")
    client.get(path)

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.post(reverse("accounts:sign-in-by-link")).status_code == 410
    assert not is_in(client)


def test_a_link_lets_nobody_in_who_was_switched_off_since(client, host, link_in):
    ask(client, "sam@example.org")
    client.get(link_in("sign_in_link"))
    User.objects.update(is_active=False)

    assert client.post(reverse("accounts:sign-in-by-link")).status_code == 410
    assert not is_in(client)


def test_asking_for_link_after_link_is_held_up(client, host):
    for _ in range(5):
        ask(client, "sam@example.org")

    assert ask(client, "sam@example.org").status_code == 429
    assert Message.objects.count() == 5


# --- A new password


def test_a_password_is_chosen_by_link_and_ends_every_session(client, host, link_in):
    elsewhere = Client()
    elsewhere.force_login(host.user)
    ask(client, "sam@example.org", "reset")
    client.get(link_in("reset_password"))

    answer = client.post(
        reverse("accounts:choose-password"), {"password": "four quite random words"}
    )

    host.user.refresh_from_db()
    assert answer.status_code == 302
    assert host.user.check_password("four quite random words")
    assert is_in(client)
    assert elsewhere.get(reverse("accounts:account")).status_code == 302
    assert Message.objects.filter(kind="password_changed").exists()


@pytest.mark.parametrize("weak", ["short", "password1234", "sam@example.org", "1234567890123"])
def test_a_weak_password_is_refused_and_the_link_still_works(client, host, link_in, weak):
    ask(client, "sam@example.org", "reset")
    client.get(link_in("reset_password"))

    page = client.post(reverse("accounts:choose-password"), {"password": weak}).content.decode()
    assert 'id="id_password-error"' in page

    client.post(reverse("accounts:choose-password"), {"password": "four quite random words"})
    assert is_in(client)


# --- A second factor


@pytest.fixture
def secret(host):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(host.user, secret)
    return secret


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_the_password_alone_is_not_enough_with_a_second_factor(client, host, secret):
    answer = sign_in(client)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(answer.url, {"code": "000000"})
    assert not is_in(client)
    client.post(answer.url, {"code": code_for(secret)})
    assert is_in(client)


@pytest.mark.parametrize(
    ("name", "kind", "page", "typed"),
    [
        ("sign-in-link", "sign_in_link", "sign-in-by-link", {}),
        ("reset", "reset_password", "choose-password", {"password": "four quite random words"}),
    ],
)
def test_no_link_goes_round_the_second_factor(
    client, host, secret, link_in, name, kind, page, typed
):
    ask(client, "sam@example.org", name)
    client.get(link_in(kind))

    answer = client.post(reverse(f"accounts:{page}"), typed)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_form_sent_without_the_field_for_a_code_asks_for_the_code_again(client, host, secret):
    page = sign_in(client).url

    assert client.post(page).url == page
    assert not is_in(client)


def test_the_secret_of_a_second_factor_is_kept_encrypted(host, secret):
    kept = Authenticator.objects.get(user=host.user)

    assert secret not in str(kept.data)


def test_a_second_factor_is_turned_on_with_a_code_and_gives_recovery_codes(client, host):
    sign_in(client)
    again = client.get(reverse("mfa_activate_totp"))
    client.post(again.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page.content.decode())[1]

    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)

    codes = re.findall(r"<code>(\d+)</code>", answer.content.decode())
    assert len(codes) == 10
    client.post(reverse("accounts:sign-out"))
    client.post(sign_in(client).url, {"code": codes[0]})
    assert is_in(client)


def test_turning_the_second_factor_off_asks_for_a_code_or_the_password_again(client, host, secret):
    client.force_login(host.user)

    answer = client.get(reverse("mfa_deactivate_totp"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=host.user).exists()


def test_the_pages_of_the_second_factor_are_ours(client, host, secret):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    again = client.get(reverse("mfa_generate_recovery_codes")).url
    client.post(again, {"password": PASSWORD})

    for name in ("mfa_index", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert "app-header" in page.content.decode()


@pytest.mark.parametrize(
    "email",
    ["sam@example.org", "nobody@example.org", "linkonly@example.org", "inactive@example.org"],
)
def test_known_and_unknown_addresses_cost_one_hashing_each(client, host, monkeypatch, email):
    UserFactory(email="linkonly@example.org")
    inactive = UserFactory(email="inactive@example.org", is_active=False)
    inactive.set_password(PASSWORD)
    inactive.save()
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(1) or encode(self, password, salt),
    )

    sign_in(client, email=email, password="wrong words")

    assert len(hashed) == 1
