import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import personas
from accounts.models import MemberState, Message, Role, User
from accounts.personas import Persona
from tests.factories import HostFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "three random words"


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    cache.clear()


@pytest.fixture
def host(client):
    member = HostFactory(user__email="sam@example.org")
    client.force_login(member.user)
    return member


def at(name, *args):
    return reverse(f"accounts:{name}", args=args)


def with_password(member):
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


@pytest.mark.parametrize("name", ["account", "switch", "organisation", "people", "workplaces"])
def test_a_visitor_is_asked_to_sign_in_first(client, name):
    assert client.get(at(name)).url == f"/sign-in/?next={at(name)}"


@pytest.mark.parametrize("number", [1, 3])
def test_the_account_costs_the_same_however_many_memberships(
    client, host, number, django_assert_num_queries
):
    HostFactory.create_batch(number, user=host.user)

    client.get(at("account"))
    with django_assert_num_queries(5):
        client.get(at("account"))


def test_a_name_is_changed(client, host):
    client.post(at("change-name"), {"name": "Sam Other"})

    host.user.refresh_from_db()
    assert host.user.name == "Sam Other"


def test_a_name_leads_nowhere(client, host):
    page = client.post(at("change-name"), {"name": "https://evil.test"}).content.decode()

    assert "without a web or email address" in page


# --- The address


def change_address(client, email):
    return client.post(at("change-address"), {"email": email})


def test_a_new_address_counts_only_once_its_link_is_used(client, host, link_in):
    change_address(client, "New@Example.org")
    client.get(link_in("change_address"))
    host.user.refresh_from_db()
    assert host.user.email == "sam@example.org"

    client.post(at("confirm-change"))

    host.user.refresh_from_db()
    assert host.user.email == "new@example.org"
    assert Message.objects.get(kind="address_changed").email == "sam@example.org"


def test_the_password_is_asked_for_before_an_address_is_changed(client):
    host = with_password(HostFactory())
    client.force_login(host.user)

    answer = client.get(at("change-address"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    client.post(answer.url, {"password": "wrong"})
    assert client.get(at("change-address")).status_code == 302
    client.post(answer.url, {"password": PASSWORD})
    assert client.get(at("change-address")).status_code == 200


def test_nobody_learns_from_changing_an_address_whose_it_is(client, host):
    UserFactory(email="taken@example.org")

    taken = change_address(client, "taken@example.org")
    free = change_address(client, "free@example.org")

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    kinds = dict(Message.objects.values_list("email", "kind"))
    assert kinds == {
        "taken@example.org": "already_registered",
        "free@example.org": "change_address",
    }


def test_an_address_that_became_somebodys_meanwhile_is_not_taken(client, host, link_in):
    change_address(client, "new@example.org")
    client.get(link_in("change_address"))
    UserFactory(email="new@example.org")

    assert client.post(at("confirm-change")).status_code == 410
    host.user.refresh_from_db()
    assert host.user.email == "sam@example.org"


def test_an_address_that_somebody_registered_but_never_confirmed_is_free(client, host, link_in):
    squatter = MemberFactory(
        user__email="new@example.org", user__confirmed_at=None, state=MemberState.PENDING
    )
    change_address(client, "new@example.org")
    client.get(link_in("change_address"))

    client.post(at("confirm-change"))

    host.user.refresh_from_db()
    squatter.refresh_from_db()
    squatter.user.refresh_from_db()
    assert host.user.email == "new@example.org"
    assert squatter.state == MemberState.REFUSED
    assert squatter.user.is_active is False


def test_asking_for_another_new_address_ends_the_link_to_the_first(client, host, link_in):
    change_address(client, "first@example.org")
    path = link_in("change_address")
    change_address(client, "second@example.org")

    assert client.get(path).status_code == 410


def test_whoever_opens_the_link_unsigned_is_signed_in_as_its_owner(client, host, link_in):
    change_address(client, "new@example.org")
    other = Client()
    other.get(link_in("change_address"))

    other.post(at("confirm-change"))

    assert other.get(at("account")).status_code == 200


# --- The password, and sessions


def test_a_password_is_changed_by_whoever_knows_the_old_one(client):
    host = with_password(HostFactory())
    client.force_login(host.user)
    elsewhere = Client()
    elsewhere.force_login(host.user)

    client.post(at("change-password"), {"current": PASSWORD, "password": "four other random words"})

    host.user.refresh_from_db()
    assert host.user.check_password("four other random words")
    assert client.get(at("account")).status_code == 200
    assert elsewhere.get(at("account")).status_code == 302


def test_nobody_else_changes_it(client):
    host = with_password(HostFactory())
    client.force_login(host.user)

    page = client.post(
        at("change-password"), {"current": "wrong", "password": "four other random words"}
    ).content.decode()

    host.user.refresh_from_db()
    assert "This is not your current password" in page
    assert host.user.check_password(PASSWORD)


def test_guessing_the_old_password_is_held_up(client):
    host = with_password(HostFactory())
    client.force_login(host.user)
    typed = {"current": "wrong", "password": "four other random words"}
    for _ in range(20):
        client.post(at("change-password"), typed)

    assert client.post(at("change-password"), typed).status_code == 429


def test_a_first_password_needs_no_other(client, host):
    client.post(at("change-password"), {"password": "four other random words"})

    host.user.refresh_from_db()
    assert host.user.check_password("four other random words")


def test_signing_out_everywhere_ends_every_other_session(client, host):
    elsewhere = Client()
    elsewhere.force_login(host.user)

    client.post(at("sign-out-everywhere"))

    assert elsewhere.get(at("account")).status_code == 302
    assert client.get(at("account")).status_code == 200


def test_a_session_ends_the_moment_somebody_is_switched_off(client, host):
    User.objects.update(is_active=False)

    assert client.get(at("account")).status_code == 302


# --- For whom one acts


def test_one_acts_for_whom_one_chose(client, host):
    other = HostFactory(user=host.user)

    client.post(at("switch"), {"member": other.pk})

    assert other.organisation.name in client.get(at("organisation")).content.decode()


def test_one_cannot_act_for_others(client, host):
    stranger = HostFactory()
    gone = HostFactory(user=host.user, state=MemberState.LEFT)

    for member in (stranger, gone):
        page = client.post(at("switch"), {"member": member.pk})
        assert page.status_code == 200
        assert "Choose one of the answers" in page.content.decode()
    assert host.organisation.name in client.get(at("organisation")).content.decode()


def test_leaving_ends_acting_at_once(client, host):
    other = HostFactory(user=host.user)
    HostFactory(organisation=other.organisation)
    client.post(at("switch"), {"member": other.pk})

    client.post(at("leave", other.pk))

    assert host.organisation.name in client.get(at("organisation")).content.decode()


def test_one_leaves_only_for_oneself(client, host):
    assert client.post(at("leave", HostFactory().pk)).status_code == 404


def test_the_last_lead_is_told_why_they_cannot_leave(client, host):
    page = client.post(at("leave", host.pk)).content.decode()

    assert "Make a colleague a lead first" in page


def test_whoever_acts_for_nobody_still_has_an_account(client):
    client.force_login(UserFactory())

    assert client.get(at("account")).status_code == 200
    assert client.get(at("organisation")).status_code == 403
    assert client.get(at("switch")).url == at("account")


# --- Trying it


@pytest.mark.parametrize("persona", list(Persona))
def test_a_visitor_of_the_demonstration_is_whoever_they_choose(client, persona):
    member = MemberFactory(user__email=personas.ADDRESSES[persona], role=Role.LEAD)
    assert f'value="{persona}"' in client.get(at("try")).content.decode()

    client.post(at("try"), {"persona": persona})

    assert client.session["_auth_user_id"] == str(member.user_id)


def test_outside_a_demonstration_nobody_is_let_in_like_that(client, settings):
    MemberFactory(user__email=personas.ADDRESSES[Persona.NATIONAL_TEAM])
    settings.DEMONSTRATION = False

    assert client.get(at("try")).status_code == 404
    assert client.post(at("try"), {"persona": "national_team"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_nobody_is_let_in_as_anybody_else(client):
    UserFactory(email="sam@example.org")

    assert client.post(at("try"), {"persona": "sam@example.org"}).status_code == 404
    assert client.post(at("try"), {"persona": "employer"}).status_code == 409
    assert "_auth_user_id" not in client.session
