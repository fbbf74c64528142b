import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework import serializers

from marketplace import problems
from marketplace.problems import EXPLAINED, refusal_of
from placements.api import finding

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "code"),
    [
        ("get", "/api/v1/nowhere", {}, 404, "not_found"),
        ("get", "/api/v1/placements/", {}, 404, "not_found"),
        ("get", "/api/v1", {}, 404, "not_found"),
        ("post", "/api/v1/nowhere", {}, 404, "not_found"),
        ("post", "/api/v1/placements", {}, 405, "method_not_allowed"),
        ("delete", "/api/v1/placements", {}, 405, "method_not_allowed"),
        ("get", "/api/v1/placements", {"Accept": "text/csv"}, 406, "not_acceptable"),
    ],
)
def test_every_refusal_of_the_api_has_one_shape(client, method, address, headers, status, code):
    response = getattr(client, method)(address, headers=headers)

    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["request_id"] == response["X-Request-ID"]
    assert client.get(problem["type"]).status_code == 200


def test_what_nobody_foresaw_is_a_problem_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(finding, "results", lambda *asked, **more: 1 / 0)

    response = client.get("/api/v1/placements")

    assert (response.status_code, response.json()["code"]) == (500, "server_error")
    assert "ZeroDivisionError" not in response.content.decode()


def test_too_many_parameters_are_a_problem_and_not_a_page(client):
    response = client.get("/api/v1/placements?" + "&".join(f"p{n}=1" for n in range(2_000)))

    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_a_rule_that_refuses_keeps_its_own_code():
    refusal = refusal_of(ValidationError("All places are taken.", code="slot_full"))

    assert (refusal.status, refusal.code, refusal.detail) == (
        409,
        "slot_full",
        "All places are taken.",
    )


def test_what_one_may_not_do_is_told_from_what_one_may_not_see():
    assert refusal_of(PermissionDenied()).code == "not_allowed"


def test_a_fault_deep_inside_says_where_it_is():
    told = {"slots": [{}, {"places": [serializers.ErrorDetail("Too few.", code="min_value")]}]}

    refusal = refusal_of(serializers.ValidationError(told))

    assert refusal.errors == [
        {"pointer": "/slots/1/places", "code": "min_value", "detail": "Too few."}
    ]


@pytest.mark.parametrize("code", sorted(EXPLAINED))
def test_every_code_has_a_page_that_explains_it(client, code):
    page = client.get(f"/api/problems/{code}/")

    assert page.status_code == 200
    assert code in page.content.decode()


def test_a_code_that_there_is_not_has_no_page(client):
    assert client.get("/api/problems/bad_luck/").status_code == 404


def test_every_status_that_is_answered_has_a_code_that_is_explained():
    assert set(problems.CODE_OF_STATUS.values()) <= set(EXPLAINED)


def test_answers_say_what_is_left_and_when_it_is_spent(client, settings, one_minute):
    cache.clear()
    settings.API_REQUESTS_A_MINUTE = 3

    answers = [client.get("/api/v1/placements") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=60'}
    assert answers[-1].json()["code"] == "rate_limited"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_one_visitors_haste_is_not_anothers_loss(client, settings, one_minute):
    cache.clear()
    settings.API_REQUESTS_A_MINUTE = 1
    client.get("/api/v1/placements", REMOTE_ADDR="192.0.2.1")

    assert client.get("/api/v1/placements", REMOTE_ADDR="192.0.2.1").status_code == 429
    assert client.get("/api/v1/placements", REMOTE_ADDR="192.0.2.2").status_code == 200


def test_pages_are_not_counted(client):
    assert "RateLimit" not in client.get("/placements/")
