"""What somebody may have meant who mistyped a word of a title or of a provider's name."""

import re
from typing import Any

from django.db import connection

MOST_WORDS = 10
SHORTEST = 4
# Two letters changed places count as two; in a short word one is enough to mean another.
FORGIVEN, FORGIVEN_IN_SHORT, SHORT = 2, 1, 5

NEAREST = """
SELECT typed.word, (
    SELECT known.word FROM placements_searchword AS known
    WHERE known.word >= left(typed.word, 1) AND known.word < chr(ascii(left(typed.word, 1)) + 1)
      AND length(known.word) BETWEEN length(typed.word) - 2 AND length(typed.word) + 2
      AND levenshtein_less_equal(known.word, typed.word, typed.forgiven) <= typed.forgiven
    ORDER BY levenshtein_less_equal(known.word, typed.word, typed.forgiven), known.word
    LIMIT 1
)
FROM (
    SELECT word, CASE WHEN length(word) <= %(short)s THEN %(little)s ELSE %(much)s END AS forgiven
    FROM unnest(%(words)s::text[]) AS word
) AS typed
"""


def corrected(typed: str) -> str:
    """The same words, each that nobody says as the nearest that somebody does; or nothing."""
    words = re.findall(r"[^\W\d_]+", typed.lower())[:MOST_WORDS]
    known = _nearest([word for word in words if SHORTEST <= len(word) <= 60])
    meant = [known.get(word) or word for word in words]
    return "" if meant == words else " ".join(meant)


def _nearest(words: list[str]) -> dict[str, str | None]:
    if not words:
        return {}
    asked: dict[str, Any] = {
        "words": words,
        "short": SHORT,
        "little": FORGIVEN_IN_SHORT,
        "much": FORGIVEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, asked)
        return dict(cursor.fetchall())
