"""Who asks: the schools of the register, and those whom their bookings are signed by."""

from dataclasses import dataclass
from random import Random

from accounts.models import (
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    Role,
    School,
    Standing,
    User,
)
from marketplace.nation import marks, towns, words
from marketplace.nation.books import Books

# So many are on the real register with Years 7 to 13, and a school to so many placements.
MOST_SCHOOLS, PLACEMENTS_TO_A_SCHOOL = 3_700, 8
SPECIAL = 0.14
NAMES = ("Academy", "High School", "Grammar School", "Community College", "School", "Sixth Form")


@dataclass(frozen=True)
class Caller:
    """A school that books, and the member in whose name it does."""

    school_id: str
    member_id: int


def schools(dice: Random, placements: int, books: Books) -> list[Caller]:
    """As many as such a nation has; each an organisation in good standing."""
    number = min(MOST_SCHOOLS, 20 + placements // PLACEMENTS_TO_A_SCHOOL)
    register = School.objects.bulk_create(_school(dice, n, books) for n in range(number))
    organisations = Organisation.objects.bulk_create(
        Organisation(
            id=marks.identifier(dice),
            kind=OrganisationKind.SCHOOL,
            name=school.name,
            standing=Standing.GOOD,
            school=school,
            registered_at=books.now,
        )
        for school in register
    )
    members = Member.objects.bulk_create(_leavers(organisations, books))
    return [Caller(str(member.organisation_id), member.pk) for member in members]


def _school(dice: Random, number: int, books: Books) -> School:
    home = towns.town(dice)
    spot = towns.spot(dice, home)
    special = dice.random() < SPECIAL
    beside = dice.choice(words.BESIDE).replace("_", " ")
    return School(
        # A real number is six figures: this one can belong to no school.
        urn=f"{marks.SCHOOL}{number:05}",
        name=f"{home.name} {beside} {'Special School' if special else dice.choice(NAMES)}",
        town=home.name,
        postcode=spot.postcode,
        phase="Secondary",
        low_age=11,
        high_age=dice.choice((16, 18)),
        is_special=special,
        easting=spot.easting,
        northing=spot.northing,
        loaded_at=books.now,
    )


def _leavers(organisations: list[Organisation], books: Books) -> list[Member]:
    """One person who has left every school: a booking is signed, and nobody is written to."""
    user = User(email=marks.NOBODY, name="Nobody", is_active=False)
    user.set_unusable_password()
    user.save()
    return [
        Member(
            user=user,
            organisation=organisation,
            role=Role.COLLEAGUE,
            state=MemberState.LEFT,
            joined_at=books.now,
            ended_at=books.now,
        )
        for organisation in organisations
    ]
