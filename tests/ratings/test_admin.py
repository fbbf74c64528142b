import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings import badges
from tests.factories import (
    BadgeFactory,
    BrokerFactory,
    DebriefFactory,
    NationalFactory,
    PlacementFactory,
    RatingReportFactory,
    ReplyFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

MODELS = [m._meta.model_name for m in admin.site._registry if m._meta.app_label == "ratings"]


def one_of_each(by):
    RatingReportFactory(rating=ReplyFactory().rating)
    DebriefFactory()
    provider = PlacementFactory().provider
    badges.award(BadgeFactory(), provider, starts_on=days_ahead(0), ends_on=days_ahead(9), by=by)


@pytest.mark.parametrize("model", MODELS)
def test_the_console_lists_what_was_said_at_the_same_cost_however_long(client, model):
    national = NationalFactory(user__is_staff=True)
    client.force_login(national.user)
    where = reverse(f"admin:ratings_{model}_changelist")
    costs = []

    for _ in range(3):
        one_of_each(national)
        client.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        costs.append(len(asked))

    assert len(set(costs)) == 1


def test_a_broker_opens_no_console(client):
    client.force_login(BrokerFactory().user)

    assert client.get(reverse("admin:ratings_rating_changelist"), follow=True).status_code == 403
