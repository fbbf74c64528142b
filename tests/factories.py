"""One factory a model: the plainest valid row, and no hidden story."""

from datetime import date, time, timedelta
from uuid import uuid4

import factory
from django.utils import timezone

from accounts import clock
from accounts.models import (
    Client,
    Member,
    Message,
    MessageState,
    Organisation,
    OrganisationKind,
    Ownership,
    RiskBand,
    Role,
    School,
    SentMail,
    SizeBand,
    Standing,
    User,
    Workplace,
    WorkplaceKind,
)
from accounts.words import Scope, Sector
from placements.models import (
    Booking,
    BookingChange,
    CheckRequest,
    Cohort,
    Concern,
    Consent,
    Enquiry,
    EnquiryAnswer,
    NamedStudent,
    Placement,
    PriorityRule,
    SelfFound,
    Slot,
    WorkplaceCheck,
)
from placements.states import BookingState, PlacementState
from placements.words import (
    Chances,
    CheckBasis,
    CheckOutcome,
    ConcernKind,
    Criterion,
    Kind,
    Mode,
    Pattern,
    TakesPart,
)
from ratings.models import (
    Badge,
    Debrief,
    DebriefSide,
    Rating,
    RatingReport,
    Reflection,
    Reply,
    RollCall,
    Side,
)

# Shrewsbury railway station, near enough, on the national grid.
SHREWSBURY = {"easting": 349400, "northing": 312900, "authority": "E06000051"}


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    password = "!"
    confirmed_at = factory.LazyFunction(timezone.now)


class SchoolFactory(factory.django.DjangoModelFactory):
    """A row of the register."""

    class Meta:
        model = School

    urn = factory.Sequence(lambda n: f"{900000 + n}")
    name = factory.Sequence(lambda n: f"Severn Bridge School {n}")
    town = "Shrewsbury"
    postcode = "SY1 2AB"
    low_age = 11
    high_age = 18
    domain = factory.Sequence(lambda n: f"severn{n}.example.org")
    easting = SHREWSBURY["easting"]
    northing = SHREWSBURY["northing"]
    authority = SHREWSBURY["authority"]
    loaded_at = factory.LazyFunction(timezone.now)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.EMPLOYER
    name = factory.Sequence(lambda n: f"Organisation {n}")
    standing = Standing.GOOD


class SchoolOrganisationFactory(OrganisationFactory):
    kind = OrganisationKind.SCHOOL
    name = factory.SelfAttribute("school.name")
    school = factory.SubFactory(SchoolFactory)


class EmployerFactory(OrganisationFactory):
    name = factory.Sequence(lambda n: f"Wrekin Bakery {n}")
    ownership = Ownership.PRIVATE
    size_band = SizeBand.TEN_TO_24
    sector = Sector.CATERING


class HubFactory(OrganisationFactory):
    kind = OrganisationKind.HUB
    name = factory.Sequence(lambda n: f"Marches Careers Hub {n}")


class NationalTeamFactory(OrganisationFactory):
    kind = OrganisationKind.NATIONAL_TEAM
    name = "National team"


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(EmployerFactory)
    role = Role.LEAD


class CareersLeaderFactory(MemberFactory):
    organisation = factory.SubFactory(SchoolOrganisationFactory)


class HostFactory(MemberFactory):
    """Somebody who acts for an employer."""


class BrokerFactory(MemberFactory):
    organisation = factory.SubFactory(HubFactory)


class NationalFactory(MemberFactory):
    organisation = factory.SubFactory(NationalTeamFactory)


class PlatformFactory(factory.django.DjangoModelFactory):
    """A partner platform, as one acts for an organisation."""

    class Meta:
        model = Member

    user = None
    platform = "Unifrog"
    organisation = factory.SubFactory(SchoolOrganisationFactory)
    role = Role.COLLEAGUE


class ClientFactory(factory.django.DjangoModelFactory):
    """What a platform signs in with. Nobody knows its secret: `clients.issue` tells one."""

    class Meta:
        model = Client

    acts_as = factory.SubFactory(PlatformFactory)
    scopes = factory.LazyFunction(lambda: list(Scope.values))
    client_type = Client.CLIENT_CONFIDENTIAL
    authorization_grant_type = Client.GRANT_CLIENT_CREDENTIALS


class WorkplaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workplace

    organisation = factory.SubFactory(EmployerFactory)
    name = "Main bakery"
    kind = WorkplaceKind.SHOP
    address = "1 Pride Hill"
    town = "Shrewsbury"
    postcode = "SY1 1AA"
    easting = SHREWSBURY["easting"]
    northing = SHREWSBURY["northing"]
    authority = SHREWSBURY["authority"]


class PlacementFactory(factory.django.DjangoModelFactory):
    """A published week at a workplace, complete enough to pass the bar."""

    class Meta:
        model = Placement

    provider = factory.SubFactory(EmployerFactory)
    workplace = factory.SubFactory(
        WorkplaceFactory, organisation=factory.SelfAttribute("..provider")
    )
    state = PlacementState.PUBLISHED
    kind = Kind.WEEK_PLACEMENT
    mode = Mode.IN_PERSON
    takes_part = TakesPart.WORKPLACE
    title = factory.Sequence(lambda n: f"A week in a bakery {n}")
    summary = "Bake, serve and see how a small food business works."
    sector = Sector.CATERING
    activities = "Monday: meet everyone. Tuesday to Thursday: bake and serve. Friday: present."
    objectives = "How a food business works, and what its people do."
    criteria = factory.LazyFunction(
        lambda: {criterion.value: "Yes, on every day." for criterion in Criterion}
    )
    year_from = 10
    year_to = 13
    days = 5
    pattern = Pattern.BLOCK
    starts_at = time(9, 0)
    ends_at = time(15, 30)
    dress = "Closed shoes and an apron, which we lend."
    supervision = "A named baker is with the students all day."
    contact_name = "Sam Baker"
    contact_email = "sam@example.org"
    submitted_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyFunction(timezone.now)
    last_confirmed_on = factory.LazyFunction(clock.today)


class DraftFactory(PlacementFactory):
    """The same, as its provider has just finished writing it; dates are the test's affair."""

    state = PlacementState.DRAFT
    submitted_at = None
    published_at = None
    last_confirmed_on = None


def days_ahead(days: int) -> date:
    return clock.today() + timedelta(days=days)


class PriorityRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PriorityRule

    code = factory.Sequence(lambda n: f"rule-{n}")
    name = "students eligible for pupil premium"
    explanation = "The school says how many of its group are eligible."
    criterion = Chances.PUPIL_PREMIUM
    from_on = date(2025, 9, 1)


class SlotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Slot

    placement = factory.SubFactory(PlacementFactory)
    starts_on = factory.LazyFunction(lambda: days_ahead(60))
    ends_on = factory.LazyAttribute(lambda slot: slot.starts_on + timedelta(days=4))
    opens_on = factory.LazyAttribute(lambda slot: slot.starts_on - timedelta(days=365))
    closes_on = factory.LazyAttribute(lambda slot: slot.starts_on - timedelta(days=7))
    places = 6


class BookingFactory(factory.django.DjangoModelFactory):
    """A request as it stands in the records; the slot's counter is the test's affair."""

    class Meta:
        model = Booking

    slot = factory.SubFactory(SlotFactory)
    school = factory.SubFactory(SchoolOrganisationFactory)
    places = 2
    places_asked = factory.SelfAttribute("places")
    state = BookingState.REQUESTED
    year_group = 10
    asked_by = factory.SubFactory(
        CareersLeaderFactory, organisation=factory.SelfAttribute("..school")
    )
    asked_at = factory.LazyFunction(clock.now)
    answer_by = factory.LazyFunction(lambda: clock.now() + timedelta(days=14))


class BookingChangeFactory(factory.django.DjangoModelFactory):
    """A host has moved the dates, and its school has not said yet whether it comes."""

    class Meta:
        model = BookingChange

    booking = factory.SubFactory(BookingFactory, state=BookingState.ACCEPTED)
    by = factory.SubFactory(
        HostFactory, organisation=factory.SelfAttribute("..booking.slot.placement.provider")
    )
    at = factory.LazyFunction(clock.now)
    places = factory.SelfAttribute("booking.places")
    places_before = factory.SelfAttribute("places")
    first_day = factory.SelfAttribute("booking.slot.starts_on")
    last_day = factory.SelfAttribute("booking.slot.ends_on")
    first_day_before = factory.LazyAttribute(lambda change: change.first_day - timedelta(days=7))
    last_day_before = factory.LazyAttribute(lambda change: change.last_day - timedelta(days=7))
    reason = "staffing"
    answer_by = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


class CohortFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cohort

    school = factory.SubFactory(SchoolOrganisationFactory)
    name = factory.Sequence(lambda n: f"Year 10, group {n}")
    students = 180
    year_group = 10
    made_by = factory.SubFactory(
        CareersLeaderFactory, organisation=factory.SelfAttribute("..school")
    )
    made_at = factory.LazyFunction(clock.now)
    once = factory.LazyFunction(uuid4)


class SelfFoundFactory(factory.django.DjangoModelFactory):
    """Confirmed by an employer that agreed to be told of; and told of."""

    class Meta:
        model = SelfFound

    class Params:
        slot = factory.SubFactory(
            "tests.factories.SlotFactory",
            places=1,
            taken=1,
            placement__state="draft",
            placement__provider__kind="found",
            placement__contact_email="boss@garage.example.org",
        )

    booking = factory.SubFactory(
        "tests.factories.BookingFactory",
        slot=factory.SelfAttribute("..slot"),
        state="accepted",
        places=1,
        places_asked=1,
        year_group=10,
    )
    found_through = "alone"
    why_it_fits = "Wants to be a mechanic."
    may_be_offered_at = factory.LazyFunction(clock.now)
    offered_at = factory.LazyFunction(clock.now)
    made_by = factory.SelfAttribute("booking.asked_by")
    made_at = factory.LazyFunction(clock.now)


class CheckRequestFactory(factory.django.DjangoModelFactory):
    """An assessor was asked today, and has three weeks."""

    class Meta:
        model = CheckRequest

    placement = factory.SubFactory("tests.factories.PlacementFactory")
    workplace = factory.SelfAttribute("placement.workplace")
    assessor = "Safe Places Ltd"
    email = factory.Sequence(lambda n: f"desk{n}@assessors.example.org")
    wanted_by = factory.LazyFunction(lambda: days_ahead(21))
    asked_by = factory.SubFactory(CareersLeaderFactory)
    asker = factory.SelfAttribute("asked_by.organisation")
    asked_at = factory.LazyFunction(clock.now)


class WorkplaceCheckFactory(factory.django.DjangoModelFactory):
    """Looked at today, found suitable, and good for a year."""

    class Meta:
        model = WorkplaceCheck

    workplace = factory.SubFactory(WorkplaceFactory)
    band = RiskBand.LOW
    basis = CheckBasis.CONVERSATION
    outcome = CheckOutcome.SUITABLE
    checked_on = factory.LazyFunction(clock.today)
    valid_until = factory.LazyFunction(lambda: days_ahead(365))
    recorded_by = factory.SubFactory(CareersLeaderFactory)
    recorded_at = factory.LazyFunction(clock.now)


class NamedStudentFactory(factory.django.DjangoModelFactory):
    """A student whose parent has not answered; or, with `agreed=True`, has said yes."""

    class Meta:
        model = NamedStudent
        skip_postgeneration_save = True

    booking = factory.SubFactory(BookingFactory, state=BookingState.ACCEPTED)
    first_name = factory.Sequence(lambda n: f"Aisha{chr(97 + n % 26)}")
    initial = "K"
    named_by = factory.SelfAttribute("booking.asked_by")
    named_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def agreed(self, create, given, **_):
        slot, facts = self.booking.slot, {}
        if given:
            facts = {"answer": "yes", "answered_at": clock.now()}
            facts |= {"first_day": slot.starts_on, "last_day": slot.ends_on}
        Consent.objects.create(student=self, **facts)


class EnquiryFactory(factory.django.DjangoModelFactory):
    """A question as it stands in the records; who was asked is the test's affair."""

    class Meta:
        model = Enquiry

    school = factory.SubFactory(SchoolOrganisationFactory)
    asked_by = factory.SubFactory(
        CareersLeaderFactory, organisation=factory.SelfAttribute("..school")
    )
    question = "Could you take our group in the spring?"
    places = 4
    year_group = 10
    asked_at = factory.LazyFunction(clock.now)
    answer_by = factory.LazyAttribute(lambda enquiry: enquiry.asked_at + timedelta(days=7))


class EnquiryAnswerFactory(factory.django.DjangoModelFactory):
    """What one provider is asked, about one of its placements."""

    class Meta:
        model = EnquiryAnswer
        skip_postgeneration_save = True

    enquiry = factory.SubFactory(EnquiryFactory)
    provider = factory.SubFactory(EmployerFactory)

    @factory.post_generation
    def placements(self, create, given, **_):
        self.placements.set(given or [PlacementFactory(provider=self.provider)])


class GivenUpMessageFactory(factory.django.DjangoModelFactory):
    """A mail that could not be sent in eight attempts."""

    class Meta:
        model = Message

    kind = "no_account"
    email = factory.Sequence(lambda number: f"full{number}@example.org")
    dedupe_key = factory.LazyAttribute(lambda message: f"{message.kind}:{message.email}")
    due_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=2))
    state = MessageState.FAILED
    attempts = 8
    last_error = "SMTPRecipientsRefused"


class HeldMessageFactory(GivenUpMessageFactory):
    """A mail that came back: whom it is for, and who typed the address, a test says."""

    email = factory.Sequence(lambda number: f"nobody{number}@mistyped.invalid")
    state = MessageState.HELD
    attempts = 1
    last_error = ""
    bounced_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))
    bounce_reason = "permanent-failure"


class SentMailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SentMail

    reference = factory.Sequence(lambda n: f"reference-{n}")
    to = factory.Sequence(lambda n: f"person{n}@example.org")
    title = factory.Sequence(lambda n: f"Mail number {n}")
    text = "Your placement starts tomorrow."
    html = "<p>Your placement starts tomorrow.</p>"
    sent_at = factory.LazyFunction(clock.now)


class ConcernFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Concern

    organisation = factory.SubFactory(EmployerFactory)
    kind = ConcernKind.SAFETY
    words = factory.Sequence(lambda n: f"The back stairs have no rail {n}.")
    reported_by = factory.SubFactory(CareersLeaderFactory)
    reported_at = factory.LazyFunction(clock.now)


class PastBookingFactory(BookingFactory):
    """One that took place: it ended the week before last."""

    slot = factory.SubFactory(SlotFactory, starts_on=factory.LazyFunction(lambda: days_ahead(-14)))
    state = BookingState.COMPLETED
    answered_at = factory.LazyAttribute(lambda booking: booking.asked_at - timedelta(days=60))


class RatingFactory(factory.django.DjangoModelFactory):
    """A school's; the placement's score is the test's affair."""

    class Meta:
        model = Rating

    booking = factory.SubFactory(PastBookingFactory)
    side = Side.SCHOOL
    by = factory.SelfAttribute("booking.asked_by")
    rated_at = factory.LazyFunction(clock.now)
    communication = 4
    organisation = 4
    preparation = 4
    quality = 4
    support = 4
    would_use_again = True
    comment = "Students were busy all week."


class ReplyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reply

    rating = factory.SubFactory(RatingFactory)
    by = factory.SubFactory(
        HostFactory,
        organisation=factory.SelfAttribute("..rating.booking.slot.placement.provider"),
    )
    words = "Thank you for coming."
    written_at = factory.LazyFunction(clock.now)


class RatingReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RatingReport

    rating = factory.SubFactory(RatingFactory)
    by = factory.SubFactory(CareersLeaderFactory)
    words = "It names a member of staff."
    reported_at = factory.LazyFunction(clock.now)


class DebriefFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Debrief

    booking = factory.SubFactory(PastBookingFactory)
    side = DebriefSide.SCHOOL
    by = factory.SelfAttribute("booking.asked_by")
    written_at = factory.LazyFunction(clock.now)
    went_well = "The welcome on the first day."


class ReflectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reflection

    student = factory.SubFactory(
        NamedStudentFactory, booking=factory.SubFactory(PastBookingFactory), agreed=True
    )
    written_at = factory.LazyFunction(clock.now)
    did = "I measured walls and drew them."
    met = "A surveyor and two builders."
    learned = "Drawings are checked twice."
    changed_mind = "more"
    interest_before = 2
    interest_after = 4
    confidence_before = 3
    confidence_after = 4
    aims_met = "yes"
    criteria = ("task", "feedback")


class RollCallFactory(factory.django.DjangoModelFactory):
    """All came, as the host said."""

    class Meta:
        model = RollCall

    booking = factory.SubFactory(PastBookingFactory)
    expected = factory.SelfAttribute("booking.places")
    came = factory.SelfAttribute("booking.places")
    host_counted = factory.SelfAttribute("booking.places")
    by = factory.SelfAttribute("booking.asked_by")
    called_at = factory.LazyFunction(clock.now)


class BadgeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Badge

    code = factory.Sequence(lambda n: f"badge-{n}")
    name = factory.Sequence(lambda n: f"Trusted host {n}")
    accreditor = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.ACCREDITOR)
    meaning = "Its hosts are trained and its workplaces are visited every year."
