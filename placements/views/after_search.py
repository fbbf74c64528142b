"""What can be done with a search once its results are there; shown beneath them."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Member
from placements import authority


@dataclass(frozen=True)
class After:
    save_address: str = ""


def offered(asked: QueryDict, *, to: Member | None) -> After:
    """What this member can do now; a visitor can look on."""
    if to is None or not authority.may_save_searches(to):
        return After()
    return After(save_address=f"{reverse('placements:save-search')}?{asked.urlencode()}")
