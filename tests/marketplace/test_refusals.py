import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.urls import include, path

from marketplace.refusals import BUSY
from tests.factories import HostFactory


class DriverError(Exception):
    """Stands for the driver's own error, which carries PostgreSQL's code."""

    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


@login_not_required
def full(request):
    raise ValidationError("Every place on these dates is taken.", code="slot_full")


@login_not_required
def forbidden(request):
    raise PermissionDenied


@login_not_required
def locked(request):
    raise OperationalError from DriverError(request.GET["state"])


@login_not_required
def slow(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
        cursor.execute("SELECT pg_sleep(5)")


urlpatterns = [
    path("slow/", slow),
    path("full/", full),
    path("forbidden/", forbidden),
    path("locked/", locked),
    path("", include("marketplace.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_a_refused_button_leads_back_to_its_page_with_the_reason(client):
    answer = client.post("/full/", headers={"referer": "http://testserver/about/?from=list"})
    shown = client.get(answer["Location"])

    assert (answer.status_code, answer["Location"]) == (302, "/about/?from=list")
    assert "Every place on these dates is taken." in shown.content.decode()


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://elsewhere.example/about/",
        "//elsewhere.example/",
        "http://testserver//elsewhere.example/",
        "http://testserver@elsewhere.example/",
    ],
)
def test_nobody_is_led_to_another_site(client, referer):
    answer = client.post("/full/", headers={"referer": referer})

    assert answer.status_code == 409
    assert "Every place on these dates is taken." in answer.content.decode()


def test_a_refusal_while_reading_does_not_go_round_in_circles(client):
    answer = client.get("/full/", headers={"referer": "http://testserver/full/"})

    assert answer.status_code == 409


def test_what_may_not_be_done_is_said_with_a_403(client):
    answer = client.post("/forbidden/")

    assert answer.status_code == 403
    assert '<h1 class="govuk-heading-l">You cannot do this</h1>' in answer.content.decode()


@pytest.mark.parametrize("state", sorted(BUSY))
def test_rows_that_others_hold_are_a_matter_of_trying_again(client, state):
    answer = client.post(f"/locked/?state={state}", headers={"referer": "http://testserver/about/"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert '<a class="govuk-link" href="/about/">' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_the_database_gave_up_is_a_matter_of_trying_again(client):
    assert client.post("/slow/").status_code == 503


def test_any_other_failure_of_the_database_is_not_hidden(client):
    with pytest.raises(OperationalError):
        client.post("/locked/?state=53100")


def test_a_form_that_was_not_ours_is_explained(client):
    client.handler.enforce_csrf_checks = True

    answer = client.post("/full/")

    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()


def test_a_page_that_is_not_there_is_explained(client):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_buttons_address_met_without_the_button_is_a_page_that_says_so(client):
    client.force_login(HostFactory().user)

    page = client.get("/account/sign-out-everywhere/")

    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "Nothing was done" in page.text
