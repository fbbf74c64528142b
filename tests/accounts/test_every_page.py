import re
import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from tests.factories import HostFactory, MemberFactory, SchoolFactory, WorkplaceFactory

pytestmark = pytest.mark.django_db

FOR_ANYBODY = [
    "sign-in",
    "sign-out",
    "sign-in-link",
    "look-in-your-mail",
    "reset",
    "register",
    "register-school",
    "register-employer",
    "try",
]
FOR_MEMBERS = [
    "account",
    "change-name",
    "change-address",
    "change-password",
    "switch",
    "organisation",
    "describe-organisation",
    "people",
    "invite",
    "workplaces",
    "add-workplace",
]
OF_A_SECOND_FACTOR = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_download_recovery_codes",
]


@pytest.fixture
def host(client):
    member = HostFactory()
    client.force_login(member.user)
    return member


@pytest.mark.parametrize("name", FOR_ANYBODY)
def test_anybody_sees_how_to_come_in(client, name):
    page = client.get(reverse(f"accounts:{name}"))

    assert page.status_code == 200
    assert_is_a_page(page)


@pytest.mark.parametrize("name", FOR_MEMBERS)
def test_a_member_sees_what_is_theirs(client, host, name):
    page = client.get(reverse(f"accounts:{name}"))

    assert page.status_code == 200
    assert_is_a_page(page)


def test_a_lead_sees_the_pages_about_one_colleague_or_place(client, host):
    colleague = MemberFactory(organisation=host.organisation)
    workplace = WorkplaceFactory(organisation=host.organisation)

    for name, pk in (
        ("change-role", colleague.pk),
        ("remove", colleague.pk),
        ("leave", host.pk),
        ("workplace", workplace.pk),
    ):
        assert_is_a_page(client.get(reverse(f"accounts:{name}", args=[pk])))


def test_somebody_signed_in_is_asked_for_their_job_only(client, host):
    page = client.get(reverse("accounts:join-school", args=[SchoolFactory().urn]))

    assert_is_a_page(page)
    assert 'name="job_title"' in page.content.decode()
    assert 'name="email"' not in page.content.decode()


@pytest.mark.parametrize("name", OF_A_SECOND_FACTOR)
def test_whoever_has_a_second_factor_sees_its_pages(client, host, name):
    TOTP.activate(host.user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(host.user)
    just_shown(client, host.user)

    page = client.get(reverse(name))

    assert page.status_code == 200
    if page["Content-Type"].startswith("text/html"):
        assert_is_a_page(page)
    else:
        assert len(re.findall(r"^\d{8}$", page.content.decode(), re.MULTILINE)) == 10


def just_shown(client, user):
    """The session of somebody who has given their password a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def assert_is_a_page(answer):
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert "app-header" in page
    assert " style=" not in page
    for form in re.findall(r"<form[^>]*>", page):
        assert "novalidate" in form
