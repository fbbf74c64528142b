"""Reading in the national register of schools (GIAS): those with Years 7 to 13.

The whole file is applied, or nothing of it. Schools are known by their number (URN), so
loading twice changes nothing. A school that closed is marked and kept: its records stay.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from accounts import clock, extracts, school_rows
from accounts.extracts import Progress, Report, Row, Skip
from accounts.models import School

BATCH = 500
# Of the schools that are open here, so many may be missing from a whole register.
MAY_VANISH = 0.05
FACTS = [field.name for field in School._meta.concrete_fields if field.name not in {"id", "urn"}]


@transaction.atomic
def load(path: Path, *, whole: bool = False, progress: Progress | None = None) -> Report:
    """Apply the file. Of a `whole` register, what is not in it has closed."""
    extracts.take_turns("school_register")
    report = Report()
    rows = extracts.rows_of(path, needs=school_rows.NEEDS, report=report)
    seen: set[str] = set()
    for batch in _batches(_schools(rows, report, seen)):
        _upsert(batch)
        report.kept += len(batch)
        if progress:
            progress(report.read)
    if whole:
        _close_missing(seen, report)
    _forget_shared_domains()
    return report


def _schools(rows: Iterable[Row], report: Report, seen: set[str]) -> Iterator[School]:
    for row in rows:
        try:
            school = school_rows.school_of(row)
        except Skip as skip:
            report.skip(str(skip), row["URN"])
            if school_rows.is_closed(row):
                _close([row["URN"]], school_rows.closed_on(row))
            continue
        if school.urn in seen:
            report.skip("its number came before", school.urn)
            continue
        seen.add(school.urn)
        yield school


def _batches(schools: Iterator[School]) -> Iterator[list[School]]:
    while batch := list(islice(schools, BATCH)):
        yield batch


def _upsert(batch: list[School]) -> None:
    now = clock.now()
    for school in batch:
        school.loaded_at = now
    School.objects.bulk_create(
        batch, update_conflicts=True, unique_fields=["urn"], update_fields=FACTS
    )


def _close(urns: Iterable[str], day: date | None = None) -> int:
    still_open = School.objects.open().filter(urn__in=urns)
    return still_open.update(closed_on=day or clock.today())


def _close_missing(seen: set[str], report: Report) -> None:
    here = set(School.objects.open().values_list("urn", flat=True))
    vanished = here - seen
    if len(vanished) > MAY_VANISH * len(here):
        raise ValidationError(
            "%(count)s of %(here)s schools are missing: this is not the whole register.",
            code="too_many_missing",
            params={"count": len(vanished), "here": len(here)},
        )
    for urn in sorted(vanished):
        report.skip("closed: no longer in the register", urn)
    _close(vanished)


def _forget_shared_domains() -> None:
    """An address at a trust's domain does not tell which of its schools somebody works for."""
    known = School.objects.open().exclude(domain="").order_by()
    shared = known.values("domain").annotate(schools=Count("pk")).filter(schools__gt=1)
    School.objects.filter(domain__in=list(shared.values_list("domain", flat=True))).update(
        domain=""
    )
