"""The verbs of workplaces: where placements happen, kept by those who offer them.

A listing above may rely on what a workplace says. So whoever lists placements watches:
a watcher is called, inside the change, with the names of the fields that changed, and
may refuse it.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import authority, postcodes
from accounts.models import Member, Organisation, Workplace
from accounts.postcodes import Place

Watcher = Callable[[Workplace, frozenset[str], Member], None]

DESCRIBED = (
    "name",
    "kind",
    "address",
    "town",
    "postcode",
    "risk_band",
    "lone_adult",
    "restricted_activities",
    "insurer",
    "insured_until",
    "crown_indemnity",
    "first_aid",
    "access_notes",
    "most_a_day",
)
PLACED = ("easting", "northing", "authority", "placed_approximately")

_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Have every change to a workplace told to `watcher`. Called at start-up."""
    if watcher not in _watchers:
        _watchers.append(watcher)


@transaction.atomic
def add(workplace: Workplace, *, by: Member) -> Workplace:
    """Keep a new workplace of the member's own organisation."""
    if not authority.may_keep_workplaces(by):
        raise PermissionDenied
    return lay_down(workplace, organisation=by.organisation)


def lay_down(workplace: Workplace, *, organisation: Organisation) -> Workplace:
    """Place the workplace on the map and write it; for registration and `add`."""
    workplace.organisation = organisation
    place(workplace)
    workplace.save(force_insert=True)
    return workplace


@transaction.atomic
def change(workplace: Workplace, *, by: Member) -> Workplace:
    """Write what was changed on `workplace`, an own one, since it was read."""
    before = _locked(workplace, by=by)
    place(workplace)
    changed = frozenset(
        name for name in DESCRIBED if getattr(before, name) != getattr(workplace, name)
    )
    workplace.save(update_fields=[*DESCRIBED, *PLACED])
    _tell(workplace, changed, by=by)
    return workplace


@transaction.atomic
def retire(workplace: Workplace, *, by: Member) -> Workplace:
    """Offer it no longer. It stays in the records of what happened there."""
    return _set_active(workplace, by=by, is_active=False)


@transaction.atomic
def bring_back(workplace: Workplace, *, by: Member) -> Workplace:
    return _set_active(workplace, by=by, is_active=True)


def place(workplace: Workplace) -> None:
    """Say where the postcode lies, or refuse one that nobody knows."""
    found = postcodes.find(workplace.postcode)
    written = postcodes.normalise(workplace.postcode)
    if found is None or not written:
        raise ValidationError(
            "Enter a full postcode in the United Kingdom, like SY1 1AA", code="place_unknown"
        )
    workplace.postcode = written
    place_at(workplace, found)


def place_at(workplace: Workplace, found: Place) -> None:
    """The same where its place is known already, as for many at once."""
    workplace.easting, workplace.northing = found.easting, found.northing
    workplace.authority = found.authority
    workplace.placed_approximately = found.is_approximate


def _set_active(workplace: Workplace, *, by: Member, is_active: bool) -> Workplace:
    locked = _locked(workplace, by=by)
    if locked.is_active != is_active:
        locked.is_active = is_active
        locked.save(update_fields=["is_active"])
        _tell(locked, frozenset({"is_active"}), by=by)
    return locked


def _locked(workplace: Workplace, *, by: Member) -> Workplace:
    locked = Workplace.objects.select_for_update().get(pk=workplace.pk)
    if not authority.may_keep_workplaces(by) or locked.organisation_id != by.organisation_id:
        raise PermissionDenied
    return locked


def _tell(workplace: Workplace, changed: frozenset[str], *, by: Member) -> None:
    if changed:
        for watcher in _watchers:
            watcher(workplace, changed, by)
