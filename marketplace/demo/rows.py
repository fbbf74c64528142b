"""The demonstration's rows, read from the tables beside this file."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class SchoolRow:
    """A fictional school, as the register would have it, and its careers leader."""

    key: str
    name: str
    town: str
    postcode: str
    person: str
    email: str
    low_age: int = 11
    high_age: int = 16
    type_code: str = "34"
    type_name: str = "Academy converter"
    type_group: str = "10"
    phase: str = "Secondary"
    meals: str = "18.4"


@dataclass(frozen=True)
class Site:
    """A workplace."""

    name: str
    kind: str
    address: str
    town: str
    postcode: str
    risk_band: str = "low"
    lone_adult: bool = False
    access_notes: str = ""
    # How many students it can have on one day, over all that is offered there.
    most_a_day: int | None = None


@dataclass(frozen=True)
class Lister:
    """An employer or provider, and the person who acts for it."""

    key: str
    name: str
    person: str
    email: str
    sector: str
    description: str
    kind: str = "employer"
    ownership: str = "private"
    size_band: str = "10-24"
    category: str = ""
    sites: tuple[Site, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A listing. `weeks` are when its dates start, counted from the day of telling."""

    lister: str
    kind: str
    mode: str
    sector: str
    title: str
    summary: str
    does: str
    years: list[int] = field(default_factory=lambda: [10, 13])
    days: int = 1
    places: int = 6
    # Where each place is for a group of one school: how many students it can be.
    largest_group: int | None = None
    weeks: list[int] = field(default_factory=lambda: [6, 12, 20])
    adjustments: list[str] = field(default_factory=list)
    confirms_at_once: bool = False
    self_paced: bool = False
    site: int = 0


def _table(name: str) -> dict[str, list[dict[str, Any]]]:
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)


def schools() -> list[SchoolRow]:
    return [SchoolRow(**row) for row in _table("people.toml")["schools"]]


def listers() -> list[Lister]:
    rows = _table("people.toml")["listers"]
    return [
        Lister(**{**row, "sites": tuple(Site(**site) for site in row.get("sites", []))})
        for row in rows
    ]


def offers(which: str = "offers") -> list[Offer]:
    """What is published, or with "waiting" what lies at the desk."""
    return [Offer(**row) for row in _table("offers.toml")[which]]


def story(chapter: str) -> list[dict[str, Any]]:
    return _table("story.toml")[chapter]
