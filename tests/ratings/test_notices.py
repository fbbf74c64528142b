import pytest

from accounts import postman
from accounts.models import Message, MessageState, Organisation, SentMail
from ratings import debrief, rating, reported
from ratings.debrief import Answers
from ratings.models import DIMENSIONS
from tests.factories import CareersLeaderFactory, NationalFactory

pytestmark = pytest.mark.django_db

SECRET = "Pat shouted at us"


@pytest.fixture
def rated(booking, leader, host):
    marks = dict.fromkeys(DIMENSIONS, 4)
    return rating.rate(booking, by=leader, marks=marks, would_use_again=True, comment=SECRET)


def titles_after_delivery():
    postman.deliver_due()
    return dict(SentMail.objects.values_list("to", "title"))


def test_the_provider_hears_that_it_was_rated_and_where_to_answer(rated, host):
    postman.deliver_due()

    mail = SentMail.objects.get(to=host.user.email)
    assert mail.title.startswith("Your placement was rated")
    assert f"/ratings/{rated.pk}/reply/" in mail.text
    assert f"/ratings/{rated.pk}/reply/" in mail.html


def test_no_mail_repeats_what_somebody_wrote_of_somebody(rated, host, leader, broker):
    rating.reply(rated, words=SECRET, by=host)
    rating.report(rated, words=SECRET, by=CareersLeaderFactory())
    debrief.write(rated.booking, Answers(went_well=SECRET), by=leader)

    postman.deliver_due()

    mails = SentMail.objects.all()
    assert {mail.to for mail in mails} == {each.user.email for each in (host, leader, broker)}
    assert not [mail for mail in mails if SECRET in mail.title + mail.text + mail.html]


def test_whoever_rated_hears_of_the_answer(rated, host, leader):
    rating.reply(rated, words="Thank you.", by=host)

    assert titles_after_delivery()[leader.user.email].startswith("Your rating was answered")


def test_the_desk_hears_of_a_report_unless_it_has_decided_already(rated, broker):
    reporter = CareersLeaderFactory()
    rating.report(rated, words="It names somebody.", by=reporter)
    rating.keep(rated, by=broker)

    postman.deliver_due()

    message = Message.objects.get(kind="rating_reported")
    assert message.state == MessageState.CANCELLED


def test_whoever_wrote_what_was_hidden_hears_why_and_the_provider_hears_nothing(
    rated, host, leader, broker
):
    rating.hide(rated, because="It names a member of staff.", by=broker)

    postman.deliver_due()

    mail = SentMail.objects.get()
    assert mail.to == leader.user.email
    assert "It names a member of staff." in mail.text


def test_both_sides_hear_of_the_others_debrief(booking, leader, host):
    debrief.write(booking, Answers(went_well="The welcome."), by=leader)
    debrief.write(booking, Answers(went_well="Keen students."), by=host)

    heard = titles_after_delivery()

    assert heard[host.user.email].startswith(leader.organisation.name)
    assert heard[leader.user.email].startswith(host.organisation.name)


def test_the_national_team_hears_of_a_report_about_what_a_student_found(rated, leader):
    team = NationalFactory()
    placement = rated.booking.slot.placement
    Organisation.objects.filter(pk=placement.provider_id).update(kind="found")
    assert not reported.on_desk(team).exists()

    rating.report(rated, words="It names somebody.", by=leader)
    postman.deliver_due()

    mail = SentMail.objects.get(to=team.user.email)
    assert mail.title == "A rating was reported: a placement that a student found"
    assert placement.title not in mail.text
    assert list(reported.waiting(team)) == [rated]
