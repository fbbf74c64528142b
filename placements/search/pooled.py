"""Counting the nation, or all that is virtual, from stored bits.

`masks` has what every filter leaves, and what all but one of them do: a group is counted
without its own filter. Each choice is then a matter of counting the bits it shares with a
mask.
"""

from datetime import datetime
from typing import LiteralString

from psycopg import sql

from placements import traits
from placements.search.pieces import Sql, piece
from placements.search.question import AnyOf, Question
from placements.words import Mode

# As counts come back: the total, and then the groups.
TOTAL = 0
GROUPS = ("sector", "mode", "kind", "year_group", "adjustments", "badge")
VIRTUAL = traits.value_of("mode", Mode.VIRTUAL)
LATER, NOT_AT_OWN_PACE = "later", "not_at_own_pace"


# When the nation was counted last: each answer tells, so that the next need not ask.
COUNTED_AT: LiteralString = "(SELECT counted_at FROM placements_searchbits WHERE kind = 'all')"
AT = sql.SQL("max(counted_at) FILTER (WHERE kind = 'all') AS counted_at")


class _Known:
    """What this process last heard."""

    counted_at: datetime | None = None


def counted_at() -> datetime | None:
    """When the nation was counted; nothing where it is small enough to read."""
    return _Known.counted_at


def learn(told: datetime | None) -> None:
    _Known.counted_at = told


def parts(question: Question, *, with_facets: bool) -> list[Sql]:
    """Tables of which the last, `pool`, has a line: the counts as one string, and their age.

    Both are null where the bits are gone, as after a crash.
    Without the facets the total is all that is counted: one mask, and nothing else is read.
    """
    asked = _asked(question)
    if not asked:
        return [_everything([*GROUPS, "all"] if with_facets else ["all"])]
    columns = [
        piece("bit_or(bits) FILTER (WHERE {test}) AS {name}", test=test, name=sql.Identifier(name))
        for name, test in asked.items()
    ]
    chosen = piece(
        "chosen AS MATERIALIZED (SELECT {at}, {columns} FROM placements_searchbits WHERE {which})",
        at=AT,
        columns=sql.SQL(", ").join(columns),
        which=_which(question),
    )
    if question.near is not None and question.leaves_out_virtual:
        return [chosen, _virtual_alone(asked)]
    if not with_facets:
        return [chosen, _total_alone(asked)]
    return [chosen, _masks(asked), _pool(asked)]


def _everything(kinds: list[str]) -> Sql:
    """Where nothing is asked, what was counted is told as it stands."""
    return piece(
        "pool AS (SELECT string_agg(told || int4send(many::int4), ''::bytea) AS pooled, {at}"
        " FROM placements_searchbits WHERE kind = ANY({kinds}))",
        at=AT,
        kinds=kinds,
    )


def _asked(question: Question) -> dict[str, Sql]:
    """Each column of `chosen`, and which bitmaps are in it."""
    asked = {group: _of(some) for group, some in question.bits.items()}
    if codes := question.chosen["badge"]:
        asked["badge"] = piece(
            "kind = 'badge' AND value IN"
            " (SELECT bit FROM placements_searchbadge WHERE code = ANY({codes}))",
            codes=codes,
        )
    for number, some in enumerate(question.other_bits):
        asked[f"other_{number}"] = _of(some)
    if question.bits_of_dates:
        asked["dates"] = sql.SQL(" OR ").join(_of(some) for some in question.bits_of_dates)
    if said := question.chosen["self_paced"]:
        asked["at_own_pace" if said == "true" else NOT_AT_OWN_PACE] = sql.SQL("kind = 'self_paced'")
    if question.near is not None:
        asked["virtual"] = _of(("mode", [VIRTUAL]))
    if NOT_AT_OWN_PACE in asked or len(asked) == 1:
        # What is left of the nation without a choice, or without the only filter.
        asked["live"] = sql.SQL("kind = 'all'")
    return asked


def _of(some: AnyOf) -> Sql:
    kind, values = some
    if kind == LATER:
        return sql.SQL("kind = 'later'")
    return piece("kind = {kind} AND value = ANY({values}::int[])", kind=kind, values=values)


def _which(question: Question) -> Sql:
    """All rows that any column is made of, and some beside: few conditions are soon planned."""
    some = [*question.bits.values(), *question.other_bits, *question.bits_of_dates]
    kinds = {kind for kind, values in some if values} | {"mode"}
    values = {value for _, values in some for value in values} | {VIRTUAL}
    whole = ["all", "self_paced", "badge", LATER]
    return piece(
        "kind = ANY({whole}) OR kind = ANY({kinds}) AND value = ANY({values}::int[])",
        whole=whole,
        kinds=sorted(kinds),
        values=sorted(values),
    )


def _masks(asked: dict[str, Sql]) -> Sql:
    """`everything`, and `but_<group>` for each group that is narrowed."""
    columns = [piece("{all} AS everything", all=_anded(asked))]
    columns += [
        piece("{all} AS {name}", all=_anded(asked, but=group), name=_but(group))
        for group in asked
        if group in GROUPS
    ]
    return piece(
        "masks AS MATERIALIZED (SELECT counted_at, {columns} FROM chosen)",
        columns=sql.SQL(", ").join(columns),
    )


def _anded(asked: dict[str, Sql], *, but: str = "") -> Sql:
    """What they share. A bitmap that is not there has nobody in it, and leaves nobody."""
    each: list[Sql] = [
        piece("coalesce(~ {column}, live)", column=sql.Identifier(name))
        if name == NOT_AT_OWN_PACE
        else sql.Identifier(name)
        for name in asked
        if name != but
    ]
    return sql.SQL(" & ").join(each)


def _but(group: str) -> sql.Identifier:
    return sql.Identifier(f"but_{group}")


def _pool(asked: dict[str, Sql]) -> Sql:
    cases = [
        piece("WHEN {kind} THEN {mask}", kind=group, mask=_but(group))
        for group in asked
        if group in GROUPS
    ]
    mask = (
        piece("CASE kind {cases} ELSE everything END", cases=sql.SQL(" ").join(cases))
        if cases
        else sql.SQL("everything")
    )
    return piece(
        "pool AS (SELECT CASE WHEN counted_at IS NOT NULL THEN {total} || (SELECT string_agg("
        "told || int4send(coalesce(bit_count(bits & {mask}), 0)::int4), ''::bytea)"
        " FROM placements_searchbits WHERE kind = ANY({groups})) END AS pooled, counted_at"
        " FROM masks)",
        total=_total(sql.SQL("everything")),
        groups=list(GROUPS),
        mask=mask,
    )


def _total_alone(asked: dict[str, Sql]) -> Sql:
    return piece(
        "pool AS (SELECT CASE WHEN counted_at IS NOT NULL THEN {total} END AS pooled, counted_at"
        " FROM chosen)",
        total=_total(_anded(asked)),
    )


def _total(mask: Sql) -> Sql:
    return piece(
        "int2send({total}::int2) || int4send(0) || int4send(coalesce(bit_count({mask}), 0)::int4)",
        total=TOTAL,
        mask=mask,
    )


def _virtual_alone(asked: dict[str, Sql]) -> Sql:
    """Near a place where nothing virtual is wanted, bits tell how much of it there would be."""
    return piece(
        "pool AS (SELECT CASE WHEN counted_at IS NOT NULL THEN"
        " int2send({mode}::int2) || int4send({virtual})"
        " || int4send(coalesce(bit_count({all}), 0)::int4) END AS pooled, counted_at FROM chosen)",
        mode=GROUPS.index("mode") + 1,
        virtual=VIRTUAL,
        all=_anded(asked, but="mode"),
    )
