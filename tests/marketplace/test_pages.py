import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse

from marketplace.views import EXPLAINED, count_what_is_offered
from tests.factories import PlacementFactory, SlotFactory

pytestmark = pytest.mark.django_db

PUBLIC = ["home", *EXPLAINED]


class Outline(HTMLParser):
    """Headings in order, ids, and addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.levels, self.ids, self.hrefs, self.tags = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.hrefs.append(attrs["href"])


def outline(answer):
    return Outline(answer.content.decode())


@pytest.mark.parametrize("name", PUBLIC)
def test_anybody_may_read_it_and_its_outline_is_sound(client, name):
    answer = client.get(reverse(name))
    page = outline(answer)

    assert answer.status_code == 200
    assert page.levels.count(1) == 1
    assert all(
        later - sooner <= 1 for sooner, later in zip(page.levels, page.levels[1:], strict=False)
    )
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("name", PUBLIC)
def test_no_page_carries_script_or_style_of_its_own(client, name):
    tags = outline(client.get(reverse(name))).tags

    assert [attrs for tag, attrs in tags if tag == "script" and "src" not in attrs] == []
    assert [tag for tag, attrs in tags if tag == "style" or "style" in attrs] == []
    assert [name for _, attrs in tags for name in attrs if name.startswith("on")] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_every_link_on_it_leads_somewhere(client, name):
    page = outline(client.get(reverse(name)))
    ours = {href for href in page.hrefs if href.startswith("/")}
    within = {href.removeprefix("#") for href in page.hrefs if href.startswith("#")}

    assert {href: client.get(href).status_code for href in ours} == dict.fromkeys(ours, 200)
    assert within <= set(page.ids)


def test_titles_tell_the_pages_apart(client):
    titles = {
        re.search("<title>(.*)</title>", client.get(reverse(name)).content.decode())[1]
        for name in PUBLIC
    }

    assert len(titles) == len(PUBLIC)


def test_nothing_is_counted_before_there_is_anything(client):
    cache.clear()

    assert count_what_is_offered() == []
    assert "On the marketplace today" not in client.get("/").content.decode()


def test_the_home_page_counts_what_can_be_booked_and_nothing_else(client):
    cache.clear()
    placement = PlacementFactory(state="published")
    SlotFactory(placement=placement, places=10, taken=4)
    SlotFactory(placement=PlacementFactory(state="draft"), places=50)

    assert count_what_is_offered() == [
        (1, "placements to choose from"),
        (6, "places free to book"),
        (1, "employers and providers"),
    ]
    assert "places free to book" in client.get("/").content.decode()


def test_the_home_page_counts_the_students_of_a_group_as_places(client):
    cache.clear()
    SlotFactory(placement=PlacementFactory(state="published"), places=10, taken=4)
    of_groups = PlacementFactory(state="published", largest_group=1000)
    SlotFactory(placement=of_groups, places=41, taken=1, in_groups=7, largest_group=1000)

    assert (40_006, "places free to book") in count_what_is_offered()


def test_the_cookies_page_names_the_cookies_that_are_set(client):
    shown = client.get(reverse("cookies")).content.decode()

    assert settings.SESSION_COOKIE_NAME in shown
    assert settings.CSRF_COOKIE_NAME in shown


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_the_pages_for_a_broken_day_need_neither_request_nor_database(
    template, django_assert_num_queries
):
    with django_assert_num_queries(0):
        shown = render_to_string(template)

    assert "Nothing has been changed" in shown or "it has been recorded" in shown


def test_no_template_of_ours_switches_escaping_off():
    folder = settings.ROOT / "templates"
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    unsafe = re.compile(r"\|\s*safe\b|autoescape")

    assert len(sources) > len(PUBLIC)
    assert [name for name, source in sources.items() if unsafe.search(source)] == []
