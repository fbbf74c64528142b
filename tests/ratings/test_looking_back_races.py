"""A host that looks back by its link and one that does so signed in come in turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from accounts import links
from accounts.models import OneTimeLink
from placements import counter
from ratings import attendance, debrief
from ratings.attendance import Called
from ratings.debrief import Answers
from ratings.notices import LOOK_BACK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "says",
    [
        lambda booking, host: debrief.write(booking, Answers(went_well="Keen."), by=host),
        lambda booking, host: attendance.call(booking, Called(), by=host),
    ],
)
def test_who_looks_back_holds_neither_booking_nor_link_before_the_dates(booking, host, says):
    links.make(
        LOOK_BACK,
        email=host.user.email,
        user=host.user,
        subject=str(booking.pk),
        lives=timedelta(days=30),
    )

    def go():
        try:
            return says(booking, host)
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            counter.lock(booking.slot_id)
            said = pool.submit(go)
            with pytest.raises(TimeoutError):
                said.result(timeout=0.4)
            # Both are free for whoever holds the dates.
            list(OneTimeLink.objects.select_for_update(nowait=True))
            type(booking).objects.select_for_update(nowait=True).get(pk=booking.pk)
        assert said.result(timeout=10)
