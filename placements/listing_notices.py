"""What is said about a listing, and to whom.

Mail says what happened and where to read on; notes, reasons and comments stay on the
listing's page. Each round at the desk is an occasion of its own, told apart by the moment
at which the listing was sent in.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts import clock, letters, links, outbox
from accounts.letters import Entered, Letter, Terms
from accounts.models import Message
from placements import desks
from placements.models import Placement, Revision
from placements.states import PlacementState, RevisionState
from placements.written import CONFIRM, CONFIRM_WITHIN, confirmation_is_owed, writing_desk

_terms = partial(Terms, "Listings")
_desk = partial(_terms, "the desk")
_kept = partial(_terms, "the provider, and the desk that wrote it for them")
_told = partial(_kept, may_be_stopped=True)


def submitted(placement: Placement) -> None:
    """The employer confirms what a broker wrote; after that, or without that, the desk reads."""
    if confirmation_is_owed(placement):
        _ask_to_confirm(placement)
    else:
        _tell_desk("listing_waiting", placement, key=_round(placement))


def confirmed(placement: Placement) -> None:
    _tell_desk("listing_waiting", placement, key=f"confirmed {_round(placement)}")


def employer_wants_changes(placement: Placement) -> None:
    if desk := writing_desk(placement):
        outbox.post_to("listing_not_confirmed", organisation=desk, about=placement, key=_now())


def published(placement: Placement) -> None:
    _tell_provider("listing_published", placement, key=_round(placement))


def sent_back(placement: Placement) -> None:
    _tell_provider("listing_sent_back", placement, key=_round(placement))


def declined(placement: Placement) -> None:
    _tell_provider("listing_declined", placement)


def suspended(placement: Placement) -> None:
    _tell_provider("listing_suspended", placement, key=_now())


def lifted(placement: Placement) -> None:
    outbox.unsay("listing_suspended", about=placement)
    _tell_provider("listing_lifted", placement, key=_now())


def held(placement: Placement) -> None:
    """Off the page until a broker has decided about its workplace."""
    _tell_desk("listing_waiting", placement, key=_round(placement))
    _tell_provider("listing_held", placement, key=_round(placement))


def expired(placement: Placement) -> None:
    _tell_provider("listing_expired", placement, key=_now())


def revision_submitted(revision: Revision) -> None:
    if confirmation_is_owed(revision.placement):
        _ask_to_confirm(revision.placement)
    else:
        _tell_desk("revision_waiting", revision.placement, key=_round(revision))


def revision_approved(revision: Revision) -> None:
    _tell_provider("revision_approved", revision.placement, key=_round(revision))


def revision_sent_back(revision: Revision) -> None:
    _tell_provider("revision_sent_back", revision.placement, key=_round(revision))


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    at_the_desk = _while(PlacementState.SUBMITTED)
    seen = _while(PlacementState.PUBLISHED, PlacementState.PAUSED)
    returned, over = _while(PlacementState.SENT_BACK), _while(PlacementState.EXPIRED)
    changes, changes_returned = map(
        _while_changes, (RevisionState.SUBMITTED, RevisionState.SENT_BACK)
    )
    for kind, still_holds, terms in (
        ("listing_waiting", at_the_desk, _desk("a listing waits to be read")),
        ("listing_held", at_the_desk, _kept("a changed workplace has to be looked at again")),
        ("listing_published", seen, _told("a broker publishes a listing")),
        ("listing_sent_back", returned, _kept("a broker asks for changes to a listing")),
        (
            "listing_not_confirmed",
            letters.always,
            _desk("an employer wants changes to what it wrote"),
        ),
        ("listing_declined", letters.always, _kept("a listing will not be published")),
        ("listing_suspended", letters.always, _kept("a broker hides a listing over a concern")),
        ("listing_lifted", letters.always, _kept("a listing is no longer hidden")),
        ("listing_expired", over, _told("the last dates of a listing are over")),
        ("revision_waiting", changes, _desk("changes to a listing wait to be read")),
        ("revision_approved", letters.always, _told("a broker approves changes to a listing")),
        ("revision_sent_back", changes_returned, _kept("a broker sends changes to a listing back")),
    ):
        letters.register(Letter(kind, _about_listing, still_holds, terms=terms))
    terms = _terms("the employer", "a broker has written a listing for it, or has changed it")
    letters.register(
        Letter("listing_confirm", _with_link, _awaits_employer, terms=terms, entered=EMPLOYERS)
    )


def _ask_to_confirm(placement: Placement) -> None:
    outbox.post("listing_confirm", to=placement.confirmation_asked_of, about=placement, key=_now())


def _writing(message: Message) -> UUID | None:
    desk = writing_desk(_listing(message))
    return desk.pk if desk else None


def _confirm_elsewhere(message: Message, email: str) -> None:
    Placement.objects.filter(pk=message.subject).update(confirmation_asked_of=email)


def _page(message: Message) -> str:
    return reverse("placements:listing", args=[message.subject])


EMPLOYERS = Entered(_writing, _confirm_elsewhere, page=_page)


def _tell_desk(kind: str, placement: Placement, *, key: str) -> None:
    if desk := desks.desk_of(placement):
        outbox.post_to(kind, organisation=desk, about=placement, key=key)


def _tell_provider(kind: str, placement: Placement, *, key: str = "") -> None:
    """Its provider's people, and the desk that wrote it for them."""
    outbox.post_to(kind, organisation=placement.provider, about=placement, key=key)
    if desk := writing_desk(placement):
        outbox.post_to(kind, organisation=desk, about=placement, key=key)


def _round(subject: Placement | Revision) -> str:
    return subject.submitted_at.isoformat() if subject.submitted_at else ""


def _now() -> str:
    return clock.now().isoformat()


def _while(*states: PlacementState) -> Callable[[Message], bool]:
    return lambda message: Placement.objects.filter(pk=message.subject, state__in=states).exists()


def _while_changes(state: RevisionState) -> Callable[[Message], bool]:
    return lambda message: Revision.objects.filter(
        placement_id=message.subject, state=state
    ).exists()


def _awaits_employer(message: Message) -> bool:
    return confirmation_is_owed(_listing(message))


def _listing(message: Message) -> Placement:
    rows = Placement.objects.select_related("provider", "written_by__organisation")
    return rows.get(pk=message.subject)


def _about_listing(message: Message) -> Mapping[str, Any]:
    placement = _listing(message)
    return {"placement": placement, "provider": placement.provider}


def _with_link(message: Message) -> Mapping[str, Any]:
    placement = _listing(message)
    token = links.make(CONFIRM, email=message.email, subject=message.subject, lives=CONFIRM_WITHIN)
    writer = writing_desk(placement)
    return {"placement": placement, "token": token, "writer": writer}
