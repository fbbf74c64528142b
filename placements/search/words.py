"""From what somebody typed to a question that the database understands."""

import re
from dataclasses import dataclass

from placements.search.question import Sql, piece
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
    beginnings = _beginnings(typed)
    condition = piece(
        "(r.words @@ {query}"
        " OR ({few} AND r.placement_id IN (SELECT long.id FROM placements_placement AS long"
        " WHERE long.words @@ {long}))"
        " OR ({none} AND r.words @@ {beginnings}))",
        query=query,
        few=piece(
            "(SELECT count(*) FROM (SELECT FROM placements_searchrow AS said"
            " WHERE said.words @@ {query} LIMIT {few}) AS few) < {few}",
            query=query,
            few=FEW,
        ),
        long=piece("websearch_to_tsquery('english', {typed})", typed=typed),
        none=piece(
            "NOT EXISTS (SELECT FROM placements_searchrow AS said WHERE said.words @@ {query})",
            query=query,
        ),
        beginnings=piece("to_tsquery({language}, {words})", language=LANGUAGE, words=beginnings),
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
