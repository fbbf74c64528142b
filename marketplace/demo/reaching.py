"""A chapter on what reaches further: one listing at many workplaces, and a platform that books."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

from accounts import clients, clock
from accounts.words import Scope
from marketplace.demo import rows
from marketplace.demo.story import Story
from placements import bookings, listings, site_rows, sites
from placements.models import Placement, Slot


def open_branches(story: Story) -> None:
    for row in rows.story("branches"):
        placement = story.placements[row["title"]]
        host = story.host_of(placement)
        with clock.as_of(clock.now() - timedelta(days=10)):
            told, _ = site_rows.read(_sheet(story, row))
            sites.spread(placement, told, by=host)
            for site in placement.sites.filter(workplace__name__in=row["paused"]):
                listings.pause(site, by=host)
        with clock.as_of(clock.now() - timedelta(days=1)):
            _ask_for_one(story, placement, row["asked"])


def connect_platforms(story: Story) -> None:
    """Its school sees what it may do, and what it booked."""
    for row in rows.story("platforms"):
        leader = story.cast.careers_leaders[row["school"]]
        scopes = [Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE]
        with clock.as_of(clock.now() - timedelta(days=20)):
            issued = clients.issue(leader.organisation, name=row["name"], scopes=scopes, by=leader)
        with clock.as_of(clock.now() - timedelta(days=1)):
            slot = story.slot(row["title"], row["week"])
            platform = issued.client.acts_as
            bookings.request(slot, places=row["places"], by=platform, year_group=11)


def _sheet(story: Story, row: dict[str, Any]) -> str:
    """The rows that an employer would send, two sets of dates for each shop."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(site_rows.COLUMNS)
    for number, (name, address, town, postcode) in enumerate(row["shops"], start=1):
        for week in row["weeks"]:
            first_day = story.monday(week)
            last_day = first_day + timedelta(days=4)
            writer.writerow(
                [
                    *(f"shop-{number}-{week}", name, address, town, postcode),
                    *(first_day.isoformat(), last_day.isoformat(), row["places"]),
                ]
            )
    return out.getvalue()


def _ask_for_one(story: Story, placement: Placement, row: dict[str, Any]) -> None:
    there = Slot.objects.filter(
        placement__text_of=placement, placement__workplace__name=row["shop"]
    )
    slot = there.order_by("starts_on")[0]
    leader = story.cast.careers_leaders[row["school"]]
    bookings.request(slot, places=row["places"], by=leader, year_group=11)
