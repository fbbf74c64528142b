"""What each kind of letter is given to say, in a sample: the same names as when it is sent.

A test compares them with what the letters are really given, another with what their texts ask
for, so that a sample cannot show what is no more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from accounts import clock
from accounts.letters import link_to
from marketplace.wording.scene import NOBODY, TOKEN, Scene
from placements import contacts
from placements.checklist import Line
from placements.models import Booking, BookingChange
from placements.states import BookingState
from placements.words import CheckOutcome, Paper, WithoutIt

Words = Mapping[str, Any]
Samples = dict[str, Words]
LINK = {"token": TOKEN}


def all_words() -> Samples:
    """By its kind, what each letter says."""
    scene, found = Scene(), Samples()
    for piece in PIECES:
        found |= piece(scene)
    return found


def words_of_several(words: Words) -> list[Words]:
    """What several in one mail say: this, and the same of a booking at another host."""
    scene, booking = Scene(), words["booking"]
    other = scene.booking(booking.state, host=scene.mill, places=4)
    return [words, {**words, **_about(other)}]


def _alike(kinds: str, words: Words) -> Samples:
    return dict.fromkeys(kinds.split(), words)


def _signing_in(scene: Scene) -> Samples:
    name = {"name": "Alex Reed"}
    ways = {
        "sign_in_link": "accounts:open-sign-in",
        "reset_password": "accounts:open-reset",
        "change_address": "accounts:open-change-address",
    }
    return {
        **{kind: {**name, "link": link_to(route, TOKEN)} for kind, route in ways.items()},
        **_alike("already_registered password_changed second_factor_off address_changed", name),
        "no_account": {},
        "confirm_address": {
            **name,
            "organisation": scene.school,
            "link": link_to("accounts:open-confirm", TOKEN),
        },
    }


def _organisations(scene: Scene) -> Samples:
    member = {"member": scene.leader, "organisation": scene.school}
    client = scene.client()
    platform = {"client": client, "platform": client.acts_as, "organisation": scene.school}
    joining = "membership_asked membership_approved membership_refused member_joined"
    return {
        "invitation": {
            "invitation": scene.invitation(),
            "link": link_to("accounts:open-invitation", TOKEN),
        },
        **_alike(f"{joining} membership_waiting", member),
        **_alike("platform_connected platform_cut_off", platform),
        **_alike("organisation_suspended organisation_lifted", {"organisation": scene.school}),
        **_alike("concern_reported concern_safeguarding", {"concern_id": NOBODY}),
    }


def _about(booking: Booking) -> Words:
    return {"booking": booking, "slot": booking.slot, "placement": booking.slot.placement}


def _bookings(scene: Scene) -> Samples:
    requested = _about(scene.booking(BookingState.REQUESTED))
    note, mill = scene.note(), scene.booking(host=scene.mill)
    ended = "booking_declined booking_cancelled booking_lapsed"
    consents = "consent_refused consent_outdated"
    return {
        **_alike("booking_requested booking_unheard", {**requested, **LINK}),
        **_alike(f"booking_made {ended} {consents}", _about(scene.booking())),
        **_alike("booking_accepted places_given_back", _about(scene.booking(places=4))),
        "booking_note": {
            "note": note,
            "booking": note.booking,
            "placement": note.booking.slot.placement,
        },
        "cohort_asked": {
            "school": scene.school,
            "asked": [(requested["booking"], TOKEN)],
            "agreed": [mill],
        },
        "cohort_booked": {"cohort": scene.cohort(), "agreed": [scene.booking(), mill]},
        "consent_asked": {**_about(scene.booking()), **LINK},
    }


def _waiting_lists(scene: Scene) -> Samples:
    waiting = _about(scene.booking(BookingState.WAITING))
    offered = _about(scene.booking(BookingState.OFFERED, places=4))
    instead = scene.booking(BookingState.OFFERED, host=scene.mill)
    instead.replaces = scene.booking(BookingState.CANCELLED)
    instead.replaces.answered_at = scene.now
    lapsed = "waiting_offer_taken_back waiting_offer_lapsed waiting_over"
    return {
        **_alike(f"waiting_joined waiting_redated {lapsed}", waiting),
        **_alike("waiting_offered waiting_offer_grown", {**offered, **LINK}),
        "replacement_held": {**_about(instead), **LINK},
    }


def _changes(scene: Scene) -> Samples:
    change: BookingChange = scene.change()
    booking = change.booking
    told = {"change": change, "booking": booking, "placement": booking.slot.placement}
    return {
        **_alike("booking_changed booking_changed_reminder", {**told, **LINK}),
        **_alike("booking_stays booking_kept", told),
    }


def _checks(scene: Scene) -> Samples:
    request, listed = scene.check_request(), scene.bakery
    asked = {
        "request": request,
        "placement": listed.placement,
        "workplace": listed.workplace,
        "school": scene.school,
        "check": None,
        "is_late": False,
        "is_nameless": False,
    }
    return {
        **_alike("check_asked check_late", {**asked, **LINK}),
        **_alike("check_unanswered check_wanted check_told_more", asked),
        "check_answered": {**asked, "check": scene.check()},
        "check_unsuitable": {
            "placement": listed.placement,
            "workplace": listed.workplace,
            "check": scene.check(CheckOutcome.UNSUITABLE),
            "is_nameless": False,
            "found_by": None,
        },
    }


def _papers(scene: Scene) -> Samples:
    booking = scene.booking()
    missing = Line(
        Paper.INSURANCE,
        is_done=False,
        words="nobody has seen it yet",
        without=WithoutIt.BLOCKS,
        due_on=booking.slot.starts_on,
    )
    told = {**_about(booking), "is_nameless": False}
    return {
        "booking_confirmed": {**told, "lines": [], "may_not_start": False},
        **_alike(
            "papers_missing papers_escalated", {**told, "lines": [missing], "may_not_start": True}
        ),
    }


def _questions(scene: Scene) -> Samples:
    answer = scene.answer()
    told = {
        "answer": answer,
        "enquiry": answer.enquiry,
        "school": scene.school,
        "provider": answer.provider,
    }
    asked = {**told, **LINK, "titles": [scene.bakery.placement.title, scene.mill.placement.title]}
    return {
        **_alike("enquiry_asked enquiry_reminder", asked),
        **_alike("enquiry_answered enquiry_closed", told),
        "enquiry_over": {"enquiry": answer.enquiry},
    }


def _found(scene: Scene) -> Samples:
    found = scene.found()
    told = {
        **_about(found.booking),
        "found": found,
        "employer": scene.mill.provider,
        "hub": scene.hub,
    }
    return {
        "found_asked": {**told, **LINK},
        "found_reminder": {**_before(found.booking), "asker": contacts.at_school(found.booking)},
        "found_debrief": {**_after(found.booking), **LINK},
        **_alike("found_called_off employer_offered employer_invited", told),
    }


LISTING = """
listing_waiting listing_held listing_published listing_sent_back listing_not_confirmed
listing_declined listing_suspended listing_lifted listing_expired
revision_waiting revision_approved revision_sent_back
"""


def _listings(scene: Scene) -> Samples:
    placement = scene.bakery.placement
    listings = {"placements": [placement], "total": 1}
    asked = scene.in_question()
    return {
        **_alike(LISTING, {"placement": placement, "provider": placement.provider}),
        "listing_confirm": {"placement": placement, **LINK, "writer": scene.hub},
        "still_right": {
            "listings": [(placement, asked)],
            "total": 1,
            "pauses_on": asked.pauses_on,
            **LINK,
        },
        "listings_paused": listings,
    }


def _before(booking: Booking) -> Words:
    days_to_go = (booking.slot.starts_on - clock.today()).days
    return {**_about(booking), "days_to_go": days_to_go, "is_last": False, "is_virtual": False}


def _after(booking: Booking) -> Words:
    asked = {"called": False, "asked_before": False, "last": False}
    return {**_about(booking), **asked, "written": False, "rated": False}


def _around_a_start(scene: Scene) -> Samples:
    booking = scene.booking()
    after = _after(booking)
    return {
        **_alike("reminder_to_school reminder_to_host", _before(booking)),
        "day_before_text": {
            "day": "Monday 25 January",
            "is_tomorrow": True,
            "starting": 1,
            "students": 6,
            "starts_at": booking.slot.placement.starts_at,
            "comes": False,
            "other": scene.bakery.provider.name,
        },
        "debrief_to_school": after,
        "debrief_to_host": {**after, **LINK},
    }


def _openings(scene: Scene) -> Samples:
    slot = scene.opens_tomorrow()
    return {"booking_opens": {"placement": slot.placement, "slots": [slot]}}


def _searches(scene: Scene) -> Samples:
    told = {
        "search": scene.search(),
        "results_link": f"{link_to('placements:search')}?near=SY1",
        "stop_link": link_to("placements:stop-search-link", TOKEN),
    }
    found = [scene.bakery.placement, scene.mill.placement]
    return {
        "saved_search_news": {**told, "placements": found, "total": 5},
        "saved_search_ending": {**told, **LINK},
    }


def _ratings(scene: Scene) -> Samples:
    placement, booking = scene.bakery.placement, scene.booking()
    return {
        **_alike(
            "rating_received rating_replied rating_hidden",
            {"rating": scene.rating(), "placement": placement},
        ),
        "rating_reported": {"report": scene.report(), "of": placement.title},
        "debrief_written": {"booking": booking, "placement": placement, "writer": scene.school},
    }


PIECES: tuple[Callable[[Scene], Samples], ...] = (
    *(_signing_in, _organisations, _bookings, _waiting_lists, _changes, _checks, _papers),
    *(_questions, _found, _listings, _around_a_start, _openings, _searches, _ratings),
)
