import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.console import OURS
from accounts.models import Message
from tests.factories import BrokerFactory, HostFactory, NationalFactory, WorkplaceFactory

pytestmark = pytest.mark.django_db

USERS = reverse("admin:accounts_user_changelist")


@pytest.fixture
def national(client):
    member = NationalFactory(user__is_staff=True)
    client.force_login(member.user)
    return member


def act(client, action, person):
    return client.post(USERS, {"action": action, "_selected_action": [person.pk]}, follow=True)


def test_one_signs_in_to_the_console_where_one_signs_in_to_everything(client):
    assert client.get(USERS).url == f"/sign-in/?next={USERS}"

    answer = client.get(f"{reverse('admin:login')}?next={USERS}")
    assert answer.url == "/sign-in/?next=%2Fadmin%2Faccounts%2Fuser%2F"


def test_nobody_else_opens_the_console(client):
    client.force_login(BrokerFactory().user)

    assert client.get(USERS, follow=True).status_code == 403
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_the_console_holds_our_records_and_nobodys_secrets():
    shown = {model._meta.app_label for model in admin.site._registry}

    assert shown <= OURS
    assert Authenticator not in admin.site._registry


@pytest.mark.parametrize(
    "model", [m._meta.model_name for m in admin.site._registry if m._meta.app_label == "accounts"]
)
def test_the_console_shows_and_changes_nothing(client, national, model):
    WorkplaceFactory()

    assert client.get(reverse(f"admin:accounts_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:accounts_{model}_add")).status_code == 403


def test_a_person_is_read_and_not_written(client, national):
    person = HostFactory().user
    page = reverse("admin:accounts_user_change", args=[person.pk])

    shown = client.get(page)

    assert shown.status_code == 200
    assert "password" not in shown.context["adminform"].form.fields
    assert client.post(page, {"is_staff": "on"}).status_code == 403


def test_switching_off_ends_a_session_at_once(client, national):
    person = HostFactory().user
    theirs = Client()
    theirs.force_login(person)

    act(client, "switch_off", person)
    assert theirs.get(reverse("accounts:account")).status_code == 302

    act(client, "switch_on", person)
    person.refresh_from_db()
    assert person.is_active


def test_a_lost_phone_is_forgotten_and_its_owner_told(client, national):
    person = HostFactory().user
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")

    act(client, "forget_second_factor", person)

    assert not Authenticator.objects.filter(user=person).exists()
    assert Message.objects.get(kind="second_factor_off").email == person.email


def test_nobody_switches_themselves_off(client, national):
    page = act(client, "switch_off", national.user).content.decode()

    assert "You may not do this." in page
    national.user.refresh_from_db()
    assert national.user.is_active


@pytest.mark.parametrize("verb", [people.switch_off, people.switch_on, people.forget_second_factor])
def test_only_the_national_team_helps_people_in_and_out(verb):
    person = HostFactory().user

    for stranger in (BrokerFactory(), HostFactory(), NationalFactory(role="viewer")):
        with pytest.raises(PermissionDenied):
            verb(person, by=stranger)
