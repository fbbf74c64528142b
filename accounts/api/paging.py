"""One page of a list after the other, newest first, by where the last one ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

Row = TypeVar("Row", bound=Model)

USUAL_LIMIT, MOST = 20, 100
SALT = "accounts.api.cursor"
DAMAGED = "This address of a page is damaged, or no longer holds."


def limit_of(request: Request) -> int:
    given = request.query_params.get("limit") or str(USUAL_LIMIT)
    if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MOST):
        raise refused("limit", f"Ask for 1 to {MOST}.")
    return int(given)


def refused(name: str, words: str, *, code: str = "invalid") -> ValidationError:
    return ValidationError({name: ValidationError(words, code=code)})


def page_of(
    rows: QuerySet[Row], request: Request, *, newest_by: str
) -> tuple[Sequence[Row], str | None]:
    """The page that the request asks for, and the cursor of the next: nothing moves beneath it."""
    limit = limit_of(request)
    rows = rows.order_by(f"-{newest_by}", "-pk")
    if cursor := request.query_params.get("cursor"):
        moment, last = _read(cursor)
        before = Q(**{f"{newest_by}__lt": moment})
        rows = rows.filter(before | Q(**{newest_by: moment, "pk__lt": last}))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return shown, _after(shown[-1], newest_by) if len(found) > limit else None


def _after(row: Model, newest_by: str) -> str:
    moment: datetime = getattr(row, newest_by)
    return signing.dumps([moment.isoformat(), str(row.pk)], salt=SALT, compress=True)


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, last = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError) as fault:
        raise refused("cursor", DAMAGED) from fault
    return datetime.fromisoformat(moment), UUID(last)
