"""Filters that somebody's words suggest: offered beside the results, never forced on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from placements.search.filters import PlacementSearch
from placements.words import Kind, Mode

MOST = 3
YEAR = r"\b(?:year|yr|y)\s?(7|8|9|10|11|12|13)s?\b"
SAID: dict[str, tuple[str, str]] = {
    r"\b(?:virtual|online|remote)\b": ("mode", Mode.VIRTUAL),
    r"\b(?:in person|face to face)\b": ("mode", Mode.IN_PERSON),
    r"\bhybrid\b": ("mode", Mode.HYBRID),
    r"\b(?:talks?|assembly|assemblies|speakers?)\b": ("kind", Kind.TALK),
    r"\b(?:mentors?|mentoring|mock interviews?)\b": ("kind", Kind.MENTORING),
    r"\b(?:visits?|tours?)\b": ("kind", Kind.VISIT),
    r"\b(?:work )?shadowing\b": ("kind", Kind.SHADOWING),
    r"\bt[ -]levels?\b": ("kind", Kind.T_LEVEL),
    r"\bsupported internships?\b": ("kind", Kind.SUPPORTED),
}


@dataclass(frozen=True)
class Hint:
    """A filter to put on instead of words to look for."""

    label: str
    name: str
    value: str
    # What is left of the words.
    words: str


def hints(search: PlacementSearch) -> list[Hint]:
    typed: str = search.chosen["q"]
    return list(_suggested(search, typed))[:MOST] if typed else []


def _suggested(search: PlacementSearch, typed: str) -> Iterator[Hint]:
    for pattern, (name, value) in SAID.items():
        if (said := re.search(pattern, typed, re.IGNORECASE)) and value not in search.chosen[name]:
            label = dict(search.filters[name].extra["choices"])[value]
            yield Hint(str(label), name, value, _without(typed, said))
    year = re.search(YEAR, typed, re.IGNORECASE)
    if year and year[1] not in search.chosen["year_group"]:
        yield Hint(f"Year {year[1]}", "year_group", year[1], _without(typed, year))


def _without(typed: str, said: re.Match[str]) -> str:
    return " ".join(f"{typed[: said.start()]} {typed[said.end() :]}".split())
