from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts import clock
from accounts.models import MemberState
from brokers import queue
from brokers.models import DeskProfile
from brokers.queue import Queue
from placements.models import Revision
from placements.states import PlacementState, RevisionState
from placements.words import ConcernKind
from placements.written import confirmation_is_owed
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    HostFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

ELSEWHERE = "E06000019"


def days_ago(days):
    return clock.now() - timedelta(days=days)


def new(days=1, **facts):
    return PlacementFactory(
        state=PlacementState.SUBMITTED, submitted_at=days_ago(days), published_at=None, **facts
    )


def change(days=1, **facts):
    placement = PlacementFactory(**facts)
    return Revision.objects.create(
        placement=placement,
        state=RevisionState.SUBMITTED,
        made_by=HostFactory(organisation=placement.provider),
        submitted_at=days_ago(days),
    )


def asking(days=1, **facts):
    return CareersLeaderFactory(state=MemberState.PENDING, joined_at=days_ago(days), **facts)


def concern(days=1, **facts):
    placement = PlacementFactory(**{k: v for k, v in facts.items() if k.startswith("workplace")})
    return ConcernFactory(
        placement=placement,
        organisation=placement.provider,
        reported_at=days_ago(days),
        **{k: v for k, v in facts.items() if not k.startswith("workplace")},
    )


def at_the_desk(member, **filters):
    rows = Queue(member.organisation, reader=member).rows(**filters)
    return [(waiting.kind, waiting.subject) for waiting in queue.shown(rows)]


def test_whatever_waits_longest_comes_first(broker):
    newest, oldest = new(days=1), concern(days=9)
    member, revision = asking(days=5), change(days=3)

    assert at_the_desk(broker) == [
        (queue.Kind.CONCERN, oldest),
        (queue.Kind.MEMBER, member),
        (queue.Kind.CHANGED, revision),
        (queue.Kind.NEW, newest),
    ]


def test_a_desk_sees_what_lies_there_and_nothing_else(broker, national):
    elsewhere = [
        (queue.Kind.NEW, new(days=4, workplace__authority=ELSEWHERE)),
        (queue.Kind.CHANGED, change(days=3, workplace__authority=ELSEWHERE)),
        (queue.Kind.MEMBER, asking(days=2, organisation__school__authority=ELSEWHERE)),
        (queue.Kind.CONCERN, concern(days=1, workplace__authority=ELSEWHERE)),
    ]
    here = [(queue.Kind.NEW, new())]

    assert at_the_desk(broker) == here
    assert at_the_desk(national) == elsewhere


def test_what_is_settled_waits_no_longer(broker):
    PlacementFactory(state=PlacementState.SENT_BACK)
    PlacementFactory(state=PlacementState.DRAFT)
    settled = change()
    settled.state = RevisionState.APPROVED
    settled.save(update_fields=["state"])
    CareersLeaderFactory()
    ConcernFactory(state="closed", organisation=PlacementFactory().provider)
    HostFactory(state=MemberState.PENDING, organisation=PlacementFactory().provider)

    assert at_the_desk(broker) == []


def test_what_a_broker_wrote_waits_once_its_employer_has_confirmed_it(broker):
    owed = new(written_by=broker)
    confirmed = new(written_by=broker, confirmed_by_employer_at=clock.now())
    own = new()
    own.written_by = HostFactory(organisation=own.provider)
    own.save(update_fields=["written_by"])
    changed = change(written_by=broker)

    assert {subject for _, subject in at_the_desk(broker)} == {confirmed, own}
    assert confirmation_is_owed(owed)
    assert confirmation_is_owed(changed.placement)
    assert not confirmation_is_owed(confirmed)


def test_a_safeguarding_concern_waits_for_its_named_lead_alone(broker):
    lead = BrokerFactory(organisation=broker.organisation)
    DeskProfile.objects.create(organisation=broker.organisation).safeguarding_leads.add(lead)
    secret = concern(kind=ConcernKind.SAFEGUARDING)

    assert at_the_desk(lead) == [(queue.Kind.CONCERN, secret)]
    assert at_the_desk(broker) == []
    assert Queue(broker.organisation, reader=broker).counts()[queue.Kind.CONCERN] == 0


def test_one_kind_can_be_looked_at_by_itself_and_each_is_counted(broker):
    first, second = new(days=2), new(days=1)
    asking()

    assert at_the_desk(broker, kind=queue.Kind.NEW) == [
        (queue.Kind.NEW, first),
        (queue.Kind.NEW, second),
    ]
    assert Queue(broker.organisation, reader=broker).counts() == {
        queue.Kind.NEW: 2,
        queue.Kind.CHANGED: 0,
        queue.Kind.MEMBER: 1,
        queue.Kind.CONCERN: 0,
    }


@pytest.mark.parametrize("each", [1, 3])
def test_a_desk_costs_the_same_however_much_waits(broker, each, django_assert_num_queries):
    for _ in range(each):
        new(), change(), asking(), concern()
    rows = Queue(broker.organisation, reader=broker).rows()

    with django_assert_num_queries(5):
        shown = queue.shown(rows)
        for waiting in shown:
            str(waiting.subject)

    assert len(shown) == 4 * each


@time_machine.travel(datetime(2027, 3, 30, 12, tzinfo=UTC), tick=False)
def test_weekends_and_bank_holidays_are_no_waiting(broker):
    # Thursday before Easter 2027; Good Friday and Easter Monday are holidays.
    waiting = queue.Waiting(queue.Kind.NEW, new(), datetime(2027, 3, 25, 12, tzinfo=UTC))

    assert waiting.working_days == 1
