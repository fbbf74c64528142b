"""The people, listings and bookings of whom the samples tell: rows that are saved nowhere.

They are of our own models, so a letter that asks for a field which is no more cannot be shown.
Everybody is invented, and every address is one that no mail reaches.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from accounts import clock
from accounts.models import (
    Client,
    Invitation,
    Member,
    Organisation,
    OrganisationKind,
    Role,
    User,
    Workplace,
)
from accounts.words import Scope
from placements.models import (
    Booking,
    BookingChange,
    BookingNote,
    CheckRequest,
    Cohort,
    Enquiry,
    EnquiryAnswer,
    Placement,
    SavedSearch,
    SelfFound,
    Slot,
    WorkplaceCheck,
)
from placements.spread import Asked
from placements.states import AnswerState, BookingState
from placements.words import CheckOutcome, Mode
from ratings.models import Rating, RatingReport

READER = "reader@example.org"
# Of every row: a sample is the same each time, and its links lead nowhere.
NOBODY = UUID(int=0)
# Where a mail has the secret of a link.
TOKEN = "sample"  # noqa: S105 -- it opens nothing.
# Far enough away for every letter to be about something that is to come.
WEEKS_AHEAD = 9


@dataclass(frozen=True)
class Host:
    """An employer, its workplace, a listing there and its dates."""

    provider: Organisation
    workplace: Workplace
    placement: Placement
    slot: Slot


class Scene:
    """A school, two hosts, and what is between them; dates count from today."""

    def __init__(self) -> None:
        self.now = clock.now()
        monday = clock.today() + timedelta(weeks=WEEKS_AHEAD)
        self.starts_on = monday - timedelta(days=monday.weekday())
        self.school = Organisation(
            id=NOBODY, kind=OrganisationKind.SCHOOL, name="Severn Bridge School"
        )
        self.hub = Organisation(id=NOBODY, kind=OrganisationKind.HUB, name="Marches Careers Hub")
        self.leader = self._member("Alex Reed", self.school, "Careers leader")
        self.broker = self._member("Robin Price", self.hub, "Broker")
        self.bakery = self._host("Wrekin Bakery", "A week in the bakery", self.starts_on)
        self.mill = self._host(
            "Teme Flour Mill", "A week at the mill", self.starts_on + timedelta(weeks=1)
        )
        self.baker = self._member("Sam Baker", self.bakery.provider, "Owner")

    @property
    def soon(self) -> datetime:
        return self.now + timedelta(days=10)

    def booking(
        self, state: str = BookingState.ACCEPTED, *, host: Host | None = None, places: int = 6
    ) -> Booking:
        return Booking(
            id=NOBODY,
            slot=(host or self.bakery).slot,
            school=self.school,
            places=places,
            places_asked=6,
            state=state,
            year_group=10,
            asked_by=self.leader,
            asked_at=self.now,
            answer_by=self.soon,
            ended_by_school=False,
        )

    def opens_tomorrow(self) -> Slot:
        """At a moment that its host has announced."""
        slot = self.mill.slot
        slot.opens_at = self.now + timedelta(days=1)
        slot.opens_on = slot.opens_at.date()
        return slot

    def change(self) -> BookingChange:
        """Of the dates and of the places, a week later and four of six."""
        slot, week = self.bakery.slot, timedelta(weeks=1)
        return BookingChange(
            booking=self.booking(places=4),
            by=self.baker,
            at=self.now,
            places_before=6,
            places=4,
            first_day_before=slot.starts_on - week,
            last_day_before=slot.ends_on - week,
            first_day=slot.starts_on,
            last_day=slot.ends_on,
            answer_by=self.soon,
        )

    def note(self) -> BookingNote:
        return BookingNote(booking=self.booking(), by=self.leader, words="", written_at=self.now)

    def cohort(self) -> Cohort:
        return Cohort(id=NOBODY, school=self.school, name="Year 10", students=12, year_group=10)

    def check(self, outcome: str = CheckOutcome.SUITABLE) -> WorkplaceCheck:
        return WorkplaceCheck(
            workplace=self.bakery.workplace,
            outcome=outcome,
            assessor="Safe Places Ltd",
            checked_on=clock.today(),
            valid_until=clock.today() + timedelta(days=365),
            recorded_by=self.leader,
        )

    def check_request(self) -> CheckRequest:
        return CheckRequest(
            placement=self.bakery.placement,
            workplace=self.bakery.workplace,
            assessor="Safe Places Ltd",
            wanted_by=clock.today() + timedelta(days=21),
            asked_by=self.leader,
        )

    def answer(self) -> EnquiryAnswer:
        return EnquiryAnswer(
            id=NOBODY, enquiry=self.enquiry(), provider=self.bakery.provider, state=AnswerState.YES
        )

    def enquiry(self) -> Enquiry:
        asked = Enquiry(
            id=NOBODY,
            school=self.school,
            asked_by=self.leader,
            places=6,
            year_group=10,
            first_day=self.starts_on,
            last_day=self.starts_on + timedelta(days=18),
            asked_at=self.now,
            answer_by=self.soon,
        )
        # As `Enquiry.objects.with_how_many_answered()` counts them.
        for name, count in {"asked_of": 4, "said_yes": 2, "said_no": 1}.items():
            setattr(asked, name, count)
        return asked

    def found(self) -> SelfFound:
        booking = self.booking(host=self.mill, places=1)
        return SelfFound(booking=booking, invited_by=self.broker, made_by=self.leader)

    def in_question(self) -> Asked:
        """At one workplace, and soon to pause."""
        return Asked(
            dates_to_come=1,
            next_on=self.starts_on,
            each=[self.bakery.placement.pk],
            confirmed_on=self.bakery.placement.last_confirmed_on or clock.today(),
            pauses_on=clock.today() + timedelta(days=7),
        )

    def search(self) -> SavedSearch:
        lapses_at = self.now + timedelta(days=14)
        return SavedSearch(
            id=NOBODY, member=self.leader, name="Bakeries near us", lapses_at=lapses_at
        )

    def rating(self) -> Rating:
        why = "It named a member of staff."
        return Rating(id=NOBODY, booking=self.booking(), by=self.leader, hidden_because=why)

    def report(self) -> RatingReport:
        return RatingReport(rating=self.rating(), by=self.baker)

    def invitation(self) -> Invitation:
        return Invitation(
            organisation=self.school,
            email=READER,
            role=Role.COLLEAGUE,
            invited_by=self.leader,
            made_at=self.now,
            expires_at=self.soon,
        )

    def client(self) -> Client:
        platform = Member(platform="Sample Platform", organisation=self.school)
        return Client(acts_as=platform, scopes=list(Scope.values)[:2])

    def _member(self, name: str, organisation: Organisation, job_title: str) -> Member:
        # No row of ours has this number.
        user = User(pk=0, name=name, email=READER)
        return Member(pk=0, user=user, organisation=organisation, job_title=job_title)

    def _host(self, name: str, title: str, starts_on: date) -> Host:
        provider = Organisation(id=NOBODY, kind=OrganisationKind.EMPLOYER, name=name)
        workplace = Workplace(id=NOBODY, organisation=provider, name="Main site", town="Shrewsbury")
        placement = Placement(
            id=NOBODY,
            provider=provider,
            workplace=workplace,
            mode=Mode.IN_PERSON,
            title=title,
            dress="Closed shoes",
            starts_at=time(9),
            ends_at=time(15, 30),
            last_confirmed_on=clock.today() - timedelta(days=31),
        )
        slot = Slot(
            id=NOBODY,
            placement=placement,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=4),
            places=12,
        )
        return Host(provider, workplace, placement, slot)
