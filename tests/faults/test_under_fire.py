"""The benchmark's run under fire, smaller: nothing is lost and nothing is repeated.

2,000 messages, 50 kills, 5 crashes of the database and 5 flushes of the queue; the whole run is
`manage bench_messages`. Most kills end one of the two processes that a worker delivers with,
every second one with a mail in hand; the worker and the beat as a whole are killed too, but
seldom: each takes seconds to be there again. The database and the queue are really ended.

In each run the first process to have written a mail stands still before it hands it over, and
wakes when its lease is over or everything else is done. So the controls need no luck: each takes
one part of the machinery out, and that mail goes twice; without the key, every one does.
"""

from functools import partial

import pytest
from django.db import connection

from marketplace.bench.messages import mailserver, standin
from marketplace.bench.messages.bench import QUICK, goals_by_smtp, goals_under_fire
from marketplace.bench.messages.faults import Ordeal, Sizes
from marketplace.bench.messages.programs import laid_out
from tests.faults import freezing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

THINKS = 0.005
BY_SMTP = Sizes(messages=100, kills=6, crashes=1, flushes=1, freezes=1)
# Whoever stands still may not be killed before it wakes.
A_FEW = Sizes(messages=30, kills=0, flushes=1)


def missed(goals):
    return [goal.told() for goal in goals if not goal.ok]


@pytest.fixture(scope="module")
def ordeal(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), laid_out() as data:
        yield partial(undergo, data)


def undergo(data, service, sizes, *, before=lambda: None, **env):
    env["DJANGO_SETTINGS_MODULE"] = "tests.faults.freezing_settings"
    return Ordeal(service, sizes, print, env, data, before).run()


def take_out_the_key():
    sql("ALTER TABLE accounts_message DROP CONSTRAINT accounts_message_dedupe_key_key")


def take_out_the_lease():
    """Each is long over when it is given, so that anybody takes what somebody has."""
    sql("""
        CREATE FUNCTION no_lease() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.lease_until := NEW.lease_until - interval '1 day'; RETURN NEW; END $$
    """)
    sql("""
        CREATE TRIGGER no_lease BEFORE UPDATE ON accounts_message
        FOR EACH ROW EXECUTE FUNCTION no_lease()
    """)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_owed_is_lost_or_repeated_by_a_service_that_can_be_asked(ordeal):
    with standin.listening(THINKS) as service:
        told = ordeal(service, QUICK.asked)

    assert missed(goals_under_fire(told)) == []
    assert (told["kills"], told["crashes"], told["flushes"]) == (50, 5, 5)
    assert told["taken_up_again"] >= told["kills_while_claimed"]


def test_by_smtp_nothing_is_lost_and_what_was_in_hand_goes_again_under_its_message_id(ordeal):
    with mailserver.listening(THINKS) as server:
        told = ordeal(server, BY_SMTP)

    assert missed(goals_by_smtp(told)) == []
    # Whoever was killed had sent a mail, and nobody could know.
    assert told["repeated"] >= told["kills_while_claimed"] > 0


def test_without_the_key_what_is_said_twice_goes_twice(ordeal):
    with standin.listening() as service:
        told = ordeal(service, A_FEW, before=take_out_the_key)

    assert (told["repeated_as_another"], told["lost"]) == (A_FEW.messages, 0)


def test_without_the_lease_two_send_the_same(ordeal):
    with standin.listening() as service:
        # So long that whoever stood still wakes well within it, and may go on.
        told = ordeal(service, A_FEW, before=take_out_the_lease, MAIL_LEASE_SECONDS="120")

    assert told["repeated"] > 0
    assert told["lost"] == 0


def test_without_the_fence_whoever_wakes_has_sent_again_what_another_sent(ordeal):
    with standin.listening() as service:
        told = ordeal(service, A_FEW, **{freezing.WITHOUT: "fence"})

    assert told["repeated"] > 0
    assert told["lost"] == 0
