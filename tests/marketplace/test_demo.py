"""The demonstration, told once for this whole module: it needs real commits."""

import logging
from collections import Counter
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts import bounces, clock, personas
from accounts.models import Client, Member, Message, MessageState, Organisation, School, SentMail
from accounts.personas import Persona
from brokers import demand, queue
from marketplace.demo import telling
from placements import checklist
from placements.models import (
    Booking,
    CheckRequest,
    Cohort,
    Enquiry,
    EnquiryAnswer,
    Placement,
    PriorityRule,
    Revision,
    SavedSearch,
    SelfFound,
    Slot,
)
from placements.states import AnswerState, BookingState, EnquiryState, PlacementState
from placements.views.cohorts import what_would_do
from placements.words import Kind, Mode
from ratings.models import Rating, Reply
from tests.factories import NationalTeamFactory
from tests.placements import paper_rules

EXISTING_STATES = {
    BookingState.REQUESTED,
    BookingState.WAITING,
    BookingState.OFFERED,
    BookingState.ACCEPTED,
    BookingState.CONFIRMED,
    BookingState.COMPLETED,
    BookingState.DECLINED,
    BookingState.LAPSED,
    BookingState.CANCELLED,
    BookingState.NOT_ATTENDED,
}

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_PRIORITIES = import_module("placements.migrations.0035_first_priority_rules")


@pytest.fixture(autouse=True)
def rules():
    """What a marketplace begins with, which a test before this one has flushed."""
    paper_rules.begin()
    PriorityRule.objects.all().delete()
    FIRST_PRIORITIES.write(apps, None)


def test_the_story_fills_an_area_and_is_told_once(settings):
    settings.DEMONSTRATION = True

    call_command("demo")

    _what_is_on_offer()
    _what_is_asked_about()
    _who_lives_there()
    _what_schools_booked()
    _what_is_scarce()
    _what_reaches_further()
    _what_schools_asked()
    _what_papers_say()
    _what_was_said()
    _what_waits_at_the_desk()
    _what_is_wanted()
    _what_was_posted()
    _what_came_back()
    assert telling.tell() is False


def _what_is_on_offer():
    published = Placement.objects.published()
    assert published.count() >= 60
    assert set(published.values_list("kind", flat=True)) == set(Kind.values)
    assert set(published.values_list("mode", flat=True)) == set(Mode.values)
    assert not published.exclude(slots__in=Slot.objects.open()).exists()
    assert (
        Organisation.objects.listing_placements()
        .filter(placements__in=published)
        .distinct()
        .count()
        >= 12
    )


def _what_is_asked_about():
    employer = Member.objects.get(user=personas.find(Persona.EMPLOYER))
    asked = Placement.objects.in_question()
    assert asked.count() == asked.kept_by(employer).count() == 4
    assert SentMail.objects.filter(
        title__startswith="Still right?", to=employer.user.email
    ).exists()


def _who_lives_there():
    assert Organisation.objects.schools().count() == 8
    assert School.objects.filter(is_special=True).count() == 1
    people = [personas.find(persona) for persona in Persona]
    assert all(Member.objects.active().filter(user=person).exists() for person in people)


def _what_schools_booked():
    counted = Counter(Booking.objects.values_list("state", flat=True))
    assert set(counted) == EXISTING_STATES
    call_command("check_places")


def _what_is_scarce():
    """Each side that opens the demonstration meets it: as host, as a school, as a hub."""
    employer, leader, broker = (
        Member.objects.get(user=personas.find(persona))
        for persona in (Persona.EMPLOYER, Persona.CAREERS_LEADER, Persona.BROKER)
    )
    baked = Slot.objects.filter(placement__provider=employer.organisation)
    assert baked.filter(largest_group=30, taken=1).exists()
    assert baked.filter(kept_back=2).exclude(opens_at=None).exists()
    assert baked.filter(waiting__gte=1).exists()
    assert baked.filter(shares_days=True, placement__workplace__most_a_day=40).exists()
    assert Slot.objects.filter(reserved_share=25, kept_back=2).exists()
    assert Slot.objects.filter(kept_back=1, priority_by=broker).exists()
    ours = Booking.objects.filter(school=leader.organisation)
    assert ours.filter(state=BookingState.WAITING).exists()
    assert ours.filter(state=BookingState.OFFERED, replaces=None).exists()
    (held,) = ours.filter(state=BookingState.OFFERED).exclude(replaces=None)
    assert held.replaces.state == BookingState.CANCELLED
    assert all(one.answer_by > clock.now() for one in ours.filter(state=BookingState.OFFERED))
    (cohort,) = Cohort.objects.visible_to(leader)
    states = cohort.bookings.values_list("state", flat=True)
    assert set(states) == {BookingState.ACCEPTED, BookingState.REQUESTED}
    (miss,) = cohort.misses.all()
    assert what_would_do(miss)


def _what_reaches_further():
    national = Member.objects.get(user=personas.find(Persona.NATIONAL_PROVIDER))
    (text,) = Placement.objects.filter(provider=national.organisation, mode=Mode.IN_PERSON)[:1]
    text = text.text_of or text
    assert sorted(text.sites.values_list("state", flat=True)) == ["paused", *["published"] * 4]
    assert Booking.objects.filter(slot__placement__text_of=text, state="requested").exists()
    leader = Member.objects.get(user=personas.find(Persona.CAREERS_LEADER))
    (platform,) = Client.objects.filter(acts_as__organisation=leader.organisation)
    assert Booking.objects.filter(asked_by=platform.acts_as).exists()


def _what_schools_asked():
    asked = Counter(Enquiry.objects.values_list("state", flat=True))
    assert set(asked) == {EnquiryState.OPEN, EnquiryState.CLOSED}
    answers = Counter(EnquiryAnswer.objects.values_list("state", flat=True))
    assert set(answers) == set(AnswerState.values) - {AnswerState.WITHDRAWN}
    for persona in (Persona.CAREERS_LEADER, Persona.SPECIAL_SCHOOL):
        member = Member.objects.get(user=personas.find(persona))
        assert Enquiry.objects.visible_to(member).to_decide().exists()
        assert member.shortlist.exists()
    employer = Member.objects.get(user=personas.find(Persona.EMPLOYER))
    assert EnquiryAnswer.objects.asked_of(employer).unanswered().count() == 2


def _what_papers_say():
    ready = Booking.objects.get(state=BookingState.CONFIRMED)
    assert checklist.missing(checklist.of(ready)) == []
    leader = Member.objects.get(user=personas.find(Persona.CAREERS_LEADER))
    begun = Booking.objects.filter(students__isnull=False).exclude(pk=ready.pk).first()
    assert checklist.missing(checklist.of(begun))
    assert CheckRequest.objects.open().count() == 2
    found = SelfFound.objects.visible_to(leader)
    assert found.count() == 2
    assert found.offered().count() == 1


def _what_was_said():
    assert Rating.objects.count() >= 10
    assert Reply.objects.count() >= 3
    assert Placement.objects.published().filter(rating_count__gte=3).count() >= 2


def _what_waits_at_the_desk():
    hub = Organisation.objects.get(kind="hub")
    broker = Member.objects.get(organisation=hub, role="lead")
    assert all(queue.counts_at(hub, reader=broker).values())
    assert Revision.objects.filter(state="submitted").exists()
    assert Placement.objects.filter(state=PlacementState.SUBMITTED).count() == 3


def _what_is_wanted():
    broker = Member.objects.get(organisation__kind="hub", role="lead")
    unmet = demand.unmet_at(broker.organisation, since=clock.today() - timedelta(days=90))
    assert unmet.count() >= 5
    assert demand.unread_at(broker.organisation).count() == 2
    assert SavedSearch.objects.mailed().count() == 3


def _what_was_posted():
    states = Counter(Message.objects.values_list("state", flat=True))
    assert states[MessageState.FAILED] == 0
    assert not Message.objects.filter(attempts__gt=1).exists()
    sent = Message.objects.filter(state=MessageState.SENT)
    mails = {message.gathered_into or message.pk for message in sent}
    references = SentMail.objects.values_list("reference", flat=True)
    assert sorted(references) == sorted(map(str, mails))
    assert states[MessageState.SENT] > len(mails) > 100


def _what_came_back():
    seen = {
        persona: bounces.addresses(Member.objects.get(user=personas.find(persona)))
        for persona in (Persona.CAREERS_LEADER, Persona.EMPLOYER, Persona.NATIONAL_TEAM)
    }
    assert list(seen.values()) == [2, 1, 4]


def test_telling_the_story_leaves_the_log_as_it_was(settings):
    settings.DEMONSTRATION = True
    NationalTeamFactory()

    call_command("demo")

    assert logging.root.manager.disable == logging.NOTSET
