import re

import pytest
from django.urls import reverse

from accounts import letter_texts, wording
from accounts.models import Role, Wording
from tests.factories import NationalFactory

pytestmark = pytest.mark.django_db

KIND = "rating_received"
PAGE = reverse("wording-change", args=[KIND])
BACK = reverse("wording-put-back", args=[KIND])
KINDER = letter_texts.original(KIND).replace("has rated it", "has said how it went")


@pytest.fixture
def national(client):
    member = NationalFactory()
    client.force_login(member.user)
    return member


def change(client, text=KINDER, *, seen=0, because="It sounded like a machine.", **more):
    return client.post(PAGE, {"text": text, "seen": seen, "because": because, **more})


def test_words_are_changed_on_a_page_and_stand_on_the_message_s_own(client, national):
    assert "has rated it" in client.get(PAGE).content.decode()

    assert change(client).status_code == 302

    shown = client.get(reverse("wording-of", args=[KIND])).content.decode()
    assert "Somebody who used A week in the bakery has said how it went." in shown
    again = client.get(PAGE).content.decode()
    assert "has said how it went" in again
    assert "It sounded like a machine." in again


def test_a_look_at_them_changes_nothing_and_asks_for_no_reason(client, national):
    page = change(client, because="", look="yes").content.decode()

    assert "Somebody who used A week in the bakery has said how it went." in page
    assert "govuk-error-message" not in page
    assert not Wording.objects.exists()


@pytest.mark.parametrize("look", [{}, {"look": "yes"}])
def test_words_that_cannot_be_sent_are_told_beside_them_and_kept(client, national, look):
    text = KINDER.replace("has said", "has said {{ rating.by }}, and")

    page = change(client, text, **look).content.decode()

    assert "Line 2 uses a value that this message does not have there." in page
    assert "has said {{ rating.by }}, and" in page
    assert "A look at it" not in page
    assert not Wording.objects.exists()


def test_nothing_is_lost_when_a_colleague_was_quicker(client, national):
    wording.put(KIND, KINDER, seen=0, because="Better.", by=national)

    page = change(client, KINDER.replace("Somebody", "A school")).content.decode()

    assert "A colleague has changed this text since you opened the page." in page
    assert "A school who used" in page
    assert "Somebody who used" in page
    # It has been shown now, and pressing once more is meant.
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page)[1]
    assert change(client, KINDER.replace("Somebody", "A school"), seen=seen).status_code == 302


def test_the_first_words_come_back(client, national):
    change(client)

    assert "The words that the product came with" not in client.get(PAGE).content.decode()
    assert client.post(BACK, {"seen": 1, "because": "Better."}).status_code == 302

    assert wording.current(KIND).is_original
    page = client.get(PAGE).content.decode()
    assert "The words that the product came with." in page
    assert "Go back to the words" not in page


def test_going_back_from_a_page_that_is_old_goes_nowhere(client, national):
    change(client)
    change(client, KINDER.replace("Somebody", "A school"), seen=1)

    page = client.post(BACK, {"seen": 1, "because": "Better."}).content.decode()

    assert "A colleague has changed this text" in page
    assert not wording.current(KIND).is_original


def test_who_only_reads_is_offered_no_change(client):
    client.force_login(NationalFactory(role=Role.VIEWER).user)

    page = client.get(reverse("wording-of", args=[KIND])).content.decode()

    assert PAGE not in page
    assert client.get(PAGE).status_code == client.get(BACK).status_code == 403


@pytest.mark.parametrize("versions", [1, 3])
def test_a_page_costs_the_same_with_many_versions(
    client, national, django_assert_max_num_queries, versions
):
    for seen in range(versions):
        text = KINDER.replace("Somebody", f"Somebody, {seen},")
        wording.put(KIND, text, seen=seen, because="Better.", by=national)

    with django_assert_max_num_queries(9):
        client.get(PAGE)


@pytest.mark.parametrize("versions", [1, 3])
def test_all_kinds_are_asked_for_their_words_at_once(
    client, national, django_assert_max_num_queries, versions
):
    for seen in range(versions):
        text = KINDER.replace("Somebody", f"Somebody, {seen},")
        wording.put(KIND, text, seen=seen, because="Better.", by=national)

    with django_assert_max_num_queries(9):
        client.get(reverse("wording"))
