import base64
from datetime import timedelta
from hashlib import sha256

import pytest
from oauth2_provider.models import AccessToken

from accounts import clients, clock
from accounts.words import Scope
from tests.factories import SchoolOrganisationFactory

pytestmark = pytest.mark.django_db

TOKEN = "/oauth/token"
BOTH = [Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE]


@pytest.fixture
def issued():
    school = SchoolOrganisationFactory()
    return clients.issue(school, name="Unifrog", scopes=BOTH, by=None)


def basic(client_id, secret):
    told = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {told}"}


def ask(client, issued, secret=None, **more):
    """As the standard likes it best: the secret in the header."""
    headers = basic(issued.client.client_id, secret or issued.secret)
    return client.post(TOKEN, {"grant_type": "client_credentials", **more}, headers=headers)


def test_a_token_is_good_for_a_quarter_of_an_hour_and_for_all_that_the_client_may(client, issued):
    answer = ask(client, issued)

    told = answer.json()
    token = told.pop("access_token")
    assert answer.status_code == 200
    assert told == {
        "expires_in": 900,
        "token_type": "Bearer",
        "scope": "bookings:read bookings:write",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    found = client.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"})
    assert found.json() == {"items": [], "next": None}


def test_of_a_token_only_its_hash_is_kept(client, issued):
    token = ask(client, issued).json()["access_token"]

    kept = AccessToken.objects.get()
    assert (kept.token, kept.token_checksum) == ("", sha256(token.encode()).hexdigest())


def test_the_secret_may_also_be_sent_in_the_body(client, issued):
    sent = {
        "grant_type": "client_credentials",
        "client_id": issued.client.client_id,
        "client_secret": issued.secret,
    }

    assert client.post(TOKEN, sent).status_code == 200


def test_a_client_may_ask_for_less_and_never_for_more(client, issued):
    less = ask(client, issued, scope="bookings:read")
    more = ask(client, issued, scope="bookings:read webhooks:manage")

    assert less.json()["scope"] == "bookings:read"
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


def test_both_secrets_are_good_during_a_rotation_and_then_the_new_one_alone(client, issued):
    fresh = clients.rotate(issued.client, by=None)

    assert ask(client, issued, issued.secret).status_code == 200
    assert ask(client, issued, fresh.secret).status_code == 200
    assert ask(client, issued, "neither").status_code == 401
    with clock.as_of(clock.now() + timedelta(days=8)):
        assert ask(client, issued, issued.secret).status_code == 401
        assert ask(client, issued, fresh.secret).status_code == 200


def test_the_secret_before_the_last_is_good_no_longer(client, issued):
    clients.rotate(issued.client, by=None)
    clients.rotate(issued.client, by=None)

    assert ask(client, issued).status_code == 401


def test_a_client_that_was_cut_off_gets_nothing(client, issued):
    clients.revoke(issued.client, by=None)

    answer = ask(client, issued)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
            400,
            "unsupported_grant_type",
        ),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        (
            {"grant_type": "client_credentials", "client_id": "a\0b", "client_secret": "x"},
            401,
            "invalid_client",
        ),
        (
            {"grant_type": "client_credentials", "client_id": "é", "client_secret": "ü"},
            401,
            "invalid_client",
        ),
    ],
)
def test_refusals_are_those_of_the_standard(sent, status, error, client, issued):
    answer = client.post(TOKEN, sent)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("more", [{"scope": "a\0b"}, {"resource": "https://x/\0"}])
def test_nothing_that_is_sent_breaks_it(more, client, issued):
    assert ask(client, issued, **more).status_code == 400


@pytest.mark.parametrize("header", ["Basic ???", "Basic /w==", "Bearer x", "Basic", ""])
def test_no_header_breaks_it(header, client, issued):
    answer = client.post(
        TOKEN, {"grant_type": "client_credentials"}, headers={"Authorization": header}
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_what_stands_in_the_address_is_no_way_in(client, issued):
    answer = client.post(
        f"{TOKEN}?client_secret={issued.secret}&x=%zz", {"grant_type": "client_credentials"}
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_it_is_asked_by_post_alone(client):
    assert client.get(TOKEN).status_code == 405


def test_asking_for_tokens_without_end_is_slowed_down(client, issued, monkeypatch):
    from accounts import limits

    monkeypatch.setitem(limits.RATES, "token", "2/m/ip")

    answers = [ask(client, issued) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json() == {"error": "temporarily_unavailable"}
    assert answers[-1].headers["Retry-After"] == "60"
