import pytest
from django.urls import reverse

from accounts import invitations, workplaces
from accounts.models import MemberState, Organisation, Role, Workplace
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

SHOP = {
    "name": "New shop",
    "kind": "shop",
    "address": "2 Castle Street",
    "town": "Ludlow",
    "postcode": "SY8 1AA",
    "lone_adult": "no",
    "risk_band": "low",
}


@pytest.fixture
def host(client):
    member = HostFactory()
    client.force_login(member.user)
    return member


def at(name, *args):
    return reverse(f"accounts:{name}", args=args)


# --- The organisation


def test_a_lead_says_what_the_organisation_is(client, host):
    typed = {
        "name": "Another name",
        "sector": "digital",
        "ownership": "charity",
        "size_band": "250+",
        "website": "",
        "description": "New words.",
        "standing": "suspended",
        "kind": "hub",
    }

    client.post(at("describe-organisation"), typed)

    saved = Organisation.objects.get(pk=host.organisation_id)
    assert (saved.name, saved.sector, saved.description) == (
        "Another name",
        "digital",
        "New words.",
    )
    assert (saved.standing, saved.kind) == ("good", "employer")


def test_the_name_of_a_school_is_the_registers(client):
    member = CareersLeaderFactory()
    client.force_login(member.user)

    client.post(
        at("describe-organisation"), {"name": "Other", "description": "Ours.", "website": ""}
    )

    saved = Organisation.objects.get(pk=member.organisation_id)
    assert (saved.name, saved.description) == (member.organisation.name, "Ours.")


@pytest.mark.parametrize("role", [Role.COLLEAGUE, Role.VIEWER])
def test_only_a_lead_says_what_the_organisation_is(client, role):
    client.force_login(HostFactory(role=role).user)

    assert client.get(at("describe-organisation")).status_code == 403
    assert client.post(at("describe-organisation"), {}).status_code == 403


# --- Workplaces


def test_a_workplace_is_added_to_ones_own_organisation(client, host):
    client.post(at("add-workplace"), SHOP)

    workplace = Workplace.objects.get()
    assert (workplace.organisation, workplace.town) == (host.organisation, "Ludlow")


def test_a_workplace_moves_on_the_map_with_its_postcode(client, host):
    workplace = WorkplaceFactory(organisation=host.organisation)
    before = workplace.easting

    client.post(at("workplace", workplace.pk), SHOP)

    workplace.refresh_from_db()
    assert workplace.easting != before
    assert workplace.placed_approximately


def test_what_a_workplace_says_is_shown_when_it_is_changed(client, host):
    workplace = WorkplaceFactory(organisation=host.organisation, lone_adult=True)

    page = client.get(at("workplace", workplace.pk)).content.decode()

    assert f'value="{workplace.address}"' in page
    assert page.count(" checked") >= 3


@pytest.mark.parametrize("name", ["workplace", "retire-workplace", "bring-back-workplace"])
def test_the_workplaces_of_others_are_not_there(client, host, name):
    workplace = WorkplaceFactory()

    assert client.post(at(name, workplace.pk), SHOP).status_code == 404
    workplace.refresh_from_db()
    assert (workplace.name, workplace.is_active) == ("Main bakery", True)


def test_the_list_holds_ones_own_workplaces_only(client, host):
    WorkplaceFactory(organisation=host.organisation, name="Our place")
    WorkplaceFactory(name="Their place", address="99 Secret Lane")

    page = client.get(at("workplaces")).content.decode()

    assert "Our place" in page
    assert "Their place" not in page
    assert "99 Secret Lane" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_workplaces_costs_the_same_however_long(
    client, host, number, django_assert_num_queries
):
    WorkplaceFactory.create_batch(number, organisation=host.organisation)

    client.get(at("account"))
    with django_assert_num_queries(5):
        client.get(at("workplaces"))


def test_a_workplace_is_retired_and_brought_back(client, host):
    workplace = WorkplaceFactory(organisation=host.organisation)

    client.post(at("retire-workplace", workplace.pk))
    assert not Workplace.objects.active().exists()
    client.post(at("bring-back-workplace", workplace.pk))
    assert Workplace.objects.active().get() == workplace


def test_a_viewer_changes_no_workplace(client):
    viewer = HostFactory(role=Role.VIEWER)
    workplace = WorkplaceFactory(organisation=viewer.organisation)
    client.force_login(viewer.user)

    assert client.get(at("workplaces")).status_code == 200
    for name, args in (
        ("add-workplace", []),
        ("workplace", [workplace.pk]),
        ("retire-workplace", [workplace.pk]),
    ):
        assert client.post(at(name, *args), SHOP).status_code == 403


def test_a_school_keeps_no_workplaces(client):
    client.force_login(CareersLeaderFactory().user)

    assert client.post(at("add-workplace"), SHOP).status_code == 403


def test_whoever_watches_is_told_what_changed_and_may_refuse(client, host, refused):
    seen = []
    workplaces.watch(lambda workplace, changed, by: seen.append((workplace.pk, changed, by)))
    workplace = WorkplaceFactory(organisation=host.organisation)
    workplace.lone_adult = True

    workplaces.change(workplace, by=host)
    workplaces.change(workplace, by=host)
    workplaces.retire(workplace, by=host)

    workplaces._watchers.pop()
    assert seen == [
        (workplace.pk, frozenset({"lone_adult"}), host),
        (workplace.pk, frozenset({"is_active"}), host),
    ]


def insured(day):
    return {
        "insured_until_day": day.day,
        "insured_until_month": day.month,
        "insured_until_year": day.year,
    }


@pytest.mark.parametrize(("days", "is_one"), [(-1, False), (0, True), (3653, True), (3654, False)])
def test_a_policy_runs_from_today_on_and_no_longer_than_ten_years(client, host, days, is_one):
    page = client.post(at("add-workplace"), SHOP | insured(days_ahead(days)), follow=True)

    assert Workplace.objects.exists() == is_one
    assert ("Insured until must be a day from today on" in page.content.decode()) != is_one


def test_a_policy_that_has_run_out_hinders_no_other_change(client, host):
    ran_out = days_ahead(-100)
    workplace = WorkplaceFactory(organisation=host.organisation, insured_until=ran_out)

    client.post(at("workplace", workplace.pk), SHOP | insured(ran_out))

    workplace.refresh_from_db()
    assert (workplace.name, workplace.insured_until) == (SHOP["name"], ran_out)


# --- People


def test_a_lead_invites_and_withdraws(client, host):
    client.post(at("invite"), {"email": "new@example.org", "role": "colleague"})
    page = client.get(at("people")).content.decode()
    assert "new@example.org" in page

    invitation = host.organisation.invitations.get()
    client.post(at("revoke-invitation", invitation.pk))
    assert "new@example.org" not in client.get(at("people")).content.decode()


def test_inviting_shows_nothing_of_who_has_an_account(client, host):
    HostFactory(user__email="known@example.org")

    pages = [
        client.post(at("invite"), {"email": email, "role": "viewer"}, follow=True).content.decode()
        for email in ("known@example.org", "nobody@example.org")
    ]

    assert pages[0].count("We have sent the invitation.") == 1
    assert pages[1].count("We have sent the invitation.") == 1


def test_the_people_of_others_are_not_there(client, host):
    stranger = MemberFactory(role=Role.COLLEAGUE)
    waiting = MemberFactory(organisation=stranger.organisation, state=MemberState.PENDING)
    theirs = invitations.invite(
        "x@example.org", role=Role.VIEWER, by=HostFactory(organisation=stranger.organisation)
    )

    for name, pk in (
        ("change-role", stranger.pk),
        ("remove", stranger.pk),
        ("approve-member", waiting.pk),
        ("refuse-member", waiting.pk),
        ("revoke-invitation", theirs.pk),
    ):
        assert client.post(at(name, pk), {"role": "viewer"}).status_code == 404
    page = client.get(at("people")).content.decode()
    assert stranger.user.email not in page
    assert "x@example.org" not in page


def test_a_lead_changes_a_role_and_removes(client, host):
    colleague = MemberFactory(organisation=host.organisation, role=Role.VIEWER)

    client.post(at("change-role", colleague.pk), {"role": "lead"})
    colleague.refresh_from_db()
    assert colleague.role == Role.LEAD
    client.post(at("remove", colleague.pk))
    colleague.refresh_from_db()
    assert colleague.state == MemberState.LEFT


def test_the_last_lead_is_told_why_they_cannot_be_removed(client, host):
    page = client.post(at("remove", host.pk)).content.decode()

    assert "Make a colleague a lead first" in page


def test_a_lead_decides_about_who_waits(client, host):
    first, second = MemberFactory.create_batch(
        2, organisation=host.organisation, state=MemberState.PENDING
    )
    assert first.user.email in client.get(at("people")).content.decode()

    client.post(at("approve-member", first.pk))
    client.post(at("refuse-member", second.pk))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (MemberState.ACTIVE, MemberState.REFUSED)


@pytest.mark.parametrize("role", [Role.COLLEAGUE, Role.VIEWER])
def test_only_a_lead_decides_who_belongs(client, role):
    member = HostFactory(role=role)
    lead = HostFactory(organisation=member.organisation)
    waiting = MemberFactory(organisation=member.organisation, state=MemberState.PENDING)
    client.force_login(member.user)

    page = client.get(at("people")).content.decode()
    assert waiting.user.email not in page
    for name, args in (
        ("invite", []),
        ("change-role", [lead.pk]),
        ("remove", [lead.pk]),
        ("approve-member", [waiting.pk]),
    ):
        assert client.post(at(name, *args), {"role": "viewer"}).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_people_costs_the_same_however_long(
    client, host, number, django_assert_num_queries
):
    MemberFactory.create_batch(number, organisation=host.organisation)
    MemberFactory.create_batch(number, organisation=host.organisation, state=MemberState.PENDING)
    for person in range(number):
        invitations.invite(f"p{person}@example.com", role=Role.VIEWER, by=host)

    client.get(at("account"))
    with django_assert_num_queries(9):
        client.get(at("people"))


def test_a_broker_has_people_too(client):
    broker = BrokerFactory()
    client.force_login(broker.user)

    assert broker.user.email in client.get(at("people")).content.decode()


# --- Coming in by invitation


@pytest.fixture
def invited(host, client):
    client.logout()
    return invitations.invite("new@example.org", role=Role.COLLEAGUE, by=host)


def test_somebody_new_comes_in_by_the_link(client, invited, link_in, host):
    client.get(link_in("invitation"))

    client.post(at("invitation"), {"name": "Nia New", "password": "three random words"})

    page = client.get(at("organisation"))
    assert page.status_code == 200
    assert host.organisation.name in page.content.decode()


def test_looking_at_an_invitation_accepts_nothing(client, invited, link_in):
    path = link_in("invitation")

    for _ in range(3):
        client.head(path, follow=True)
        assert client.get(path, follow=True).status_code == 200

    invited.refresh_from_db()
    assert invited.accepted_at is None


def test_whoever_has_an_account_signs_in_first_and_comes_back(client, invited, link_in):
    person = MemberFactory(user__email="new@example.org").user
    client.get(link_in("invitation"))

    page = client.get(at("invitation")).content.decode()
    assert f"{at('sign-in')}?next={at('invitation')}" in page
    client.post(at("invitation"), {"name": "Somebody", "password": "three random words"})
    invited.refresh_from_db()
    assert invited.accepted_at is None

    person.set_password("three random words")
    person.save()
    signed_in = client.post(
        at("sign-in"),
        {
            "email": "new@example.org",
            "password": "three random words",
            "next": at("invitation"),
        },
    )
    client.post(signed_in.url)
    invited.refresh_from_db()
    assert invited.accepted_at is not None


def test_nobody_signed_in_with_another_address_takes_an_invitation_over(client, invited, link_in):
    client.force_login(HostFactory().user)
    client.get(link_in("invitation"))

    assert client.get(at("invitation")).status_code == 403
    assert client.post(at("invitation"), {}).status_code == 403
    invited.refresh_from_db()
    assert invited.accepted_at is None


def test_a_withdrawn_invitation_opens_nothing(client, invited, link_in, host):
    path = link_in("invitation")
    invitations.revoke(invited, by=host)

    assert client.get(path).status_code == 410
