"""What is said about an enquiry, and to whom; and the gentle reminders to answer it.

The question itself is not in the mail, in case somebody wrote what they should not have:
it is read behind the link or the sign-in.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from accounts import clock, letters, links, outbox, working_days
from accounts.clock import ENGLAND
from accounts.letters import Letter, Terms
from accounts.models import Member, Message, User
from placements.models import Enquiry, EnquiryAnswer
from placements.reminders import works_for
from placements.states import AnswerState
from placements.timetable import A_BATCH, MORNING, in_batches

# The purpose of the link in a provider's mail: answer without signing in, once.
ANSWER = "answer_enquiry"
WORKING_DAYS_OF_PEACE = 3
REMINDER = "enquiry_reminder"


def asked(answer: EnquiryAnswer) -> None:
    """One message to each who works there, however many of its placements it is about."""
    outbox.post_to(
        "enquiry_asked",
        organisation=answer.provider,
        about=answer,
        expires_at=answer.enquiry.answer_by,
    )
    outbox.owe(reminders_of([answer]))


def answered(answer: EnquiryAnswer) -> None:
    _tell_school("enquiry_answered", answer.enquiry, about=answer)


def over(enquiry: Enquiry) -> None:
    _tell_school("enquiry_over", enquiry, about=enquiry)


def closed(enquiry: Enquiry) -> None:
    """Those who said yes, or might still be at it. Whoever said no knows where they stand."""
    waiting = enquiry.answers.filter(state__in=(AnswerState.YES, AnswerState.WITHDRAWN))
    for answer in waiting.select_related("provider").order_by("pk"):
        outbox.post_to("enquiry_closed", organisation=answer.provider, about=answer)


def call_off(answer: EnquiryAnswer) -> None:
    """Take back what has not been sent: there is nothing to answer any more."""
    for kind in ("enquiry_asked", REMINDER):
        outbox.unsay(kind, about=answer)


def plan_what_is_missing() -> None:
    """Owe the reminders that every unanswered question should bring; see placements.timetable."""
    unanswered = EnquiryAnswer.objects.unanswered().filter(enquiry__answer_by__gt=clock.now())
    rows = unanswered.select_related("enquiry").order_by("pk").iterator(chunk_size=A_BATCH)
    for some in in_batches(rows):
        outbox.owe_missing(reminders_of(some))


def reminders_of(answers: list[EnquiryAnswer]) -> list[Message]:
    people = outbox.working_for_each({answer.provider_id for answer in answers})
    return [
        message
        for answer in answers
        for message in _reminders(answer, people.get(answer.provider_id, []))
    ]


def reminder_days(enquiry: Enquiry) -> list[tuple[str, datetime, datetime]]:
    """What each reminder is called, when it falls due, and until when it is worth sending.

    After three working days, unless that is as late as the one on the day before the end.
    """
    gentle = _morning_of(working_days.after(_day(enquiry.asked_at), WORKING_DAYS_OF_PEACE))
    last = _morning_of(_day(enquiry.answer_by) - timedelta(days=1))
    days = [("last", last, enquiry.answer_by)]
    if gentle < last:
        days.insert(0, ("gentle", gentle, last))
    return days


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Questions")
    until = "the time to answer is up"
    provider, asker = "a provider", "whoever asked; the school, if they have left"
    asked = terms(provider, "a school asks a question about its listings", until=until)
    reminded = terms(
        provider,
        "nobody has answered",
        due="at nine in the morning, after three working days and on the day before the last",
        until=until,
        may_be_stopped=True,
    )
    answered = terms(asker, "a provider answers")
    over = terms(asker, "the time to answer is up")
    closed = terms(provider, "the school needs no more answers", may_be_stopped=True)
    letters.register(Letter("enquiry_asked", _with_link, _can_be_answered, terms=asked))
    letters.register(Letter(REMINDER, _with_link, _can_be_answered, terms=reminded))
    letters.register(Letter("enquiry_answered", _about_answer, terms=answered))
    letters.register(Letter("enquiry_over", _about_enquiry, terms=over))
    letters.register(Letter("enquiry_closed", _about_answer, terms=closed))


def _reminders(answer: EnquiryAnswer, people: Iterable[User]) -> list[Message]:
    return [
        outbox.intend(REMINDER, to=user, about=answer, due_at=due, expires_at=until, key=key)
        for key, due, until in reminder_days(answer.enquiry)
        if until > clock.now()
        for user in people
    ]


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=ENGLAND)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment, ENGLAND)


def _tell_school(kind: str, enquiry: Enquiry, *, about: Enquiry | EnquiryAnswer) -> None:
    """Whoever asked; everybody at the school, once that person acts for it no more."""
    if Member.objects.active().filter(pk=enquiry.asked_by_id).exists():
        outbox.post(kind, to=enquiry.asked_by.user, about=about)
    else:
        outbox.post_to(kind, organisation=enquiry.school, about=about)


def _answer_of(message: Message) -> EnquiryAnswer:
    rows = EnquiryAnswer.objects.select_related("enquiry__school", "provider")
    return rows.get(pk=message.subject)


def _can_be_answered(message: Message) -> bool:
    answer = _answer_of(message)
    return answer.can_still_be_given and works_for(message, answer.provider)


def _about_answer(message: Message) -> Mapping[str, Any]:
    answer = _answer_of(message)
    return {
        "answer": answer,
        "enquiry": answer.enquiry,
        "school": answer.enquiry.school,
        "provider": answer.provider,
    }


def _about_enquiry(message: Message) -> Mapping[str, Any]:
    return {"enquiry": Enquiry.objects.with_how_many_answered().get(pk=message.subject)}


def _with_link(message: Message) -> Mapping[str, Any]:
    words = _about_answer(message)
    enquiry: Enquiry = words["enquiry"]
    token = links.make(
        ANSWER,
        email=message.email,
        subject=message.subject,
        user=message.recipient,
        lives=enquiry.answer_by - clock.now(),
    )
    titles = [placement.title for placement in words["answer"].placements.order_by("title", "pk")]
    return {**words, "token": token, "titles": titles}
