"""What can be done with a search once its results are there; shown beneath them."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Member
from placements import authority, needs, wants
from placements.forms.needs import TellHub
from placements.models import Need
from placements.search import PlacementSearch, Results
from placements.views import panels


@dataclass(frozen=True)
class After:
    """Where each thing is done; nothing, where this member cannot do it now."""

    # The same search for anybody, whatever is taken as said for whoever asks here.
    link: str = ""
    save_address: str = ""
    tell_address: str = ""
    tell_form: TellHub | None = None
    told: Need | None = None


def offered(
    searched: PlacementSearch, found: Results | None, asked: QueryDict, *, to: Member | None
) -> After:
    """What this member can do now; a visitor can look on, and tell somebody."""
    if found is None:
        return After()
    link = link_to(asked)
    if to is None or not authority.may_save_searches(to):
        return After(link)
    query = asked.copy()
    query.pop("cursor", None)
    address = f"{reverse('placements:save-search')}?{query.urlencode()}"
    is_much = found.total >= wants.FEW or wants.looks_at_a_spot(searched.chosen)
    if is_much or not authority.may_say_what_is_needed(to):
        return After(link, address)
    return After(
        link,
        address,
        tell_address=f"{reverse('placements:tell-hub')}?{query.urlencode()}",
        tell_form=TellHub(initial={"places": searched.chosen["places"]}, auto_id="need_%s"),
        told=needs.told_of(wants.of(searched.chosen), to.organisation),
    )


def link_to(asked: QueryDict) -> str:
    """The first page of this search, without boxes that were left empty."""
    query = asked.copy()
    for name, given in asked.lists():
        query.setlist(name, [value for value in given if value])
    if not query.get("near"):
        # Said to be nowhere, or a careers leader who opens it would look near their own school.
        query["near"] = ""
    return panels.address(query)
