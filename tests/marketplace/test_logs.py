import io
import json
import logging
import logging.config

import pytest
import structlog
from django.urls import reverse

from marketplace.logs import logging_to

SECRET = "Amira Canary"


@pytest.fixture
def lines():
    """What is logged in production, as it would be read by a machine."""
    told = logging_to("json")
    out = io.StringIO()
    told["handlers"]["out"]["stream"] = out
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(told)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.root.handlers[:], level = before
    logging.root.setLevel(level)


def test_a_request_leaves_one_line_with_its_route_and_no_address(client, lines):
    client.get(reverse("healthz"), {"q": SECRET})

    (line,) = lines()
    assert (line["event"], line["route"], line["status"]) == ("request", "healthz", 200)
    assert SECRET not in json.dumps(line)


def test_a_request_keeps_the_id_of_the_trace_it_came_in(client, lines):
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = client.get(
        reverse("healthz"), headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    )

    assert answer["X-Request-ID"] == trace
    assert lines()[0]["request_id"] == trace


@pytest.mark.parametrize("claimed", ["", "00-short-b7ad6b7169203331-01", SECRET])
def test_a_request_without_a_trace_is_given_an_id(client, lines, claimed):
    answer = client.get(reverse("healthz"), headers={"traceparent": claimed})

    assert len(answer["X-Request-ID"]) == 32
    assert lines()[0]["request_id"] == answer["X-Request-ID"]


def test_a_word_that_is_not_on_the_list_is_left_out(lines):
    structlog.get_logger("tests").warning("booked", booking=7, student=SECRET)

    (line,) = lines()
    assert line["booking"] == 7
    assert SECRET not in json.dumps(line)


def test_a_librarys_line_keeps_its_template_only(lines):
    logging.getLogger("library").warning("Not found: %s", SECRET)

    (line,) = lines()
    assert line["event"] == "Not found: %s"


def test_an_exception_keeps_its_kind_and_place_and_loses_its_words(lines):
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("library").exception("It broke")

    (line,) = lines()
    assert line["exception_kind"] == "builtins.ValueError"
    assert line["exception_at"][0].endswith(
        "test_an_exception_keeps_its_kind_and_place_and_loses_its_words"
    )
    assert SECRET not in json.dumps(line)


def test_our_own_exceptions_lose_their_words_too(lines):
    try:
        int(SECRET)
    except ValueError as fault:
        structlog.get_logger("tests").exception("it_broke")
        structlog.get_logger("tests").error("it_broke", exc_info=fault)

    kinds = [line["exception_kind"] for line in lines()]
    assert kinds == ["builtins.ValueError", "builtins.ValueError"]
    assert SECRET not in json.dumps(lines())
