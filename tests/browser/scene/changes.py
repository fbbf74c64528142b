"""Hosts that have room for fewer, or move their dates; and schools that are asked."""

from placements import bookings, redating
from tests.browser.scene import LONG
from tests.browser.scene.market import link_in
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead


def set_in(scene):
    host = scene.enters("short_of_room", HostFactory())
    crowded = crowded_by(host, [CareersLeaderFactory() for _ in range(3)])
    bookings.request(crowded, places=2, by=CareersLeaderFactory(), wait=True)
    scene.place("crowded_slot", crowded.placement_id, crowded.pk)
    asked = scene.enters("is_asked", CareersLeaderFactory())
    scene.place("booking_changed", moved(host, asked).pk)
    by_mail = moved(host, CareersLeaderFactory())
    scene.place("change_link", link_in("booking_changed", by_mail.changes.get()))
    # For those who take the steps, once with scripts and once without.
    for which in ("scripted", "plain"):
        walker = scene.enters(f"host_{which}", HostFactory())
        schools = [CareersLeaderFactory() for _ in range(2)]
        for number, school in enumerate(schools):
            scene.enters(f"school_{which}_{number}", school)
        slot = crowded_by(walker, schools)
        scene.place(f"to_move_{which}", slot.placement_id, slot.pk)
        scene.place(f"booked_{which}", slot.bookings.get(school=schools[0].organisation).pk)
        scene.place(f"other_{which}", slot.bookings.get(school=schools[1].organisation).pk)


def crowded_by(host, schools):
    slot = SlotFactory(
        places=4 * len(schools),
        placement__provider=host.organisation,
        placement__title="A week at the ovens",
    )
    for school in schools:
        booking = bookings.request(slot, places=4, by=school, year_group=10)
        bookings.accept(booking, by=host)
    return slot


def moved(host, school):
    slot = crowded_by(host, [school])
    redating.move(
        slot,
        starts_on=days_ahead(74),
        ends_on=days_ahead(78),
        reason="business_change",
        comment=LONG,
        by=host,
    )
    return slot.bookings.get()
