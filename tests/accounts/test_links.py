from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import links
from accounts.models import OneTimeLink
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def made(purpose=links.SIGN_IN, subject="7"):
    return links.make(purpose, email="Sam@Example.org", subject=subject, user=UserFactory())


def test_a_token_opens_the_link_it_was_made_for():
    token = made()

    link = links.open(token, links.SIGN_IN)

    assert (link.email, link.subject, link.used_at) == ("sam@example.org", "7", None)


def test_the_token_itself_is_kept_nowhere():
    token = made()

    row = OneTimeLink.objects.values().get()

    assert token not in " ".join(str(value) for value in row.values())


def test_a_token_opens_nothing_for_another_purpose():
    assert links.open(made(links.SIGN_IN), links.RESET_PASSWORD) is None


def test_an_invented_token_opens_nothing():
    made()

    assert links.open("invented", links.SIGN_IN) is None


def test_opening_a_link_does_not_use_it():
    token = made()

    for _ in range(3):
        links.open(token, links.SIGN_IN)

    assert links.use(links.open(token, links.SIGN_IN)).used_at is not None


def test_a_link_is_used_once(refused):
    link = links.open(made(), links.SIGN_IN)
    links.use(link)

    with refused("link_spent"):
        links.use(link)

    assert links.find(link.pk, links.SIGN_IN) is None


@pytest.mark.parametrize("purpose", sorted(links.LIVES))
def test_a_link_runs_out_to_the_minute(purpose, refused):
    token = made(purpose)
    link = links.open(token, purpose)
    ends = timezone.now() + links.LIVES[purpose]

    with time_machine.travel(ends - timedelta(minutes=1)):
        assert links.open(token, purpose) == link
    with time_machine.travel(ends + timedelta(seconds=1)):
        assert links.open(token, purpose) is None
        with refused("link_spent"):
            links.use(link)


def test_revoking_ends_the_links_of_one_subject_and_purpose_only():
    token, other_subject = made(subject="7"), made(subject="8")
    other_purpose = made(links.RESET_PASSWORD, subject="7")

    assert links.revoke(links.SIGN_IN, subject="7") == 1

    assert links.open(token, links.SIGN_IN) is None
    assert links.open(other_subject, links.SIGN_IN) is not None
    assert links.open(other_purpose, links.RESET_PASSWORD) is not None
