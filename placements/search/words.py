"""From what somebody typed to a question that the database understands."""

import re
from dataclasses import dataclass

from placements.search.pieces import Sql, piece
from placements.search.synonyms import SYNONYMS

LANGUAGE = "marketplace_english"
# A word that few say is looked for in whole descriptions too; one that many say is noise there.
FEW = 20
MOST_BEGINNINGS = 10


@dataclass(frozen=True)
class Words:
    """What was typed, as a condition on rows and as what they are ranked by."""

    query: Sql
    condition: Sql


def understood(typed: str) -> Words:
    """The words as they stand, or what schools mean by them.

    Where nobody says them whole they are taken as beginnings ("bak" for a bakery). Quotation
    marks, a minus before a word and "or" mean what they do elsewhere on the web.
    """
    query = _meant(typed)
    said = piece("FROM placements_searchrow AS said WHERE said.words @@ {query}", query=query)
    # Each half of the OR is something an index answers: which query, and which listings, is
    # settled before any row is looked at.
    condition = piece(
        "(r.words @@ (SELECT CASE WHEN EXISTS (SELECT {said}) THEN {query} ELSE {beginnings} END)"
        " OR r.placement_id = ANY (ARRAY("
        "SELECT long.id FROM placements_placement AS long WHERE long.words @@ {long}"
        " AND (SELECT count(*) FROM (SELECT {said} LIMIT {few}) AS few) < {few})))",
        said=said,
        query=query,
        few=FEW,
        long=piece("websearch_to_tsquery('english', {typed})", typed=typed),
        beginnings=piece(
            "to_tsquery({language}, {words})", language=LANGUAGE, words=_beginnings(typed)
        ),
    )
    return Words(query, condition)


def _meant(typed: str) -> Sql:
    """The words, or the same with one of them said as listings say it."""
    lowered = typed.lower()
    meant = [typed]
    for said, listed in SYNONYMS.items():
        if re.search(rf"\b{re.escape(said)}\b", lowered):
            meant += [re.sub(rf"\b{re.escape(said)}\b", other, lowered) for other in listed]
    queries: list[Sql] = [
        piece("websearch_to_tsquery({language}, {words})", language=LANGUAGE, words=words)
        for words in meant[:MOST_BEGINNINGS]
    ]
    return piece("({any})", any=_either(queries))


def _either(queries: list[Sql]) -> Sql:
    either = queries[0]
    for query in queries[1:]:
        either = piece("{either} || {query}", either=either, query=query)
    return either


def _beginnings(typed: str) -> str:
    """`bak sho` as `bak:* & sho:*`: only letters and figures, so that it is always a query."""
    words = re.findall(r"[^\W_]+", typed)[:MOST_BEGINNINGS]
    return " & ".join(f"{word}:*" for word in words)
