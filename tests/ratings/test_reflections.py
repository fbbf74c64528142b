"""Students look back by a code that their school hands out, and stay unrecognised by the host."""

import io
import logging
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import clock, links
from accounts.models import OneTimeLink, Role
from placements import students
from placements.models import Booking, NamedStudent, Slot
from placements.states import BookingState
from ratings import reflections, tasks
from ratings.models import Reflection
from ratings.models.reflections import OUT_OF_FIVE
from ratings.reflections import REFLECT, Said
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    PastBookingFactory,
    ReflectionFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

SECRET = "The foreman let me weld"
GIVEN = {
    "did": SECRET,
    "learned": "To measure twice.",
    "changed_mind": "other",
    "aims_met": "partly",
    "criteria": ["task", "two_way"],
    **dict.fromkeys(OUT_OF_FIVE, "3"),
}
SAID = Said(**{**GIVEN, **dict.fromkeys(OUT_OF_FIVE, 3)})


@pytest.fixture(autouse=True)
def nobody_has_guessed():
    """Wrong codes are counted beside the database, which no test takes back."""
    cache.clear()


@pytest.fixture
def booking():
    made = PastBookingFactory(places=4)
    for name in ("Aisha", "Ben"):
        NamedStudentFactory(booking=made, first_name=name, agreed=True)
    return made


@pytest.fixture
def code(booking, leader):
    [first, _] = reflections.hand_out(booking, by=leader)
    assert first.student.first_name == "Aisha"
    return first.token


@pytest.fixture
def link(code):
    return reverse("ratings:reflect", args=[code])


@pytest.fixture
def as_(client):
    def sign_in(member):
        client.force_login(member.user)
        return client

    return sign_in


def test_each_student_has_a_code_that_is_kept_as_a_hash_alone(booking, leader):
    handed_out = reflections.hand_out(booking, by=leader)

    assert [one.student.first_name for one in handed_out] == ["Aisha", "Ben"]
    for one in handed_out:
        assert re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", one.code)
        assert not OneTimeLink.objects.filter(token_hash=one.token).exists()
        assert not OneTimeLink.objects.exclude(email="").exists()


def test_a_student_answers_on_a_telephone_without_an_account(client, link):
    shown = client.get(link).content.decode()
    assert "Aisha K" in shown
    assert "Ben" not in shown

    answer = client.post(link, GIVEN, follow=True)

    said = Reflection.objects.get()
    assert "Your school has your answers" in answer.content.decode()
    assert (said.student.first_name, said.did, said.changed_mind) == ("Aisha", SECRET, "other")
    assert said.criteria == ["task", "two_way"]


def test_a_code_is_typed_in_any_way(client, code):
    where = reverse("ratings:reflect-code")
    fours = "-".join(code[at : at + 4] for at in (0, 4, 8))

    for typed in (code, fours, fours.upper(), fours.replace("-", " ")):
        answer = client.post(where, {"code": typed})
        assert answer["Location"] == reverse("ratings:reflect", args=[code])
    assert client.get(reverse("ratings:reflect", args=[fours.upper()])).status_code == 200


def test_looking_changes_nothing(client, link):
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200

    assert OneTimeLink.objects.live().count() == 2
    assert not Reflection.objects.exists()


def test_what_is_missing_is_said_and_uses_nothing_up(client, link):
    answer = client.post(link, {**GIVEN, "did": "", "interest_before": "9"}).content.decode()

    assert "Say what you did" in answer
    assert SECRET not in answer
    assert "To measure twice." in answer
    assert client.get(link).status_code == 200


def answered(booking, by, client, link):
    client.post(link, GIVEN)


def run_out(booking, by, *_):
    OneTimeLink.objects.update(expires_at=clock.now() - timedelta(minutes=1))


def revoked(booking, by, *_):
    reflections.stop_links(booking, by=by)


def wiped(*_):
    NamedStudent.objects.update(first_name="", initial="", wiped_at=clock.now())


def called_off(*_):
    Booking.objects.update(state=BookingState.NOT_ATTENDED)


def for_another_purpose(*_):
    OneTimeLink.objects.update(purpose="parent_consent")


def never_made(*_):
    OneTimeLink.objects.all().delete()


@pytest.mark.parametrize(
    "befalls",
    [answered, run_out, revoked, wiped, called_off, for_another_purpose, never_made],
    ids=lambda one: one.__name__,
)
def test_a_code_that_is_good_no_more_says_so_kindly_and_does_nothing(
    client, booking, leader, link, befalls
):
    befalls(booking, leader, client, link)
    before = Reflection.objects.count()

    for answer in (client.get(link), client.post(link, GIVEN)):
        assert answer.status_code == 410
        assert "This code has done its work" in answer.content.decode()
    assert Reflection.objects.count() == before


def test_a_new_sheet_ends_the_codes_of_the_one_before(client, booking, leader, link):
    [again, _] = reflections.hand_out(booking, by=leader)

    assert client.get(link).status_code == 410
    assert client.get(reverse("ratings:reflect", args=[again.token])).status_code == 200


def test_who_has_answered_gets_no_other_code(client, booking, leader, link):
    client.post(link, GIVEN)

    assert [one.student.first_name for one in reflections.hand_out(booking, by=leader)] == ["Ben"]


def test_a_sheet_may_be_printed_early_and_answers_wait_for_the_last_day(client, refused):
    running = BookingFactory(
        state=BookingState.ACCEPTED, slot=SlotFactory(starts_on=days_ahead(-1))
    )
    NamedStudentFactory(booking=running)
    [one] = reflections.hand_out(running, by=running.asked_by)

    answer = client.post(reverse("ratings:reflect", args=[one.token]), GIVEN)
    assert "You can answer a little later" in answer.content.decode()
    with refused("not_over"):
        reflections.write(reflections.opened(one.token), SAID)

    with clock.as_of(clock.now() + timedelta(days=5)):
        client.post(reverse("ratings:reflect", args=[one.token]), GIVEN)
    assert Reflection.objects.exists()


def test_a_code_ends_with_the_students_name(refused, booking, leader):
    late = clock.now() + timedelta(days=40)

    with clock.as_of(late), refused("move_not_allowed"):
        reflections.hand_out(booking, by=leader)


def test_of_two_at_once_the_second_is_too_late(refused, code):
    first, second = reflections.opened(code), reflections.opened(code)
    reflections.write(first, SAID)

    with refused("link_spent"):
        reflections.write(second, SAID)


def test_nobody_but_their_school_hands_out_or_stops(booking, leader, host):
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)

    for by in (viewer, host, CareersLeaderFactory()):
        for verb in (reflections.hand_out, reflections.stop_links):
            with pytest.raises(PermissionDenied):
                verb(booking, by=by)


def test_the_school_reads_each_answer_and_prints_a_sheet(as_, client, booking, leader, link):
    client.post(link, GIVEN)
    school = as_(leader)

    shown = school.get(reverse("ratings:reflections", args=[booking.pk])).content.decode()
    assert "1 of 2 students have looked back" in shown
    assert SECRET in shown
    assert "I did a real task, or made something" in shown

    sheet = school.post(reverse("ratings:reflection-links", args=[booking.pk])).content.decode()
    [code] = re.findall(r"/reflect/(\w{12})/", sheet)
    assert "Ben K" in sheet
    assert "Aisha" not in sheet
    assert "-".join(code[at : at + 4] for at in (0, 4, 8)) in sheet

    school.post(reverse("ratings:stop-reflection-links", args=[booking.pk]))
    assert client.get(reverse("ratings:reflect", args=[code])).status_code == 410


def test_a_host_finds_no_page_of_what_students_say(as_, booking, host):
    for name in ("reflections", "reflection-links", "stop-reflection-links"):
        where = reverse(f"ratings:{name}", args=[booking.pk])
        assert as_(host).post(where).status_code in (404, 405)
        assert as_(HostFactory()).get(where).status_code in (404, 405)


def test_a_host_hears_numbers_from_three_answers_on_and_three_at_a_time(as_, booking, host):
    where = reverse("ratings:debrief", args=[booking.pk])
    seen = []

    for number in range(1, 7):
        ReflectionFactory(student__booking=booking, did=SECRET, interest_after=number % 5 + 1)
        shown = as_(host).get(where).content.decode()
        assert SECRET not in shown
        found = re.search(r"the answers of (\d+) students", shown)
        seen.append(found and found[1])

    assert seen == [None, None, "3", "3", "3", "6"]
    assert reflections.summary(booking).interest == ("2.0", "2.8")
    assert dict(reflections.summary(booking).criteria)["Somebody told me how I had done it"] == (
        "all but one, or all"
    )


@pytest.mark.parametrize(
    ("marks", "said"), [((1, 1, 1), "under 1.5"), ((5, 5, 5), "over 4.5"), ((1, 3, 5), "3.0")]
)
def test_what_all_gave_is_not_told_as_what_each_gave(booking, marks, said):
    for mark in marks:
        ReflectionFactory(
            student__booking=booking, interest_after=mark, aims_met="yes", criteria=[]
        )

    summary = reflections.summary(booking)
    assert summary.interest[1] == said
    assert summary.met_their_aims == "all but one, or all"
    assert {count for _, count in summary.criteria} == {"one or none"}


def test_a_code_follows_dates_that_move(client, booking, link):
    slot = booking.slot
    Slot.objects.filter(pk=slot.pk).update(
        starts_on=slot.starts_on + timedelta(days=90), ends_on=slot.ends_on + timedelta(days=90)
    )

    with clock.as_of(clock.now() + timedelta(days=95)):
        assert client.get(link).status_code == 200
    with clock.as_of(clock.now() + timedelta(days=130)):
        students.wipe_names()
        assert client.get(link).status_code == 410


def test_what_was_typed_while_a_new_sheet_was_printed_is_shown_again(client, booking, leader, link):
    reflections.hand_out(booking, by=leader)

    told = client.post(link, GIVEN).content.decode()

    assert SECRET in told
    assert "Aisha" not in told
    assert SECRET not in client.get(link).content.decode()


def test_a_page_sent_twice_says_that_the_answer_is_there(client, link):
    client.post(link, GIVEN)

    told = client.post(link, GIVEN).content.decode()

    assert "your school has your answers" in told
    assert SECRET not in told


def test_many_wrong_codes_from_one_place_are_held_up(client, settings):
    where = reverse("ratings:reflect-code")

    answers = {client.post(where, {"code": f"wrong{n}"}).status_code for n in range(125)}

    assert answers == {200, 429}


def test_neither_a_name_nor_an_answer_is_in_an_address_or_a_line_of_the_log(client, link):
    lines = io.StringIO()
    listens = logging.StreamHandler(lines)
    logging.getLogger().addHandler(listens)
    try:
        client.get(link)
        answer = client.post(link, GIVEN)
    finally:
        logging.getLogger().removeHandler(listens)

    told = link + answer["Location"] + lines.getvalue()
    assert "Aisha" not in told
    assert SECRET not in told
    assert "aisha" not in str(Reflection.objects.get()).lower()


def test_words_go_a_year_after_the_end_and_numbers_stay(booking):
    ReflectionFactory(student=booking.students.first())
    tasks.forget_what_students_wrote()
    assert Reflection.objects.get().did

    with clock.as_of(clock.now() + timedelta(days=370)):
        tasks.forget_what_students_wrote()

    said = Reflection.objects.get()
    assert (said.did, said.met, said.learned, said.interest_after) == ("", "", "", 4)


def test_the_page_says_that_words_are_wiped(as_, booking, leader):
    ReflectionFactory(
        student=booking.students.first(), did="", met="", learned="", wiped_at=clock.now()
    )

    shown = as_(leader).get(reverse("ratings:reflections", args=[booking.pk])).content.decode()

    assert "What was written is wiped after a year." in shown


def test_a_name_that_is_wiped_leaves_the_answer_without_one(booking):
    ReflectionFactory(student=booking.students.first())

    with clock.as_of(clock.now() + timedelta(days=40)):
        students.wipe_names()

    assert Reflection.objects.get().student.name == "Name wiped"


def test_a_link_of_another_purpose_opens_nothing(booking):
    token = links.make(
        "parent_consent",
        email="",
        subject=str(booking.students.first().pk),
        lives=timedelta(days=1),
        token=links.short_token(),
    )

    assert reflections.opened(token) is None
    assert links.open(token, REFLECT) is None


@pytest.mark.parametrize("more", [0, 2])
def test_codes_for_many_cost_what_one_costs(booking, leader, more, django_assert_num_queries):
    for _ in range(more):
        NamedStudentFactory(booking=booking, agreed=True)

    with django_assert_num_queries(8):
        handed_out = reflections.hand_out(booking, by=leader)

    assert len({one.code for one in handed_out}) == 2 + more
    assert all(reflections.opened(one.code).student == one.student for one in handed_out)
