from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from tests.factories import SentMailFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_what_was_sent_the_newest_first(client):
    SentMailFactory(title="The first", sent_at=clock.now() - timedelta(hours=1))
    SentMailFactory(title="The second")

    page = client.get(reverse("accounts:outbox")).content.decode()

    assert page.index("The second") < page.index("The first")


def test_an_empty_outbox_says_so(client):
    page = client.get(reverse("accounts:outbox")).content.decode()

    assert "No mail yet" in page


def test_the_links_of_a_mail_can_be_clicked(client):
    mail = SentMailFactory(text="Hello.\n\nSee this booking: http://testserver/bookings/7/\n")

    page = client.get(reverse("accounts:mail", args=[mail.pk])).content.decode()

    assert '<a class="govuk-link" href="http://testserver/bookings/7/">See this booking</a>' in page


def test_what_somebody_typed_into_a_mail_is_harmless_on_its_page(client):
    mail = SentMailFactory(title="<script>alert(1)</script>", text="<img src=x>")

    page = client.get(reverse("accounts:mail", args=[mail.pk])).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_html_is_shown_as_it_was_sent_and_may_run_nothing(client):
    mail = SentMailFactory(html="<p>As sent</p>")

    answer = client.get(reverse("accounts:mail-as-sent", args=[mail.pk]))

    assert answer.content.decode() == "<p>As sent</p>"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in answer["Content-Security-Policy"]


def test_a_mail_that_is_not_there_is_not_found(client):
    assert client.get(reverse("accounts:mail", args=[404])).status_code == 404


@pytest.mark.parametrize("name", ["outbox", "mail", "mail-as-sent"])
def test_outside_a_demonstration_nobody_reads_mail(client, settings, name):
    mail = SentMailFactory()
    settings.DEMONSTRATION = False

    answer = client.get(reverse(f"accounts:{name}", args=[] if name == "outbox" else [mail.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("mails", [1, 3])
def test_the_list_costs_the_same_however_long(client, mails, django_assert_num_queries):
    SentMailFactory.create_batch(mails)

    with django_assert_num_queries(2):
        client.get(reverse("accounts:outbox"))
