"""Employers that students found, and that have not agreed that a Careers Hub learns of them.

Their school alone knows who and where they are. What worries it must reach the hub even so:
the hub then reads of a workplace that a student found, which school asks, and what worries it,
and speaks with the school. Only a named safeguarding lead, who reads that a student may be at
risk of harm, is told the name: the law lets a school share what keeps a child safe without
asking first, and nobody can act on a place that has none.
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Member, Organisation
from placements.models import Placement, SelfFound


def placements() -> QuerySet[SelfFound, Any]:
    """Their listings, by key, for a condition of another query."""
    return SelfFound.objects.untold().values("booking__slot__placement")


def is_about_one() -> Exists:
    """Of rows with a `placement`: whether it is one of theirs."""
    return Exists(SelfFound.objects.untold().filter(booking__slot__placement=OuterRef("placement")))


def is_untold(placement: Placement) -> bool:
    """Asks the database only about what a student found."""
    if not placement.provider.is_found:
        return False
    return SelfFound.objects.untold().filter(booking__slot__placement=placement).exists()


def is_untold_employer(found: Organisation) -> bool:
    untold = SelfFound.objects.untold()
    return found.is_found and untold.filter(booking__slot__placement__provider=found).exists()


def is_kept_from(member: Member, placement: Placement) -> bool:
    ours = member.organisation
    return (ours.is_hub or ours.is_national_team) and is_untold(placement)
