"""Every kind of message can be seen as it would be sent, and a sample that drifts is found."""

import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template import engines
from django.urls import reverse
from jinja2 import UndefinedError, meta

from accounts import letters, message_page
from accounts.models import Message, OneTimeLink, Role
from marketplace.wording import gallery, samples
from tests.factories import HostFactory, NationalFactory, RatingFactory
from tests.owed import comparing

pytestmark = pytest.mark.django_db

KINDS = sorted(path.stem for path in (settings.ROOT / "templates" / "emails").glob("*.txt"))
# Those that are owed to one person by the dozen, on one day.
SEVERAL = [
    "booking_requested",
    "booking_accepted",
    "reminder_to_school",
    "reminder_to_host",
    "debrief_to_school",
    "debrief_to_host",
]
INDEX = reverse("wording")


def page_of(kind, name="wording-of"):
    return reverse(name, args=[kind])


@pytest.fixture
def national(client):
    member = NationalFactory(role=Role.VIEWER)
    client.force_login(member.user)
    return member


def test_every_kind_has_a_sample_and_every_sample_is_of_a_kind():
    assert sorted(samples.all_words()) == sorted(letters.kinds()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_has_every_name_that_the_text_asks_for(kind):
    environment = engines["jinja2"].env
    source = environment.loader.get_source(environment, f"emails/{kind}.txt")[0]
    asked = meta.find_undeclared_variables(environment.parse(source))

    known = {"link_to", *environment.globals}
    assert asked - known <= set(samples.all_words()[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_written_whole_and_leads_only_to_invented_things(kind):
    mail = gallery.of_kind(kind).mail

    assert mail.to == "reader@example.org"
    assert mail.title in mail.html or mail.is_text
    assert re.findall(r"\{[{%]|None|Undefined|<\w+ object", mail.title + mail.text) == []
    # Who is written of is invented: every address is one that no mail reaches.
    assert set(re.findall(r"@(\S+\.\w+)", mail.text)) <= {"example.org"}
    assert (Message.objects.count(), OneTimeLink.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_counts_places_of_a_group_that_has_one(kind, monkeypatch):
    of_groups = samples.all_words()
    for booking in of_groups["cohort_booked"]["agreed"]:
        booking.slot.largest_group = 30
    monkeypatch.setattr(samples, "all_words", lambda: of_groups)
    about_groups = {slot for words in of_groups.values() if (slot := words.get("slot"))}
    assert {slot.largest_group for slot in about_groups} == {30}

    mail = gallery.of_kind(kind).mail

    if not kind.startswith("enquiry_"):
        assert re.findall(r"(?i)\b\d+ places?\b", mail.title + mail.text) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("booking_requested", "asks for a place for a group of 6 students at"),
        ("booking_accepted", "has accepted a place for a group of 4 students of the 6 you asked"),
        ("booking_changed", "You had a place for a group of 6 students. The host now has room"),
        ("places_given_back", "comes with fewer students. It now has a place for a group of 4"),
        ("waiting_offered", "Take it up or turn it down"),
    ],
)
def test_a_letter_tells_of_a_group(kind, said, monkeypatch):
    of_groups = samples.all_words()
    of_groups["booking_made"]["slot"].largest_group = 30
    monkeypatch.setattr(samples, "all_words", lambda: of_groups)

    assert said in gallery.of_kind(kind).mail.text


def test_a_text_that_asks_for_what_the_sample_lacks_cannot_be_shown(monkeypatch):
    lacking = samples.all_words()
    lacking["rating_received"] = {"rating": lacking["rating_received"]["rating"]}
    monkeypatch.setattr(samples, "all_words", lambda: lacking)

    with pytest.raises(UndefinedError, match="placement"):
        gallery.of_kind("rating_received")


def test_a_letter_that_says_other_things_than_its_sample_is_found():
    letter = letters.of_kind("rating_received")
    compared = comparing(letters.made_out, samples)

    with pytest.raises(AssertionError, match="the sample of rating_received has other words"):
        compared(letter, "sam@example.org", {"rating": RatingFactory()})


def test_the_index_lists_every_kind_beneath_the_headings_of_the_timetable(client, national):
    page = client.get(INDEX).content.decode()

    headings = [subject for subject, _ in message_page.by_subject()]
    assert re.findall(r'<h2 class="govuk-heading-m">(.+)</h2>', page) == headings
    assert [kind for kind in KINDS if page.count(f'href="{page_of(kind)}"') != 1] == []


@pytest.mark.parametrize("kind", SEVERAL)
def test_what_goes_several_in_one_mail_is_shown_so_too(client, national, kind):
    several = gallery.of_kind(kind).several
    page = client.get(page_of(kind)).content.decode()
    as_sent = client.get(page_of(kind, "wording-as-sent"), {"several": ""}).content.decode()

    assert several.title == f"2 {letters.of_kind(kind).together}"
    assert several.title in page
    assert as_sent == several.html != gallery.of_kind(kind).mail.html
    assert "A week in the bakery" in several.text
    assert "A week at the mill" in several.text
    assert re.findall(r"<h2>(\d of \d): ", as_sent) == ["1 of 2", "2 of 2"]
    # One link stops them all.
    assert several.text.count("Stop such emails") == letters.of_kind(kind).may_be_stopped


def test_a_kind_has_a_page_with_its_subject_its_text_and_its_head(client, national):
    page = client.get(page_of("rating_received")).content.decode()

    assert "Your placement was rated: A week in the bakery" in page
    assert "Somebody who used A week in the bakery has rated it." in page
    assert "List-Unsubscribe=One-Click" in page
    assert "Stop such emails, without signing in" in page
    assert page_of("rating_received", "wording-as-sent") in page


def test_what_goes_several_in_one_mail_is_known(client, national):
    assert sorted(one.kind for one in letters.registered() if one.together) == sorted(SEVERAL)
    page = client.get(page_of("rating_received")).content.decode()
    assert "Several in one mail" not in page


def test_a_text_is_shown_as_the_few_words_that_it_is(client, national):
    page = client.get(page_of("day_before_text")).content.decode()

    assert gallery.of_kind("day_before_text").mail.text in page
    assert "160 characters at most" in page
    assert "See its HTML" not in page


def test_what_is_always_sent_is_shown_without_a_way_to_stop_it(client, national):
    page = client.get(page_of("booking_requested")).content.decode()

    assert "Unsubscribe" not in page
    assert "Stop such emails" not in page


def test_its_html_is_shown_as_sent_and_may_run_nothing(client, national):
    answer = client.get(page_of("rating_received", "wording-as-sent"))

    assert answer.content.decode() == gallery.of_kind("rating_received").mail.html
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["wording-of", "wording-as-sent"])
def test_a_kind_that_is_not_there_is_not_found(client, national, name):
    assert client.get(page_of("nothing", name)).status_code == 404


def test_nobody_else_is_shown_them(client):
    client.force_login(HostFactory().user)
    addresses = [INDEX, page_of("rating_received"), page_of("rating_received", "wording-as-sent")]

    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]


def test_the_command_writes_a_page_and_a_text_for_each_kind_and_an_index(tmp_path, capsys):
    folder = tmp_path / "new" / "gallery"

    call_command("message_gallery", to=folder)

    names = {file.name for file in folder.iterdir()}
    assert names == {
        "index.html",
        *(f"{kind}.{part}" for kind in KINDS for part in ("html", "txt")),
        *(f"{kind}_several.{part}" for kind in SEVERAL for part in ("html", "txt")),
    }
    index = (folder / "index.html").read_text(encoding="utf-8")
    linked = re.findall(r'href="([^"]+)"', index)
    assert set(linked) == names - {"index.html"}
    text = (folder / "rating_received.txt").read_text(encoding="utf-8")
    assert text.startswith("To: reader@example.org\nSubject: Your placement was rated:")
    assert f"{len(KINDS)} kinds of message are in {folder}." in capsys.readouterr().out


def test_the_command_asks_where_to():
    with pytest.raises(CommandError, match="--to"):
        call_command("message_gallery")
