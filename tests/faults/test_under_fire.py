"""The benchmark's run under fire, smaller: nothing is lost and nothing is repeated.

A few of each fault; with WEX_FULL=1 2,000 messages, 50 kills, 5 crashes of the database and
5 flushes of the queue. The whole run is `manage bench_messages`. The controls take out the
key that makes two sayings one, and the lease.
"""

import os

import pytest
from django.db import connection

from marketplace.bench.messages import mailserver, standin
from marketplace.bench.messages.bench import QUICK, goals_by_smtp, goals_under_fire
from marketplace.bench.messages.faults import Ordeal, Sizes
from tests.faults import freezing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

A_FEW = Sizes(messages=100, kills=6, crashes=1, flushes=1, freezes=1)
ASKED, BY_SMTP = (QUICK.asked, QUICK.by_smtp) if os.environ.get("WEX_FULL") else (A_FEW, A_FEW)


def missed(goals):
    return [goal.told() for goal in goals if not goal.ok]


def test_nothing_owed_is_lost_or_repeated_by_a_service_that_can_be_asked():
    with standin.listening(0.005) as service:
        told = Ordeal(service, ASKED, print).run()

    assert missed(goals_under_fire(told)) == []
    assert (told["kills"], told["crashes"]) == (ASKED.kills, ASKED.crashes)
    assert told["taken_up_again"] >= told["kills_while_claimed"]


def test_by_smtp_nothing_is_lost_and_what_goes_again_is_the_same_mail():
    with mailserver.listening(0.005) as server:
        told = Ordeal(server, BY_SMTP, print).run()

    assert missed(goals_by_smtp(told)) == []
    assert told["repeated"] > 0


def test_without_the_key_what_is_said_twice_goes_twice():
    with standin.listening() as service:
        told = Ordeal(service, Sizes(messages=50, kills=2), print, before=drop_the_key).run()

    assert told["repeated_as_another"] == 50
    assert told["lost"] == 0


def test_without_a_lease_two_send_the_same():
    with standin.listening(0.005) as service:
        env = {
            "DJANGO_SETTINGS_MODULE": "tests.faults.freezing_settings",
            freezing.WITHOUT: "lease",
        }
        sizes = Sizes(messages=300, kills=2)
        told = Ordeal(service, sizes, print, env, patience=15).run()

    assert told["repeated"] > 0


def drop_the_key():
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE accounts_message DROP CONSTRAINT accounts_message_dedupe_key_key"
        )
