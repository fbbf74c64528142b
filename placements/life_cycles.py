"""The state machines as a page that anybody can read: docs/life-cycle.md is made from this.

States and moves come from `placements.states`. What only the verbs know, who makes a move of
a booking and who is told, stands here, and a test holds that no move is left out.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.db.models import TextChoices

from placements import states
from placements.states import BookingState

SCHOOL, HOST = "the school", "the host"
EITHER = f"{SCHOOL} or {HOST}"
ITSELF = "nobody: by itself"
CALLED_OFF = f"{HOST}, by calling the dates off"
OR_FEWER = f"{HOST}, by calling the dates off or having room for fewer"
CALLS_OFF = "calls it off, with a reason; or the school leaves what the host has changed"
OTHER_SIDE = (
    ("booking_cancelled", "the other side"),
    ("found_called_off", "the employer that a student found"),
)
LIST_OVER = (("waiting_over", SCHOOL),)
DATES_OFF = (("waiting_over", f"{SCHOOL}, if the dates were called off"),)
ASKED = (("booking_requested", HOST), ("booking_unheard", "its desk, where it has nobody"))
AGREED = (("booking_accepted", SCHOOL), ("booking_made", f"{HOST}, where it confirms at once"))

Told = tuple[tuple[str, str], ...]


class Step(NamedTuple):
    """Who makes a move, what it means, and which letters go to whom."""

    who: str
    means: str
    told: Told = ()


S = BookingState
BOOKING_STEPS: dict[tuple[str, str], Step] = {
    ("", S.REQUESTED): Step(SCHOOL, "asks for places", ASKED),
    ("", S.WAITING): Step(
        SCHOOL, "joins the waiting list of a full slot", (("waiting_joined", SCHOOL),)
    ),
    ("", S.OFFERED): Step(
        ITSELF,
        "the host has called off what was agreed, and other places are held instead",
        (("replacement_held", SCHOOL),),
    ),
    (S.REQUESTED, S.ACCEPTED): Step(
        HOST, "says yes to all or some; a listing that confirms at once says it by itself", AGREED
    ),
    (S.REQUESTED, S.DECLINED): Step(
        HOST, "says no, with a reason", (("booking_declined", SCHOOL),)
    ),
    (S.REQUESTED, S.LAPSED): Step(
        ITSELF, "nobody answered in time", (("booking_lapsed", "both sides"),)
    ),
    (S.REQUESTED, S.CANCELLED): Step(
        f"{SCHOOL}; or {OR_FEWER}", "takes the request back, with a reason", OTHER_SIDE
    ),
    (S.WAITING, S.OFFERED): Step(
        ITSELF, "places that suit the group fell free", (("waiting_offered", SCHOOL),)
    ),
    (S.WAITING, S.LAPSED): Step(
        ITSELF, "the list has ended, or the dates have too few places for the group now", LIST_OVER
    ),
    (S.WAITING, S.CANCELLED): Step(
        f"{SCHOOL}; or {CALLED_OFF}", "leaves the list, with a reason", DATES_OFF
    ),
    (S.OFFERED, S.WAITING): Step(
        HOST,
        "has room for fewer and takes the offer back; the group has its turn again",
        (("waiting_offer_taken_back", SCHOOL),),
    ),
    (S.OFFERED, S.REQUESTED): Step(
        SCHOOL,
        "takes the places up, where the host answers each request",
        ASKED,
    ),
    (S.OFFERED, S.ACCEPTED): Step(
        SCHOOL, "takes the places up, where the listing confirms at once", AGREED
    ),
    (S.OFFERED, S.LAPSED): Step(
        ITSELF,
        "nobody took the places up in time, and they pass on",
        (("waiting_offer_lapsed", SCHOOL),),
    ),
    (S.OFFERED, S.CANCELLED): Step(
        f"{SCHOOL}; or {CALLED_OFF}",
        "turns the offer down, with a reason, and the places pass on",
        DATES_OFF,
    ),
    (S.ACCEPTED, S.CONFIRMED): Step(
        ITSELF,
        "nothing obligatory is missing any more",
        (("booking_confirmed", "both sides"),),
    ),
    (S.ACCEPTED, S.COMPLETED): Step(ITSELF, "the day after its last day"),
    (S.ACCEPTED, S.NOT_ATTENDED): Step(HOST, "says that nobody came"),
    (S.ACCEPTED, S.CANCELLED): Step(EITHER, CALLS_OFF, OTHER_SIDE),
    (S.CONFIRMED, S.COMPLETED): Step(ITSELF, "the day after its last day"),
    (S.CONFIRMED, S.NOT_ATTENDED): Step(HOST, "says that nobody came"),
    (S.CONFIRMED, S.CANCELLED): Step(EITHER, CALLS_OFF, OTHER_SIDE),
    (S.COMPLETED, S.NOT_ATTENDED): Step(HOST, "says so the day after"),
    (S.NOT_ATTENDED, S.COMPLETED): Step(EITHER, "puts a mistake right"),
}


class Subject(NamedTuple):
    name: str
    states: type[TextChoices]
    moves: Mapping[str, set[str]]


OTHERS = (
    Subject("Listing", states.PlacementState, states.PLACEMENT_MOVES),
    Subject("Changes to a listing", states.RevisionState, states.REVISION_MOVES),
    Subject("Slot", states.SlotState, states.SLOT_MOVES),
    Subject("Enquiry", states.EnquiryState, states.ENQUIRY_MOVES),
    Subject("Answer to an enquiry", states.AnswerState, states.ANSWER_MOVES),
)

HEAD = """# Life cycles

Made from `placements/states.py` and `placements/life_cycles.py` by
`python3 dev.py manage life_cycle --file docs/life-cycle.md`; a test fails when it differs.
Every move is written into the history of what moved: from where, to where, who, when and,
where one is due, why.
"""

BOOKING = """
## Booking

A school's places in one slot. *In progress* is no state: it follows from the dates.

| state | called | holds places | on the waiting list | each side knows whom to reach |
|---|---|---|---|---|
"""

MOVES = """
| from | to | who | what happens | told |
|---|---|---|---|---|
"""

STATES = """
| state | called | may become |
|---|---|---|
"""


def page() -> str:
    return "".join([HEAD, *_of_booking(), *(_of(subject) for subject in OTHERS)])


def _of_booking() -> Iterator[str]:
    yield BOOKING
    for state in BookingState:
        facts = (states.HOLDS_PLACES, states.ON_LIST, states.IN_TOUCH)
        yield _row(_code(state), state.label, *("yes" if state in one else "" for one in facts))
    yield MOVES
    for (came_from, to), step in BOOKING_STEPS.items():
        told = "; ".join(f"{_code(kind)} to {reader}" for kind, reader in step.told)
        begins = _code(came_from) if came_from else "(begins)"
        yield _row(begins, _code(to), step.who, step.means, told)


def _of(subject: Subject) -> str:
    rows = (
        _row(_code(state), state.label, ", ".join(map(_code, _in_order(subject, state))))
        for state in subject.states
    )
    return f"\n## {subject.name}\n{STATES}{''.join(rows)}"


def _in_order(subject: Subject, state: str) -> list[str]:
    return [to for to in subject.states.values if to in subject.moves[state]]


def _code(word: str) -> str:
    return f"`{word}`"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
