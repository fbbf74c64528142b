"""Each code of a problem, what it is called, and what to do about it: a page of its own."""

from accounts.api.problems import MEANINGS

EXPLAINED = {
    # The request itself
    "invalid": ("Something could not be understood", MEANINGS[400]),
    "unknown_parameter": (
        "There is no such parameter",
        "A parameter or field of the request does nothing here. Look for a slip of the pen in its"
        " name.",
    ),
    "place_unknown": (
        "The place was not found",
        "Send a full postcode, the first half of one, a town, or latitude and longitude.",
    ),
    "not_found": ("Not found", MEANINGS[404]),
    "not_allowed": ("Not allowed", MEANINGS[403]),
    "not_signed_in": ("Not signed in", MEANINGS[401]),
    "method_not_allowed": (
        "Not possible here",
        "This address does not answer that method. `Allow` names those that it does.",
    ),
    "not_acceptable": ("Cannot be sent like that", MEANINGS[406]),
    "unsupported_media_type": ("Cannot be read like that", "Send JSON, and say so."),
    "key_reused": (
        "The key was used for something else",
        "Make a new `Idempotency-Key` for each act, and send it again only with the same body.",
    ),
    "key_in_use": (
        "The first request is still being done",
        "Another request with the same `Idempotency-Key` has not been answered yet. Ask again as"
        " `Retry-After` says, with the same key.",
    ),
    "rate_limited": ("Too many requests", MEANINGS[429]),
    "server_error": ("Something went wrong", MEANINGS[500]),
    "busy": ("Too busy", MEANINGS[503]),
    # The rules of booking
    "move_not_allowed": ("Not possible from here", "Its state does not allow that step."),
    "stale": (
        "Somebody was faster",
        "Something changed at the same moment. Read it and try again.",
    ),
    "not_published": ("Not published", "The listing is not taking bookings."),
    "not_open": ("Not open", "These dates were called off, or cannot be asked for now."),
    "not_suitable_year_group": ("Not for this year group", "The listing names its year groups."),
    "over_cap": ("More than one school may have", "The listing says how many that is."),
    "group_too_small": (
        "Too small a group",
        "The listing says how few places one school may book.",
    ),
    "group_too_large": (
        "Too large a group",
        "Each place is for a group from one school: `largest_group` of the slot says of how many.",
    ),
    "dates_changed": (
        "Other dates by now",
        "The host has moved the dates since `starts_on` and `ends_on` were read. Read the slot, show"
        " the new dates, and ask again with these.",
    ),
    "slot_full": (
        "Full",
        "Fewer places are free than were asked for. `alternatives` could be booked instead.",
    ),
    "places_reserved": (
        "Kept for some",
        "What is free is kept, until the day that the slot says, for those whom it names."
        " `alternatives` could be booked instead.",
    ),
    "priority_first": (
        "Open to some",
        "Booking has opened for those whom the slot names, and opens to all at `opens_at`.",
    ),
    "priority_students": (
        "More than are asked for",
        "`priority_students` is a number between 0 and `places`.",
    ),
    "beyond_capacity": (
        "More than there ever are",
        "The dates have fewer places altogether than the group needs.",
    ),
    "as_few_as": ("Not a part of the group", "Fewer places are at least 1 and at most `places`."),
    "already_booked": ("Booked already", "The school has a booking for those dates."),
    "lapsed": ("Too late", "The time to answer this request has passed."),
    "already_past": ("Over", "The dates of this booking have passed."),
    "suspended": ("Suspended", "Bookings wait here while a concern is looked into."),
}
