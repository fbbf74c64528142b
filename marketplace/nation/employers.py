"""Who offers: employers with their workplaces, and national providers; each with its badges."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from accounts.models import (
    Organisation,
    OrganisationKind,
    Ownership,
    ProviderCategory,
    RiskBand,
    SizeBand,
    Standing,
    WorkplaceKind,
)
from accounts.words import Sector
from marketplace.nation import kinds, marks, towns, words
from marketplace.nation.books import Books
from marketplace.nation.kinds import Often
from marketplace.nation.towns import Spot
from ratings.models import Badge

BADGES = {
    "quality": "Quality of Work Experience",
    "inclusive": "Inclusive Host",
    "safe": "Safe Place to Learn",
    "green": "Green Careers",
    "science": "Science at Work",
    "small": "Small Business, Big Start",
    "carers": "Young Carers Welcome",
    "virtual": "Virtual Done Well",
}
CODES = [f"{marks.BADGE}{name}" for name in BADGES]
HOLD_BADGES = 0.4
# How many listings an employer has: most a few, some a whole menu.
MENUS = Often({1: 30, 2: 24, 3: 16, 4: 10, 6: 8, 9: 5, 14: 4, 25: 2, 60: 1})


@dataclass(frozen=True)
class Employer:
    id: str
    name: str
    sector: str
    workplaces: list[tuple[str, Spot]]
    badges: list[str]


@dataclass(frozen=True)
class Scheme:
    """The nation's badges, by code: the identifier that an award points to."""

    badges: dict[str, int]


def scheme(dice: Random) -> Scheme:
    """The badges that there are, and the body that vouches with them."""
    body = Organisation.objects.create(
        id=marks.identifier(dice),
        kind=OrganisationKind.ACCREDITOR,
        name="Work Experience Standards",
        standing=Standing.GOOD,
    )
    rows = [
        Badge(
            code=f"{marks.BADGE}{code}",
            name=name,
            accreditor=body,
            meaning=f"{name}: looked at every year.",
        )
        for code, name in BADGES.items()
    ]
    return Scheme({badge.code: badge.pk for badge in Badge.objects.bulk_create(rows)})


def employer(dice: Random, menu: int, books: Books, vouched: Scheme) -> Employer:
    """A new one with room for so many listings, its workplaces in and about one town."""
    home = towns.town(dice)
    sector = kinds.SECTORS.one(dice)
    made = Employer(
        id=marks.identifier(dice),
        name=_name(dice, sector, home.name),
        sector=sector,
        workplaces=[(marks.identifier(dice), towns.spot(dice, home)) for _ in range(1 + menu // 4)],
        badges=_badges(dice),
    )
    size = {"size_band": dice.choice(SizeBand.values), "ownership": dice.choice(Ownership.values)}
    _write(made, OrganisationKind.EMPLOYER, size, books, vouched)
    return made


def national_provider(dice: Random, books: Books, vouched: Scheme) -> Employer:
    """One who offers online, everywhere at once."""
    sector = kinds.SECTORS.one(dice)
    name = f"{dice.choice(words.SURNAMES)} {words.trade(dice, sector).capitalize()} Online"
    made = Employer(marks.identifier(dice), name, sector, [], _badges(dice))
    category = {"provider_category": ProviderCategory.NATIONAL_BROAD.value}
    _write(made, OrganisationKind.PROVIDER, category, books, vouched)
    return made


def _name(dice: Random, sector: str, town: str) -> str:
    first, trade = dice.choice(words.SURNAMES), words.trade(dice, sector).capitalize()
    return dice.choice(
        (
            f"{first} {trade}",
            f"{first} and {dice.choice(words.SURNAMES)} {trade}",
            f"{town} {trade}",
        )
    )


def _badges(dice: Random) -> list[str]:
    if dice.random() > HOLD_BADGES:
        return []
    return sorted(dice.sample(CODES, k=dice.choice((1, 1, 2, 3))))


def _write(
    made: Employer, kind: OrganisationKind, more: dict[str, str], books: Books, vouched: Scheme
) -> None:
    books.organisations.add(
        {
            "id": made.id,
            "kind": kind.value,
            "name": made.name,
            "standing": Standing.GOOD.value,
            "sector": made.sector,
            "registered_at": books.now,
            **more,
        }
    )
    first, last = books.today - timedelta(days=100), books.today + timedelta(days=630)
    for code in made.badges:
        books.awards.add(
            {"badge_id": vouched.badges[code], "holder_id": made.id, "during": f"[{first},{last})"}
        )
    for pk, spot in made.workplaces:
        books.workplaces.add(_workplace(pk, spot, made, books))


def _workplace(pk: str, spot: Spot, made: Employer, books: Books) -> dict[str, object]:
    kind = kinds.PLACES_OF_WORK.get(Sector(made.sector), WorkplaceKind.OFFICE)
    everyday = kind in (WorkplaceKind.OFFICE, WorkplaceKind.SHOP, WorkplaceKind.EDUCATION)
    return {
        "id": pk,
        "organisation_id": made.id,
        "name": made.name,
        "kind": kind.value,
        "address": f"{spot.easting % 97 + 1} {made.name.split()[0]} Street",
        "town": spot.town,
        "postcode": spot.postcode,
        "easting": spot.easting,
        "northing": spot.northing,
        "risk_band": (RiskBand.LOW if everyday else RiskBand.LESS_FAMILIAR).value,
        "insurer": "Nation Mutual",
        "insured_until": books.today + timedelta(days=400),
        "made_at": books.now,
    }
