from django.core.paginator import Paginator
from django.test import RequestFactory

from marketplace import paging


def asked(query):
    return RequestFactory().get(f"/placements/?{query}")


def page(number, *, rows=200):
    return Paginator(range(rows), 20).page(number)


def test_one_page_has_no_links_and_no_number_in_its_title():
    only = page(1, rows=20)

    assert paging.links(only, asked("")) is None
    assert paging.title(only) == paging.title(None) == ""


def test_a_page_in_the_middle_leads_both_ways_and_keeps_the_filters():
    links = paging.links(page(5), asked("sector=digital&sector=construction&page=5"))

    assert links["previous"] == {"href": "?sector=digital&sector=construction&page=4"}
    assert links["next"] == {"href": "?sector=digital&sector=construction&page=6"}
    assert [item.get("number", "…") for item in links["items"]] == [1, "…", 4, 5, 6, "…", 10]
    assert [item["number"] for item in links["items"] if item.get("current")] == [5]


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after():
    assert "previous" not in paging.links(page(1), asked(""))
    assert "next" not in paging.links(page(10), asked(""))


def test_the_title_says_which_page_of_how_many():
    assert paging.title(page(2)) == " (page 2 of 10)"


def test_one_value_of_a_filter_is_taken_away_and_the_others_stay():
    request = asked("sector=digital&sector=construction&q=web&page=3")

    assert paging.query_without(request, "sector", "digital") == "?sector=construction&q=web"
    assert paging.query_without(request, "sector") == "?q=web"


def test_the_last_filter_leaves_the_plain_list():
    assert paging.query_without(asked("q=web"), "q") == "?"


def test_a_value_cannot_break_out_of_its_parameter():
    assert paging.query_with(asked(""), {"q": "a&page=9"}) == "?q=a%26page%3D9"
