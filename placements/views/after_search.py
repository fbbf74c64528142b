"""What can be done with a search once its results are there; shown beneath them."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Member
from placements import authority, needs, wants
from placements.forms.needs import TellHub
from placements.models import Need
from placements.search import PlacementSearch, Results


@dataclass(frozen=True)
class After:
    """Where each thing is done; nothing, where this member cannot do it now."""

    save_address: str = ""
    tell_address: str = ""
    tell_form: TellHub | None = None
    told: Need | None = None


def offered(
    searched: PlacementSearch, found: Results | None, asked: QueryDict, *, to: Member | None
) -> After:
    """What this member can do now; a visitor can look on."""
    if found is None or to is None or not authority.may_save_searches(to):
        return After()
    query = asked.copy()
    query.pop("cursor", None)
    address = f"{reverse('placements:save-search')}?{query.urlencode()}"
    if found.total >= wants.FEW or not authority.may_say_what_is_needed(to):
        return After(address)
    return After(
        address,
        tell_address=f"{reverse('placements:tell-hub')}?{query.urlencode()}",
        tell_form=TellHub(initial={"places": searched.chosen["places"]}, auto_id="need_%s"),
        told=needs.told_of(wants.of(searched.chosen), to.organisation),
    )
