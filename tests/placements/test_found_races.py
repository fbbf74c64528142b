"""An employer that presses a button twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from placements import self_found
from placements.models import HostAgreement, Slot
from placements.words import DeclineReason
from tests.factories import CareersLeaderFactory
from tests.placements import paper_rules
from tests.placements.test_self_found import SAID, link_to, record

pytestmark = pytest.mark.django_db(transaction=True)


def say_yes(asked):
    return self_found.confirm(asked, SAID)


def say_no(asked):
    return self_found.refuse(asked, reason=DeclineReason.DATES)


@pytest.mark.parametrize("second", [say_yes, say_no])
@pytest.mark.parametrize("first", [say_yes, say_no])
def test_of_two_answers_at_once_one_counts_and_the_other_is_told_so(first, second):
    paper_rules.begin()
    found = record(CareersLeaderFactory())
    token = link_to(found)

    def go(answer):
        try:
            return answer(self_found.opened(token)).state
        except ValidationError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as elsewhere:
        with transaction.atomic():
            # Both have come as far as they can.
            Slot.objects.select_for_update(no_key=True).get(pk=found.booking.slot_id)
            running = [elsewhere.submit(go, answer) for answer in (first, second)]
            for answer in running:
                with pytest.raises(TimeoutError):
                    answer.result(timeout=0.4)

        said = {answer.result(timeout=10) for answer in running}
    found.booking.refresh_from_db()
    assert said == {found.booking.state, "link_spent"}
    assert HostAgreement.objects.count() == (found.booking.state == "accepted")
