"""Schools whose hosts called off what was agreed: held other places, and with nothing to hold."""

from placements import arrivals, bookings
from tests.browser.scene import LONG
from tests.browser.scene.market import link_in
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead

SECTOR = {"placement__sector": "protective_services"}


def set_in(scene):
    school = scene.enters("let_down", CareersLeaderFactory())
    elsewhere = SlotFactory(places=9, starts_on=days_ahead(51), **SECTOR)
    SlotFactory(placement=elsewhere.placement, places=9, starts_on=days_ahead(90))
    called_off = let_down(agreed(school), LONG)
    scene.place("let_down", called_off.pk)
    held = arrivals.instead(elsewhere, called_off)
    scene.place("held_instead", held.pk)
    scene.place("held_link", link_in("replacement_held", held))
    for_nothing = agreed(school, placement__sector="hair_beauty")
    scene.place("let_down_for_nothing", let_down(for_nothing).pk)
    # For those who take the steps: a host and a school, once with scripts and once without.
    for name, sector in (
        ("with_scripts", "legal_finance_accounting"),
        ("without", "transport_logistics"),
    ):
        school = scene.enters(f"school_{name}", CareersLeaderFactory())
        booking = agreed(school, placement__sector=sector)
        scene.enters(f"host_{name}", HostFactory(organisation=booking.slot.placement.provider))
        scene.place(f"agreed_{name}", booking.pk)
        SlotFactory(
            places=9,
            starts_on=days_ahead(52),
            placement__sector=sector,
            placement__confirms_at_once=True,
            placement__title="A week that is held",
        )


def agreed(school, **of):
    slot = SlotFactory(places=4, starts_on=days_ahead(50), **(of or SECTOR))
    booking = bookings.request(slot, places=3, by=school, year_group=10)
    return bookings.accept(booking, by=HostFactory(organisation=slot.placement.provider))


def let_down(booking, comment=""):
    host = HostFactory(organisation=booking.slot.placement.provider)
    return bookings.cancel(booking, reason="staffing", comment=comment, by=host)
