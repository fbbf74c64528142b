"""Counting the nation, or all that is virtual, from stored bits.

`masks` has what every filter leaves, and what all but one of them do: a group is counted
without its own filter. Each choice is then a matter of counting the bits it shares with a
mask.
"""

from datetime import datetime

from psycopg import sql

from placements import traits
from placements.search.question import AnyOf, Question, Sql, piece
from placements.words import Mode

# As counts come back: the total, and then the groups.
TOTAL = 0
GROUPS = ("sector", "mode", "kind", "year_group", "adjustments", "badge")
VIRTUAL = traits.value_of("mode", Mode.VIRTUAL)


# When the nation was counted last: each answer tells, so that the next need not ask.
COUNTED_AT = "(SELECT counted_at FROM placements_searchbits WHERE kind = 'all')"


class _Known:
    """What this process last heard."""

    counted_at: datetime | None = None


def counted_at() -> datetime | None:
    """When the nation was counted; nothing where it is small enough to read."""
    return _Known.counted_at


def learn(told: datetime | None) -> None:
    _Known.counted_at = told


def parts(question: Question) -> list[Sql]:
    """The tables `chosen`, `masks` and `pool`, the last with the counts as one string."""
    asked = _asked(question)
    columns = [
        piece("bit_or(bits) FILTER (WHERE {test}) AS {name}", test=test, name=sql.Identifier(name))
        for name, test in asked.items()
    ]
    return [
        piece(
            "chosen AS MATERIALIZED (SELECT {columns} FROM placements_searchbits WHERE {any})",
            columns=sql.SQL(", ").join(columns),
            any=sql.SQL(" OR ").join(asked.values()),
        ),
        _masks(question, asked),
        _pool(question),
    ]


def _asked(question: Question) -> dict[str, Sql]:
    """Each column of `chosen`, and which bitmaps are in it."""
    asked = {"live": sql.SQL("(kind = 'all')"), **_groups(question)}
    for number, some in enumerate(question.other_bits):
        asked[f"other_{number}"] = _of(some)
    if question.bits_of_dates:
        asked["dates"] = piece(
            "({any})", any=sql.SQL(" OR ").join(_of(some) for some in question.bits_of_dates)
        )
    if question.chosen["self_paced"]:
        asked["self_paced"] = sql.SQL("(kind = 'self_paced')")
    if question.near is not None:
        asked["virtual"] = _of(("mode", [VIRTUAL]))
    return asked


def _groups(question: Question) -> dict[str, Sql]:
    asked = {group: _of(some) for group, some in question.bits.items()}
    if codes := question.chosen["badge"]:
        asked["badge"] = piece(
            "(kind = 'badge' AND value IN"
            " (SELECT bit FROM placements_searchbadge WHERE code = ANY({codes})))",
            codes=codes,
        )
    return asked


def _of(some: AnyOf) -> Sql:
    kind, values = some
    if kind == "later":
        return sql.SQL("(kind = 'later')")
    return piece("(kind = {kind} AND value = ANY({values}::int[]))", kind=kind, values=values)


def _masks(question: Question, asked: dict[str, Sql]) -> Sql:
    """`everything`, and `but_<group>` for each group that is narrowed."""
    narrowed = [name for name in asked if name in GROUPS]
    steady = [name for name in asked if name not in GROUPS]
    columns = [_anded([*steady, *narrowed], question, "everything")]
    columns += [
        _anded([*steady, *(one for one in narrowed if one != group)], question, f"but_{group}")
        for group in narrowed
    ]
    return piece(
        "masks AS MATERIALIZED (SELECT {columns} FROM chosen)",
        columns=sql.SQL(", ").join(columns),
    )


def _anded(names: list[str], question: Question, name: str) -> Sql:
    # A bitmap that is not there has nobody in it; none is as long as `live` with itself out.
    each = [
        sql.SQL("live")
        if one == "live"
        else piece(
            "coalesce({negated}{column}, live # live)"
            if one != "self_paced" or question.chosen["self_paced"] == "true"
            else "coalesce(~ {column}, live)",
            column=sql.Identifier(one),
            negated=sql.SQL(""),
        )
        for one in names
    ]
    return piece("({all}) AS {name}", all=sql.SQL(" & ").join(each), name=sql.Identifier(name))


def _pool(question: Question) -> Sql:
    narrowed = [*question.bits, *(["badge"] if question.chosen["badge"] else [])]
    cases = [
        piece("WHEN {kind} THEN masks.{mask}", kind=group, mask=sql.Identifier(f"but_{group}"))
        for group in narrowed
    ]
    mask = (
        piece("CASE stored.kind {cases} ELSE masks.everything END", cases=sql.SQL(" ").join(cases))
        if cases
        else sql.SQL("masks.everything")
    )
    return piece(
        "pool AS (SELECT string_agg(int2send(g) || int4send(v) || int4send(n), ''::bytea) AS pooled"
        " FROM (SELECT 0::int2 AS g, 0 AS v, bit_count(everything)::int4 AS n FROM masks"
        " UNION ALL SELECT array_position({groups}::text[], stored.kind::text)::int2, stored.value,"
        " bit_count(stored.bits & {mask})::int4"
        " FROM placements_searchbits AS stored, masks WHERE {counted}) AS counted)",
        groups=list(GROUPS),
        mask=mask,
        counted=_counted(question),
    )


def _counted(question: Question) -> Sql:
    """Near a place where nothing virtual is wanted, bits tell how much there would be."""
    if question.near is not None and question.leaves_out_virtual:
        return piece("stored.kind = 'mode' AND stored.value = {virtual}", virtual=VIRTUAL)
    return piece("stored.kind = ANY({groups})", groups=list(GROUPS))
