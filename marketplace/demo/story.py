"""The third chapter: what schools booked, how it went, and what they said of it.

Events are told in the order of their days, each as of its day, and the post is delivered
on the way, so that histories, mails and reminders carry the dates they should.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts import clock, postman
from accounts.clock import ENGLAND
from accounts.models import Message
from marketplace.demo import rows
from marketplace.demo.settling import Cast
from placements import bookings, lowering, replacements, slots
from placements.models import Booking, Placement, Slot
from ratings import rating

DIMENSIONS = ("communication", "organisation", "preparation", "quality", "support")


@dataclass
class Story:
    """What happens when; told by `tell`."""

    cast: Cast
    placements: dict[str, Placement]
    events: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def on(self, day: date, happens: Callable[[], object], *, hour: int = 10) -> None:
        moment = datetime.combine(day, time(hour), tzinfo=ENGLAND)
        self.events.append((moment, happens))

    def monday(self, week: int) -> date:
        return self.cast.today - timedelta(days=self.cast.today.weekday()) + timedelta(weeks=week)

    def host_of(self, placement: Placement) -> Any:
        hosts = self.cast.hosts.values()
        return next(host for host in hosts if host.organisation_id == placement.provider_id)

    def slot(self, title: str, week: int) -> Slot:
        return Slot.objects.get(placement=self.placements[title], starts_on=self.monday(week))

    def booking(self, title: str, school: str) -> Booking:
        mine = self.cast.careers_leaders[school].organisation
        booked = Booking.objects.filter(slot__placement=self.placements[title], school=mine)
        return booked.order_by("slot__starts_on").first() or _missing(title, school)

    def tell(self) -> None:
        """Let everything happen in its order, with the post of the days between."""
        for moment, happens in sorted(self.events, key=lambda event: event[0]):
            deliver_until(moment)
            with clock.as_of(moment):
                happens()
                postman.deliver_due()
        deliver_until(clock.now())


def _missing(title: str, school: str) -> Booking:
    raise LookupError(f"The story rates {title} for {school}, who never booked it.")


def deliver_until(moment: datetime) -> None:
    """Deliver what falls due before `moment`, each on its own day."""
    while True:
        due = Message.objects.owed().filter(due_at__lte=moment, attempts=0)
        earliest = due.order_by("due_at").values_list("due_at", flat=True).first()
        if earliest is None:
            return
        with clock.as_of(earliest + timedelta(seconds=1)):
            if not postman.deliver_due():
                return


def past_slots(story: Story) -> None:
    """Dates that are over by now; to be added while they were still to come."""
    for row in rows.story("past"):
        placement = story.placements[row["title"]]
        starts_on = story.monday(row["week"])
        slots.add(
            placement,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=min((placement.days or 1) - 1, 4)),
            places=sum(places for _, places in row["groups"]) + 2,
            by=story.host_of(placement),
        )


def plan_past(story: Story) -> None:
    for row in rows.story("past"):
        slot = story.slot(row["title"], row["week"])
        for school, places in row["groups"]:
            _plan_booking(story, slot, school, places, asked=slot.starts_on - timedelta(days=45))
        story.on(slot.ends_on + timedelta(days=1), bookings.complete_past, hour=6)
    for row in rows.story("ratings"):
        _plan_rating(story, row)
    _plan_absence(story)


def plan_now(story: Story) -> None:
    for row in rows.story("now"):
        asked = story.cast.today - timedelta(days=row["asked"])
        slot = story.slot(row["title"], row["week"])
        if row.get("waits"):
            _plan_waiting(story, slot, row, asked)
            continue
        _plan_booking(story, slot, row["school"], row["places"], asked=asked, answer=None)
        if row.get("answer"):
            _plan_answer(story, row, asked + timedelta(days=2))
        if row.get("cancel"):
            _plan_cancellation(story, row, asked + timedelta(days=5))
        if row.get("left"):
            _plan_lowering(story, row)
    story.on(story.cast.today - timedelta(days=14), bookings.lapse_unanswered)


def _plan_booking(
    story: Story,
    slot: Slot,
    school: str,
    places: int,
    *,
    asked: date,
    answer: str | None = "accept",
) -> None:
    member = story.cast.careers_leaders[school]
    placement = slot.placement
    year = max(placement.year_from or 10, min(placement.year_to or 13, 10))

    def ask() -> None:
        bookings.request(slot, places=places, by=member, year_group=year)

    story.on(asked, ask)
    if answer and not placement.confirms_at_once:
        host = story.host_of(placement)

        def accept() -> None:
            booking = Booking.objects.get(slot=slot, school=member.organisation)
            bookings.accept(booking, by=host)

        story.on(asked + timedelta(days=2), accept, hour=14)


def _plan_waiting(story: Story, slot: Slot, row: dict[str, Any], asked: date) -> None:
    member = story.cast.careers_leaders[row["school"]]
    places, as_few_as = row["places"], row.get("as_few_as")

    def join() -> None:
        bookings.request(slot, places=places, by=member, wait=True, as_few_as=as_few_as)

    story.on(asked, join)


def _plan_answer(story: Story, row: dict[str, Any], day: date) -> None:
    placement = story.placements[row["title"]]
    host = story.host_of(placement)

    def answer() -> None:
        booking = story.booking(row["title"], row["school"])
        if row["answer"] == "accept":
            bookings.accept(booking, by=host)
        else:
            bookings.decline(booking, reason=row["reason"], comment=row["comment"], by=host)

    if not placement.confirms_at_once:
        story.on(day, answer, hour=15)


def _plan_cancellation(story: Story, row: dict[str, Any], day: date) -> None:
    def cancel() -> None:
        booking = Booking.objects.live().get(
            slot=story.slot(row["title"], row["week"]),
            school=story.cast.careers_leaders[row["school"]].organisation,
        )
        by = (
            story.cast.careers_leaders[row["school"]]
            if row["cancel"] == "school"
            else story.host_of(story.placements[row["title"]])
        )
        bookings.cancel(booking, reason=row["reason"], comment=row["comment"], by=by)

    story.on(day, cancel, hour=16)
    if row["cancel"] == "provider":
        story.on(day, replacements.hold_owed, hour=17)


def _plan_lowering(story: Story, row: dict[str, Any]) -> None:
    """A host has room for fewer of one group; what is free, it keeps to itself as well."""

    def lower() -> None:
        slot = story.slot(row["title"], row["week"])
        held = lowering.holding_places(slot)
        booking = held.get(school=story.cast.careers_leaders[row["school"]].organisation)
        lowering.lower(
            slot,
            places=slot.taken - booking.places + row["left"],
            keep={booking.pk: row["left"]},
            seen=lowering.mark(held),
            reason=row["reason"],
            comment=row["comment"],
            by=story.host_of(story.placements[row["title"]]),
        )

    story.on(story.cast.today - timedelta(days=1), lower)


def _plan_rating(story: Story, row: dict[str, Any]) -> None:
    """The school debriefs and rates two days after the end; some hosts reply."""
    member = story.cast.careers_leaders[row["school"]]
    placement = story.placements[row["title"]]
    past = next(
        each
        for each in rows.story("past")
        if each["title"] == row["title"] and row["school"] in dict(each["groups"])
    )
    ended = story.slot(row["title"], past["week"]).ends_on

    def rate() -> None:
        booking = story.booking(row["title"], row["school"])
        made = rating.rate(
            booking,
            by=member,
            marks=dict(zip(DIMENSIONS, row["marks"], strict=True)),
            would_use_again=min(row["marks"]) > 2,
            comment=row["comment"],
            private_note="",
        )
        if row.get("reply"):
            rating.reply(made, words=row["reply"], by=story.host_of(placement))

    story.on(ended + timedelta(days=3), rate)


def _plan_absence(story: Story) -> None:
    """One group never came to Letterpress morning, and the host said so."""
    title, school = "Letterpress morning", "ludlow"
    slot = story.slot(title, -3)
    host = story.host_of(story.placements[title])
    story.on(
        slot.starts_on,
        lambda: bookings.mark_not_attended(story.booking(title, school), by=host),
        hour=17,
    )
