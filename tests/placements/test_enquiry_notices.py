"""What is said about an enquiry, to whom, and when somebody is reminded."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import clock, letters, postman
from accounts.models import MemberState, Message, MessageState, OneTimeLink, SentMail
from placements import enquiries, enquiry_notices, tasks
from tests.factories import CareersLeaderFactory, EnquiryFactory, HostFactory, PlacementFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
SECRET = "Jo Bloggs has asthma"
# A Monday in term, at ten in the morning.
MONDAY = datetime(2027, 1, 11, 10, tzinfo=LONDON)


@pytest.fixture
def leader():
    return CareersLeaderFactory(organisation__school__name="Abbey Foregate School")


@pytest.fixture
def host():
    return HostFactory(organisation__name="Wrekin Bakehouse")


@pytest.fixture
def answer(host, leader):
    return asked_by(leader, host)


def asked_by(leader, host):
    placement = PlacementFactory(provider=host.organisation, title="A week in a bakery")
    enquiry = enquiries.ask([placement], by=leader, question=SECRET, places=4, year_group=10)
    return enquiry.answers.get()


def letter(kind, to):
    message = Message.objects.get(kind=kind, email=to.user.email)
    assert letters.of_kind(kind).still_holds(message)
    return letters.write(message)


def reminders(answer):
    found = Message.objects.filter(kind="enquiry_reminder", subject=str(answer.pk))
    return found.order_by("due_at")


def held(message):
    return letters.of_kind(message.kind).still_holds(message)


def test_the_provider_is_told_who_asks_for_what_and_until_when(host, answer):
    mail = letter("enquiry_asked", host)

    assert mail.title == "Abbey Foregate School asks whether you can help"
    assert "is looking for 4 places for Year 10" in mail.text
    assert "- A week in a bakery" in mail.text
    assert "<li>A week in a bakery</li>" in mail.html
    assert re.search(r"http://testserver/enquiries/answer/[\w-]{40,}/", mail.text)
    assert re.search(r'href="http://testserver/enquiries/answer/[\w-]{40,}/"', mail.html)


def test_no_letter_repeats_what_somebody_typed(host, leader, answer):
    written = [letter("enquiry_asked", host)]
    with clock.as_of(reminders(answer)[0].due_at):
        written.append(letters.write(reminders(answer)[0]))
    enquiries.say_yes(answer, note=SECRET, by=host)
    written.append(letter("enquiry_answered", leader))
    enquiries.close(answer.enquiry, by=leader)
    written.append(letter("enquiry_closed", host))

    assert [mail.title for mail in written if SECRET in mail.title + mail.text + mail.html] == []


def test_the_school_is_told_of_each_answer(host, leader, answer):
    enquiries.say_no(answer, reason="no_capacity", by=host)

    mail = letter("enquiry_answered", leader)

    assert mail.title == "Wrekin Bakehouse has answered your question"
    assert "cannot help this time" in mail.text
    assert f"http://testserver/enquiries/{answer.enquiry_id}/" in mail.text


def test_only_whoever_asked_is_told_while_they_act_for_the_school(host, leader, answer):
    colleague = CareersLeaderFactory(organisation=leader.organisation)
    enquiries.say_yes(answer, by=host)

    told = Message.objects.filter(kind="enquiry_answered")

    assert [message.email for message in told] == [leader.user.email]
    assert colleague.user.email not in {message.email for message in Message.objects.all()}


def test_the_colleagues_are_told_once_whoever_asked_has_left(host, leader, answer):
    colleague = CareersLeaderFactory(organisation=leader.organisation)
    leader.state = MemberState.LEFT
    leader.save(update_fields=["state"])

    enquiries.say_yes(answer, by=host)

    told = Message.objects.filter(kind="enquiry_answered")
    assert [message.email for message in told] == [colleague.user.email]


def test_the_school_hears_when_the_time_is_up(leader, host, answer):
    with clock.as_of(answer.enquiry.answer_by):
        enquiries.lapse_unanswered()

        mail = letter("enquiry_over", leader)

    assert "0 of 1 answered." in mail.text
    assert not Message.objects.filter(kind="enquiry_over", email=host.user.email).exists()


def test_closing_tells_those_who_wait_and_not_those_who_said_no(leader):
    said_yes, said_no, silent = HostFactory.create_batch(3)
    placements = [
        PlacementFactory(provider=one.organisation) for one in (said_yes, said_no, silent)
    ]
    enquiry = enquiries.ask(placements, by=leader, question="Can you?", places=2, year_group=10)
    enquiries.say_yes(enquiry.answers.get(provider=said_yes.organisation), by=said_yes)
    no = enquiry.answers.get(provider=said_no.organisation)
    enquiries.say_no(no, reason="no_capacity", by=said_no)

    enquiries.close(enquiry, by=leader)

    told = set(Message.objects.filter(kind="enquiry_closed").values_list("email", flat=True))
    assert told == {said_yes.user.email, silent.user.email}
    assert "you said that you could help" in letter("enquiry_closed", said_yes).text
    assert "needs no answer from you any more" in letter("enquiry_closed", silent).text
    asked = Message.objects.get(kind="enquiry_asked", email=silent.user.email)
    assert (asked.state, held(asked)) == (MessageState.CANCELLED, False)


def test_a_reminder_comes_after_three_working_days_and_one_the_day_before_the_end(leader, host):
    with clock.as_of(MONDAY):
        answer = asked_by(leader, host)

    assert [timezone.localtime(one.due_at, LONDON) for one in reminders(answer)] == [
        datetime(2027, 1, 14, 9, tzinfo=LONDON),
        datetime(2027, 1, 17, 9, tzinfo=LONDON),
    ]


@pytest.mark.parametrize(
    ("asked_on", "gentle"),
    [
        # On a Friday the weekend does not count.
        (datetime(2027, 1, 15, 10, tzinfo=LONDON), datetime(2027, 1, 20, 9, tzinfo=LONDON)),
        # The Thursday before Easter: three working days on is past the day before the end.
        (datetime(2027, 3, 25, 10, tzinfo=LONDON), None),
        # Over the night on which clocks change, nine in the morning stays nine.
        (datetime(2027, 10, 29, 10, tzinfo=LONDON), datetime(2027, 11, 3, 9, tzinfo=LONDON)),
    ],
)
def test_the_first_reminder_counts_working_days(asked_on, gentle):
    with clock.as_of(asked_on):
        enquiry = EnquiryFactory()

    due = {name: moment for name, moment, _ in enquiry_notices.reminder_days(enquiry)}

    assert due.get("gentle") == gentle
    assert due["last"].hour == 9


def test_nobody_is_reminded_of_what_was_answered_closed_or_lapsed(leader, host):
    said = asked_by(leader, host)
    enquiries.say_yes(said, by=host)
    closed = asked_by(leader, host)
    enquiries.close(closed.enquiry, by=leader)
    lapsed = asked_by(leader, host)
    with clock.as_of(lapsed.enquiry.answer_by):
        enquiries.lapse_unanswered()

    for answer in (said, closed, lapsed):
        assert [one.state for one in reminders(answer)] == [MessageState.CANCELLED] * 2
        assert not any(held(one) for one in reminders(answer))


def test_whoever_left_is_not_reminded(leader, host, answer):
    HostFactory(organisation=host.organisation)
    host.state = MemberState.LEFT
    host.save(update_fields=["state"])

    assert not any(held(one) for one in reminders(answer))


def test_reminders_that_went_missing_are_planned_again_and_only_once(leader, host):
    with clock.as_of(MONDAY):
        answer = asked_by(leader, host)
        colleague = HostFactory(organisation=host.organisation)
        reminders(answer).first().delete()

        for _ in range(2):
            tasks.plan_what_is_missing()

    assert reminders(answer).count() == 4
    assert reminders(answer).filter(email=colleague.user.email).count() == 2


def test_nothing_is_planned_again_once_it_was_answered(leader, host, answer):
    enquiries.say_yes(answer, by=host)
    reminders(answer).delete()

    tasks.plan_what_is_missing()

    assert not reminders(answer).exists()


@pytest.mark.parametrize("questions", [1, 3])
def test_planning_costs_the_same_however_many_questions(
    leader, questions, django_assert_num_queries
):
    for _ in range(questions):
        asked_by(leader, HostFactory())
    Message.objects.filter(kind="enquiry_reminder").delete()

    with django_assert_num_queries(3):
        enquiry_notices.plan_what_is_missing()

    assert Message.objects.filter(kind="enquiry_reminder").count() == 2 * questions


def test_the_mail_goes_out_as_the_days_pass(leader, host):
    with clock.as_of(MONDAY):
        answer = asked_by(leader, host)
        postman.deliver_due()
    for day in range(1, 9):
        with clock.as_of(MONDAY + timedelta(days=day)):
            tasks.lapse_unanswered()
            postman.deliver_due()

    sent = SentMail.objects.order_by("sent_at")
    assert [(mail.to, mail.title) for mail in sent] == [
        (host.user.email, "Abbey Foregate School asks whether you can help"),
        (host.user.email, "Abbey Foregate School is waiting for your answer"),
        (host.user.email, "Abbey Foregate School is waiting for your answer"),
        (leader.user.email, "Your question: who has answered"),
    ]
    assert all(mail.text and mail.html for mail in sent)
    made = OneTimeLink.objects.filter(purpose=enquiry_notices.ANSWER)
    assert max(link.expires_at for link in made) - answer.enquiry.answer_by < timedelta(seconds=1)
