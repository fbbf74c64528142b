import pytest

from accounts import letters, registration
from accounts.models import MemberState, Message, Role, Standing
from brokers import concerns, notices, organisations
from brokers.models import DeskProfile
from placements import concerns as reporting
from placements.words import ConcernKind
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    HostFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db


def told(kind):
    return {message.recipient for message in Message.objects.filter(kind=kind)}


def report(kind, words="Zebra crossing on the roof."):
    return reporting.report(PlacementFactory(), kind=kind, words=words, by=CareersLeaderFactory())


def test_the_desk_is_told_of_an_ordinary_concern(broker, stranger, national):
    colleague = BrokerFactory(organisation=broker.organisation, role=Role.COLLEAGUE)
    BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)

    report(ConcernKind.SAFETY)

    assert told("concern_reported") == {broker.user, colleague.user}
    assert told("concern_safeguarding") == set()


def test_of_a_safeguarding_concern_the_named_leads_alone_are_told(broker, national):
    lead = BrokerFactory(organisation=broker.organisation)
    DeskProfile.objects.create(organisation=broker.organisation).safeguarding_leads.add(lead)

    report(ConcernKind.SAFEGUARDING)

    assert set(Message.objects.values_list("kind", "recipient")) == {
        ("concern_safeguarding", lead.user_id)
    }


def test_where_the_desk_named_nobody_the_national_team_is_told(broker, national):
    report(ConcernKind.SAFEGUARDING)

    assert told("concern_safeguarding") == {national.user}


@pytest.mark.parametrize("kind", [ConcernKind.SAFETY, ConcernKind.SAFEGUARDING])
def test_mail_about_a_concern_is_a_link_and_says_nothing_of_it(broker, national, kind):
    concern = report(kind)

    [message] = Message.objects.all()
    mail = letters.write(message)

    assert f"/desk/concerns/{concern.pk}/" in mail.text
    everything = mail.title + mail.text + mail.html + message.dedupe_key
    for secret in (
        "Zebra",
        concern.placement.title,
        concern.organisation.name,
        concern.reported_by.user.name,
        concern.reported_by.organisation.name,
    ):
        assert secret not in everything


def test_a_closed_concern_is_not_announced_any_more(broker):
    concern = report(ConcernKind.SAFETY)
    message = Message.objects.get()
    held = letters.of_kind(message.kind).still_holds(message)

    concerns.close(concern, outcome="Settled.", by=broker)

    assert held
    assert not letters.of_kind(message.kind).still_holds(message)


def test_the_hub_is_told_who_asks_to_act_for_a_school_of_its_area(broker):
    person = CareersLeaderFactory(state=MemberState.PENDING)

    notices.membership_waiting(person)

    message = Message.objects.get()
    mail = letters.write(message)
    assert message.recipient == broker.user
    assert person.organisation.name in mail.title
    assert f"/desk/members/{person.pk}/" in mail.text
    assert letters.of_kind(message.kind).still_holds(message)


def test_registering_tells_the_hub_by_itself():
    assert notices.membership_waiting in registration._tellers


@pytest.mark.parametrize(
    ("kind", "standing"),
    [("organisation_suspended", Standing.SUSPENDED), ("organisation_lifted", Standing.GOOD)],
)
def test_an_organisation_hears_of_its_suspension_and_of_its_end(broker, kind, standing):
    provider = PlacementFactory().provider
    host = HostFactory(organisation=provider)
    organisations.suspend(provider, because="A complaint about the owner.", by=broker)
    if standing == Standing.GOOD:
        organisations.lift(provider, because="Unfounded.", by=broker)

    message = Message.objects.get(kind=kind)
    mail = letters.write(message)

    assert message.recipient == host.user
    assert provider.name in mail.title
    assert "complaint" not in mail.text
    assert letters.of_kind(kind).still_holds(message)


def test_a_concern_where_there_is_no_desk_at_all_is_kept_and_tells_nobody():
    ConcernFactory()

    notices.concern_reported(ConcernFactory(kind=ConcernKind.SAFEGUARDING))
    notices.concern_reported(ConcernFactory())

    assert not Message.objects.exists()
