import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from accounts import letter_texts, letters, wording, wording_rules
from accounts.models import Message, Role, Wording
from tests.factories import HostFactory, NationalFactory

CHANGED = "booking_changed"
OWN = """Subject: Good morning, {{ name }}
Our bread is ready.

Come and see: {{ link_to('home') }}
"""


def put(text=OWN, *, kind="note", seen=0, because="Nobody understood it.", by=None):
    return wording.put(kind, text, seen=seen, because=because, by=by or NationalFactory())


def sent(kind="note"):
    return letters.write(Message(kind=kind, email="sam@example.org", subject="abc"))


def edited(before, after, kind=CHANGED):
    text = letter_texts.original(kind)
    assert before in text
    return text.replace(before, after)


def refusal(text, kind=CHANGED):
    with pytest.raises(ValidationError) as refused:
        wording_rules.refuse_unfit(kind, text)
    return refused.value


@pytest.mark.django_db
def test_a_letter_says_what_the_national_team_has_put(note):
    put()

    mail = sent()

    assert mail.title == "Good morning, Sam"
    assert "Our bread is ready." in mail.text
    assert "<p>Our bread is ready.</p>" in mail.html


@pytest.mark.django_db
def test_what_somebody_typed_stays_harmless_in_words_that_were_put(note):
    note["name"] = "<b>Sam</b>\nBcc: all@example.org"
    put(OWN.replace("Our bread", "{{ name }}, our bread"))

    mail = sent()

    assert mail.title == "Good morning, <b>Sam</b>"
    assert "<b>" not in mail.html


@pytest.mark.django_db
def test_the_original_comes_back_and_every_version_is_kept(note):
    by = NationalFactory()
    put(by=by)
    wording.put_back("note", seen=1, because="It was better.", by=by)

    assert sent().title == "Hello, Sam"
    kept = Wording.objects.of_kind("note").values_list("number", "because", "text")
    assert list(kept) == [(2, "It was better.", ""), (1, "Nobody understood it.", OWN.strip())]


@pytest.mark.django_db
def test_words_that_no_longer_fit_a_new_release_give_way_to_its_own(note):
    put()
    Wording.objects.update(text=OWN.replace("ready", "ready, {{ of_an_older_release }}"))

    assert sent().title == "Hello, Sam"
    assert wording.current("note").is_original


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["host", "viewer"])
def test_only_the_national_team_puts_words(note, who):
    by = HostFactory() if who == "host" else NationalFactory(role=Role.VIEWER)

    with pytest.raises(PermissionDenied):
        put(by=by)
    with pytest.raises(PermissionDenied):
        wording.put_back("note", seen=0, because="No.", by=by)
    assert not Wording.objects.exists()


@pytest.mark.django_db
def test_what_a_colleague_has_put_meanwhile_is_not_lost(note):
    put()

    with pytest.raises(ValidationError) as refused:
        put(OWN.replace("ready", "warm"), seen=0)

    assert refused.value.code == "changed_meanwhile"
    assert "ready" in sent().text


@pytest.mark.django_db
def test_the_same_words_again_are_no_version(note):
    put()

    put(seen=1)

    assert Wording.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_words_at_once_one_is_told(note):
    by = NationalFactory()

    def try_to(word):
        try:
            put(OWN.replace("ready", word), by=by)
        except ValidationError as refused:
            return refused.code
        finally:
            connections.close_all()
        return "put"

    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(try_to, ("warm", "cold", "old", "new")))

    assert sorted(came) == ["changed_meanwhile"] * 3 + ["put"]
    assert Wording.objects.count() == 1


@pytest.mark.parametrize("kind", letters.kinds())
def test_every_letter_may_be_put_as_it_is_delivered(kind):
    wording_rules.refuse_unfit(kind, letter_texts.original(kind))


def test_words_may_be_changed_everywhere_and_values_used_again():
    text = edited("Please say by", 'Dear colleague, about "{{ placement.title }}": please say by')

    wording_rules.refuse_unfit(CHANGED, text)


def test_a_condition_may_guard_more_words_or_be_left_out():
    guarded = edited(
        "That link works once",
        "{% if change.is_of_dates %}The days: {{ placement.title }}. {% endif %}That link works once",
    )
    left_out = edited(
        "{% if booking.is_in_touch %}, and we look for other places for you{% endif %}", ""
    )

    wording_rules.refuse_unfit(CHANGED, guarded)
    wording_rules.refuse_unfit(CHANGED, left_out)


@pytest.mark.parametrize(
    "value",
    [
        "{{ booking.note }}",
        "{{ settings }}",
        "{{ booking.__class__ }}",
        "{{ placement.title | upper }}",
        "{% if booking.note %}Yes{% endif %}",
        "{% for one in placement.slots.all() %}x{% endfor %}",
        "{% include 'emails/note.txt' %}",
        "{% set placement = booking %}",
        # It is there only where dates have changed.
        "{{ change.first_day | date_range(change.last_day) }}",
    ],
)
def test_no_value_is_used_that_the_letter_does_not_have_there(value):
    refused = refusal(edited("Please say by", f"{value} Please say by"))

    assert refused.code == "unfit"
    assert "Please say by" in refused.messages[0]


def test_a_value_that_a_condition_guards_stays_under_its_other_branch_neither():
    text = letter_texts.original("reminder_to_school").replace(
        "tomorrow{% else %}on ", "{{ slot.starts_on | week_date }}{% else %}on "
    )

    assert refusal(text, "reminder_to_school").code == "unfit"


def test_the_subject_has_only_its_own_values():
    refused = refusal(edited("Changed by the host:", "Changed for {{ booking.school.name }}:"))

    assert refused.code == "unfit"


def test_the_link_stays_and_can_be_clicked():
    lost = edited('{{ link_to("placements:answer-change", token) }}', "our site")
    buried = edited("token) }}", "token) }} as soon as you can.")

    assert refusal(lost).code == "link_missing"
    assert refusal(buried).code == "unfit"


def test_a_text_without_a_subject_or_that_cannot_be_read_is_refused():
    text = letter_texts.original(CHANGED)

    assert refusal(text.partition("\n")[2]).code == "no_subject"
    assert (
        refusal(
            text.replace("Subject: Changed by the host: {{ placement.title }}", "Subject: ")
        ).code
        == "no_subject"
    )
    assert refusal(edited("Please say", "{% if %}Please say")).code == "unfit"
    assert refusal(text + "x" * wording_rules.LONGEST).code == "too_long"


def test_what_is_set_stays_above_all_that_may_need_it():
    text = letter_texts.original("cohort_asked")
    first, _, rest = text.partition("Subject:")
    subject, _, body = rest.partition("\n")

    refused = refusal(f"Subject:{subject}\n{first}{body}", "cohort_asked")

    assert refused.code == "link_missing"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        # Jinja takes the end of a line away after a condition, and wherever it is told to.
        ("sign_in_link", "{{ link }}", "{{ link -}}"),
        ("sign_in_link", "{{ link }}", "{{ link }}{% if name %}, {{ name }}{% endif %}"),
        ("saved_search_news", "{% endif %}\n\n\nYour", "{% endif %}\nYour"),
        ("booking_requested", "token) }}", "token) }}{% if placement %}{% endif %}"),
    ],
)
def test_no_link_is_glued_to_what_follows(kind, before, after):
    assert refusal(edited(before, after, kind), kind).code == "unfit"


def test_no_token_comes_into_the_subject():
    text = edited("Subject: Your link to sign in\n", "Subject: {{ link }}\n", "sign_in_link")
    glued = re.sub(r"sign in\n(.|\n)*?\{\{ link", "sign in\n{{- link", text)

    assert refusal(text, "sign_in_link").code == "unfit"
    assert refusal(glued, "sign_in_link").code == "unfit"
