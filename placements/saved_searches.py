"""Keeping a search: renaming it, renewing, stopping its mail, deleting.

What is new for it is looked for in `placements.search_news`.
"""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import clock, links
from accounts.models import Member, OneTimeLink
from placements import authority, search_notices
from placements.models import Frequency, SavedSearch
from placements.search import kept
from placements.search_turns import SETTLED, next_turn

MOST = 20
LONGEST_QUERY = 1000
# A school term. A fortnight before, its member is asked whether to go on.
LIVES = timedelta(days=90)


@transaction.atomic
def keep(query: str, *, name: str, frequency: Frequency, by: Member) -> SavedSearch:
    if not authority.may_save_searches(by):
        raise PermissionDenied
    mine = _locked_list(by)
    query = _short_enough(kept.as_kept(query))
    if mine.filter(query=query).exists():
        raise ValidationError("You have saved this search already.", code="already_saved")
    if mine.count() >= MOST:
        raise ValidationError(
            "You have %(most)s saved searches. Delete one first.",
            code="too_many",
            params={"most": MOST},
        )
    now = clock.now()
    search = SavedSearch.objects.create(
        member=by,
        name=_named(name),
        query=query,
        frequency=frequency,
        saved_at=now,
        looked_until=now - SETTLED,
        look_at=next_turn(frequency, after=now),
        lapses_at=now + LIVES,
    )
    search_notices.ending_planned(search)
    return search


@transaction.atomic
def change(search: SavedSearch, *, name: str, frequency: Frequency, by: Member) -> SavedSearch:
    """Another name, or another rhythm."""
    search = _own(search, by)
    search.name = _named(name)
    search.save(update_fields=["name"])
    if frequency != search.frequency:
        _turn_to(search, frequency)
    return search


@transaction.atomic
def renew(search: SavedSearch, *, by: Member) -> SavedSearch:
    return _renewed(_own(search, by))


@transaction.atomic
def delete(search: SavedSearch, *, by: Member) -> None:
    search = _own(search, by)
    search_notices.nothing_more(search)
    search.delete()


def of_link(link: OneTimeLink) -> SavedSearch | None:
    """The search that a mail's link is about, unless it has been deleted."""
    return SavedSearch.objects.filter(pk=link.subject).first()


@transaction.atomic
def renew_by_link(link: OneTimeLink) -> SavedSearch:
    """Whoever holds the link, once."""
    links.use(link)
    return _renewed(_locked(link.subject))


@transaction.atomic
def stop_by_link(link: OneTimeLink) -> SavedSearch:
    """Write no more about this search. Its member keeps it, and can have mail again."""
    links.use(link)
    search = _locked(link.subject)
    _turn_to(search, Frequency.NEVER)
    return search


def _turn_to(search: SavedSearch, frequency: Frequency) -> None:
    now = clock.now()
    if not search.is_mailed:
        # Nobody expects to hear of what came out while they wanted no mail.
        search.looked_until, search.lapses_at = now - SETTLED, now + LIVES
    search.frequency, search.look_at = frequency, next_turn(frequency, after=now)
    search.save(update_fields=["frequency", "look_at", "looked_until", "lapses_at"])
    search_notices.ending_planned(search)


def _renewed(search: SavedSearch) -> SavedSearch:
    now = clock.now()
    if search.has_lapsed:
        search.looked_until, search.look_at = now - SETTLED, next_turn(search.frequency, after=now)
    search.lapses_at = now + LIVES
    search.save(update_fields=["lapses_at", "looked_until", "look_at"])
    search_notices.ending_planned(search)
    return search


def _locked_list(by: Member) -> QuerySet[SavedSearch]:
    """One's own searches, while nobody adds to them."""
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    return SavedSearch.objects.visible_to(by)


def _own(search: SavedSearch, by: Member) -> SavedSearch:
    if search.member_id != by.pk or not authority.may_save_searches(by):
        raise PermissionDenied
    return _locked(search.pk)


def _locked(pk: UUID | str) -> SavedSearch:
    return SavedSearch.objects.select_for_update(no_key=True).get(pk=pk)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": ValidationError("Give the search a name.", code="invalid")})
    return name


def _short_enough(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise ValidationError("This search has too many filters to keep.", code="search_invalid")
    return query
