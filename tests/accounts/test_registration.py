import pytest
from django.core.exceptions import PermissionDenied

from accounts import links, registration
from accounts.models import (
    Member,
    MemberState,
    Message,
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
)
from accounts.registration import Applicant
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    MemberFactory,
    SchoolFactory,
    SchoolOrganisationFactory,
    UserFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db

AT_SCHOOL = Applicant(email="Head@severn.example.org", name="Jo Head", job_title="Head")
ELSEWHERE = Applicant(email="jo@mail.example.com", name="Jo Head", job_title="Head")


@pytest.fixture
def school():
    return SchoolFactory(domain="severn.example.org")


@pytest.fixture
def told():
    """Whom the hubs were told of."""
    asked = []
    registration.tell_hub_with(asked.append)
    yield asked
    registration._tellers.remove(asked.append)


def link_for(member):
    token = links.make(
        links.CONFIRM_ADDRESS,
        email=member.user.email,
        subject=str(member.pk),
        user=member.user,
    )
    return links.open(token, links.CONFIRM_ADDRESS)


def confirmed(member, password=""):
    return registration.confirm(link_for(member), password=password)


def bakery():
    return Organisation(kind=OrganisationKind.EMPLOYER, name="Wrekin Bakery")


def sent(kind):
    return list(Message.objects.filter(kind=kind).values_list("email", flat=True).order_by("email"))


def test_whoever_registers_counts_for_nothing_until_the_address_is_confirmed(school):
    member = registration.register_school(school, applicant=AT_SCHOOL)

    assert member.state == MemberState.PENDING
    assert member.organisation.standing == Standing.UNVERIFIED
    assert not member.user.is_confirmed
    assert not member.user.has_usable_password()
    assert sent("confirm_address") == ["head@severn.example.org"]


def test_an_address_at_the_schools_own_domain_lets_its_first_person_lead_at_once(school):
    member = confirmed(registration.register_school(school, applicant=AT_SCHOOL))

    member.refresh_from_db()
    assert (member.state, member.role) == (MemberState.ACTIVE, Role.LEAD)
    assert member.organisation.standing == Standing.GOOD


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("jo@mail.example.com", "severn.example.org"),
        ("jo@students.severn.example.org", "severn.example.org"),
        ("jo@notsevern.example.org", "severn.example.org"),
        ("jo@severn.example.org.evil.test", "severn.example.org"),
        ("jo@example.org", "severn.example.org"),
        ("jo@org", "org"),
        ("jo@severn.example.org", ""),
    ],
)
def test_any_other_address_waits_for_the_hub(email, domain, told):
    school = SchoolFactory(domain=domain)
    asked = registration.register_school(school, applicant=Applicant(email=email, name="Jo"))

    member = confirmed(asked)

    assert member.state == MemberState.PENDING
    assert told == [member]
    assert member.organisation.standing == Standing.UNVERIFIED


def test_the_second_person_of_a_school_waits_for_its_leads_even_from_its_domain(school, told):
    lead = CareersLeaderFactory(organisation=SchoolOrganisationFactory(school=school))
    viewer = MemberFactory(organisation=lead.organisation, role=Role.VIEWER)

    member = confirmed(registration.register_school(school, applicant=AT_SCHOOL))

    assert (member.state, member.role) == (MemberState.PENDING, Role.COLLEAGUE)
    assert sent("membership_asked") == [lead.user.email]
    assert viewer.user.email not in sent("membership_asked")
    assert told == []


def test_a_school_has_one_organisation_however_many_register(school):
    registration.register_school(school, applicant=AT_SCHOOL)
    registration.register_school(school, applicant=ELSEWHERE)

    assert Organisation.objects.filter(school=school).count() == 1


def test_whoever_registers_first_without_confirming_keeps_nobody_out(school):
    registration.register_school(school, applicant=ELSEWHERE)

    member = confirmed(registration.register_school(school, applicant=AT_SCHOOL))

    assert (member.state, member.role) == (MemberState.ACTIVE, Role.LEAD)


def test_a_closed_school_takes_nobody(school, refused):
    school.closed_on = "2024-08-31"

    with refused("school_closed"):
        registration.register_school(school, applicant=AT_SCHOOL)


def test_registering_twice_before_confirming_sends_the_link_again(school):
    first = registration.register_school(school, applicant=AT_SCHOOL)
    second = registration.register_school(school, applicant=AT_SCHOOL)

    assert first == second
    assert sent("confirm_address") == ["head@severn.example.org"] * 2


def test_somebody_signed_in_cannot_join_the_same_school_twice(school, refused):
    lead = CareersLeaderFactory(organisation=SchoolOrganisationFactory(school=school))

    with refused("already_member"):
        registration.register_school(school, applicant=Applicant(user=lead.user))


def test_an_address_with_an_account_is_told_by_mail_and_nothing_is_registered(school):
    known = UserFactory(email="head@severn.example.org", name="As before")

    assert registration.register_school(school, applicant=AT_SCHOOL) is None
    assert registration.register_employer(bakery(), applicant=AT_SCHOOL) is None

    known.refresh_from_db()
    assert known.name == "As before"
    assert not Member.objects.exists()
    assert not Organisation.objects.exists()
    assert sent("already_registered") == ["head@severn.example.org"] * 2


def test_an_employer_is_relied_on_once_its_first_address_is_confirmed():
    workplace = WorkplaceFactory.build(organisation=None, postcode="sy1 1aa", easting=0, northing=0)
    asked = registration.register_employer(bakery(), applicant=ELSEWHERE, workplace=workplace)
    assert asked.organisation.standing == Standing.UNVERIFIED

    member = confirmed(asked)

    assert (member.state, member.role) == (MemberState.ACTIVE, Role.LEAD)
    assert Organisation.objects.get().standing == Standing.GOOD
    placed = member.organisation.workplaces.get()
    assert (placed.postcode, placed.easting > 0) == ("SY1 1AA", True)


def test_confirming_does_not_lift_a_suspension():
    asked = registration.register_employer(bakery(), applicant=ELSEWHERE)
    Organisation.objects.update(standing=Standing.SUSPENDED, suspended_at=asked.joined_at)

    confirmed(asked)

    assert Organisation.objects.get().standing == Standing.SUSPENDED


def test_nobody_registers_a_hub(refused):
    with refused("kind_not_allowed"):
        registration.register_employer(
            Organisation(kind=OrganisationKind.HUB, name="Ours"), applicant=ELSEWHERE
        )


def test_somebody_signed_in_adds_an_employer_without_confirming_again():
    person = UserFactory()

    member = registration.register_employer(bakery(), applicant=Applicant(user=person))

    assert member.state == MemberState.ACTIVE
    assert sent("confirm_address") == []


def test_what_a_stranger_registered_with_an_address_is_refused_when_its_owner_confirms():
    strangers = registration.register_employer(bakery(), applicant=ELSEWHERE)
    own = registration.register_employer(bakery(), applicant=ELSEWHERE)

    confirmed(own)

    strangers.refresh_from_db()
    assert strangers.state == MemberState.REFUSED
    assert strangers.organisation.standing == Standing.UNVERIFIED


def test_the_link_of_what_was_refused_is_spent(refused):
    strangers = registration.register_employer(bakery(), applicant=ELSEWHERE)
    confirmed(registration.register_employer(bakery(), applicant=ELSEWHERE))

    with refused("link_spent"):
        confirmed(strangers)


def test_the_password_is_set_by_whoever_holds_the_link():
    confirmed(registration.register_employer(bakery(), applicant=ELSEWHERE), "three random words")

    assert User.objects.get().check_password("three random words")


@pytest.fixture
def waiting(school):
    return confirmed(registration.register_school(school, applicant=ELSEWHERE))


def test_a_broker_lets_a_schools_first_person_in_as_its_lead(waiting):
    registration.approve_member(waiting, by=BrokerFactory())

    waiting.refresh_from_db()
    assert (waiting.state, waiting.role) == (MemberState.ACTIVE, Role.LEAD)
    assert waiting.organisation.standing == Standing.GOOD
    assert sent("membership_approved") == [waiting.user.email]


def test_a_broker_refuses_somebody_nobody_knows(waiting):
    registration.refuse_member(waiting, by=BrokerFactory())

    waiting.refresh_from_db()
    assert waiting.state == MemberState.REFUSED
    assert waiting.ended_at is not None
    assert sent("membership_refused") == [waiting.user.email]


def test_a_lead_lets_a_colleague_in(school):
    lead = CareersLeaderFactory(organisation=SchoolOrganisationFactory(school=school))
    waiting = confirmed(registration.register_school(school, applicant=ELSEWHERE))

    registration.approve_member(waiting, by=lead)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.role) == (MemberState.ACTIVE, Role.COLLEAGUE)


@pytest.mark.parametrize("decide", [registration.approve_member, registration.refuse_member])
def test_nobody_else_decides_who_belongs_to_a_school(waiting, decide):
    colleague = MemberFactory(organisation=waiting.organisation, role=Role.COLLEAGUE)
    strangers = [
        CareersLeaderFactory(),
        HostFactory(),
        BrokerFactory(role=Role.VIEWER),
        BrokerFactory(state=MemberState.LEFT),
        colleague,
        waiting,
    ]

    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            decide(waiting, by=stranger)


def test_a_hub_does_not_decide_who_belongs_to_an_employer():
    waiting = MemberFactory(organisation=EmployerFactory(), state=MemberState.PENDING)

    with pytest.raises(PermissionDenied):
        registration.approve_member(waiting, by=BrokerFactory())


def test_nobody_is_approved_whose_address_is_not_confirmed(school, refused):
    unconfirmed = registration.register_school(school, applicant=ELSEWHERE)

    with refused("address_not_confirmed"):
        registration.approve_member(unconfirmed, by=BrokerFactory())


def test_what_is_decided_is_decided(waiting, refused):
    broker = BrokerFactory()
    registration.refuse_member(waiting, by=broker)

    with refused("move_not_allowed"):
        registration.approve_member(waiting, by=broker)


def test_only_the_confirmed_wait_for_approval(school, waiting):
    registration.register_school(
        school, applicant=Applicant(email="other@mail.example.com", name="Other")
    )

    assert list(Member.objects.waiting_for_approval()) == [waiting]
