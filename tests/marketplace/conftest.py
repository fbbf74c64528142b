import pytest
from django.test import override_settings


@pytest.fixture(scope="module")
def texts_are_sent():
    """Offered as where mail leaves by GOV.UK Notify; nothing is sent in such a module."""
    with override_settings(
        MAIL_TRANSPORT="accounts.notify.NotifyTransport", NOTIFY_TEXT_TEMPLATE_ID="texts"
    ):
        yield
