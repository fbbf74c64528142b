"""From a row of the national register (GIAS) to a school of ours, or the reason why not.

Codes come zero-padded in some years and not in others, ages decide who has Years 7 to
13 (phases are spelt in many ways, and special schools have none), and websites are as
people typed them.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from accounts import postcodes
from accounts.extracts import Row, Skip
from accounts.models import School

NEEDS = (
    "URN",
    "EstablishmentName",
    "EstablishmentStatus (code)",
    "TypeOfEstablishment (code)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Postcode",
)
# Open, and open but proposed to close.
OPEN = {1, 3}
CLOSED = 2
# Offshore, service children's, miscellaneous, higher education, Welsh, overseas.
NOT_OURS = {25, 26, 27, 29, 30, 37}
SPECIAL_GROUP = 5
SPECIAL_TYPES = {7, 8, 10, 12, 32, 33, 36, 44}
# A year group's students turn 12 in Year 7 at the earliest, and are 17 as Year 13 begins.
YOUNGEST, OLDEST = 12, 17
PHASES = {"secondary", "middledeemedsecondary", "16plus", "allthrough"}
# Everybody has an address at these, or a page on them.
SHARED = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "live.co.uk",
    "yahoo.com",
    "yahoo.co.uk",
    "btinternet.com",
    "btconnect.com",
    "aol.com",
    "icloud.com",
    "sky.com",
    "virginmedia.com",
    "talktalk.net",
    "facebook.com",
    "twitter.com",
    "x.com",
    "google.com",
    "wordpress.com",
    "weebly.com",
    "wixsite.com",
    "squarespace.com",
    "blogspot.com",
    "primarysite.net",
]
LONGEST = {field.name: field.max_length or 0 for field in School._meta.concrete_fields}
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def school_of(row: Row) -> School:
    """The school, not saved; or `Skip` with the reason."""
    urn = row["URN"]
    if not re.fullmatch(r"[0-9]{5,7}", urn):
        raise Skip("its number is not one")
    if code(row, "TypeOfEstablishment (code)") in NOT_OURS:
        raise Skip("not a school or college of England")
    if code(row, "EstablishmentStatus (code)") not in OPEN:
        raise Skip("not open")
    if not row["EstablishmentName"]:
        raise Skip("it has no name")
    low, high = whole(row, "StatutoryLowAge"), whole(row, "StatutoryHighAge")
    _refuse_other_ages(row, low, high)
    return School(urn=urn, low_age=low, high_age=high, **_facts(row), **_place(row))


def closed_on(row: Row) -> date | None:
    """When a school closed; nothing if it has not, or nobody says when."""
    for layout in ("%d-%m-%Y", "%d/%m/%Y"):
        with suppress(ValueError):
            # A day of the register, with no time of day to place in a zone.
            return datetime.strptime(row.get("CloseDate", ""), layout).date()  # noqa: DTZ007
    return None


def is_closed(row: Row) -> bool:
    return code(row, "EstablishmentStatus (code)") == CLOSED


def code(row: Row, column: str) -> int | None:
    """ "02" and "2" are one code."""
    return whole(row, column)


def whole(row: Row, column: str) -> int | None:
    words = row.get(column, "")
    return int(words) if re.fullmatch(r"[0-9]{1,9}", words) else None


def domain_of(website: str) -> str:
    """Whose address proves that somebody belongs there; nothing where it would not."""
    words = website.lower().strip()
    _, _, words = words.rpartition("@")
    words = re.sub(r"^[a-z]{1,6}[:;]/*", "", words)
    host = re.split(r"[/?#:;,\s]", words, maxsplit=1)[0].removeprefix("www.").strip(".")
    if not DOMAIN.fullmatch(host) or len(host) > LONGEST["domain"]:
        return ""
    everybodys = any(host == shared or host.endswith(f".{shared}") for shared in SHARED)
    return "" if everybodys or host.endswith("gov.uk") else host


def _refuse_other_ages(row: Row, low: int | None, high: int | None) -> None:
    if low is None or high is None:
        phase = re.sub(r"[^a-z0-9]", "", row.get("PhaseOfEducation (name)", "").lower())
        if phase not in PHASES:
            raise Skip("its ages are not known")
    elif high < YOUNGEST or low > OLDEST:
        raise Skip("it has none of Years 7 to 13")


def _facts(row: Row) -> dict[str, object]:
    kind = code(row, "TypeOfEstablishment (code)")
    group = code(row, "EstablishmentTypeGroup (code)")
    website = row.get("SchoolWebsite", "")
    return {
        **_words(row),
        "type_code": _spelt(kind),
        "type_group_code": _spelt(group),
        "is_special": group == SPECIAL_GROUP or kind in SPECIAL_TYPES,
        "local_authority_code": _spelt(code(row, "LA (code)")),
        "establishment_number": _spelt(whole(row, "EstablishmentNumber")),
        "free_school_meals_percent": _percent(row.get("PercentageFSM", "")),
        "website": website[: LONGEST["website"]],
        "domain": domain_of(website),
        "trust_code": _spelt(code(row, "Trusts (code)")),
        "ukprn": _spelt(whole(row, "UKPRN")),
    }


_COLUMNS = {
    "name": "EstablishmentName",
    "town": "Town",
    "phase": "PhaseOfEducation (name)",
    "type_name": "TypeOfEstablishment (name)",
    "rural_code": "UrbanRural (code)",
    "trust_name": "Trusts (name)",
}


def _words(row: Row) -> dict[str, str]:
    return {name: row.get(column, "")[: LONGEST[name]] for name, column in _COLUMNS.items()}


def _place(row: Row) -> dict[str, object]:
    """Its own grid reference; where that is blank, its postcode's."""
    postcode = postcodes.normalise(row["Postcode"])
    district = row.get("DistrictAdministrative (code)", "")
    place: dict[str, object] = {
        "postcode": postcode,
        "authority": district if re.fullmatch(r"[EW][0-9]{8}", district) else "",
        "easting": whole(row, "Easting") or None,
        "northing": whole(row, "Northing") or None,
    }
    if not (place["easting"] and place["northing"]) and (near := postcodes.find(postcode)):
        place |= {"easting": near.easting, "northing": near.northing}
        place["authority"] = place["authority"] or near.authority
    return place


def _percent(words: str) -> Decimal | None:
    """Small numbers are published as dots."""
    try:
        percent = Decimal(words)
    except InvalidOperation:
        return None
    return round(percent, 1) if 0 <= percent <= 100 else None


def _spelt(number: int | None) -> str:
    return str(number) if number else ""
