"""What the mails about people and their way in say, as the worker sends them."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import invitations, links, people, registration
from accounts.models import Message, MessageState, Organisation, OrganisationKind, Role
from accounts.registration import Applicant
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    NationalFactory,
    SchoolOrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SAM = "sam@example.org"
NEW = "new@example.org"


@pytest.fixture
def sam():
    return UserFactory(email=SAM, name="Sam Baker")


@pytest.fixture
def school():
    return SchoolOrganisationFactory(school__name="Severn Bridge School", school__domain="")


@pytest.fixture
def lead(school):
    return CareersLeaderFactory(organisation=school, user__email="lead@severn.example.org")


@pytest.fixture
def asks(school):
    """Nia, who has confirmed her address and waits to be let in to the school."""

    def confirmed():
        nia = Applicant(email="nia@mail.example.com", name="Nia Head", job_title="Careers leader")
        member = registration.register_school(school.school, applicant=nia)
        return registration.confirm(opened(links.CONFIRM_ADDRESS, member.user, member))

    return confirmed


def opened(purpose, person, about, email=""):
    token = links.make(purpose, email=email or person.email, subject=str(about.pk), user=person)
    return links.open(token, purpose)


def leads(mail, words):
    """Where those words lead, in the text and in the HTML alike; no address of another site."""
    address = re.search(rf"^{re.escape(words)}: (\S+)$", mail.text, re.MULTILINE)[1]
    assert f'<a href="{address}">{words}</a>' in mail.html
    assert address.startswith(settings.SITE_ADDRESS + "/")
    return urlsplit(address).path


def says(mail, title, *words):
    """The title names no person, and the words are in the text and in the HTML."""
    assert mail.title == title
    assert f"<h1>{title}</h1>" in mail.html
    for some in words:
        assert some in mail.text
        assert some in mail.html


def test_whoever_forgot_a_password_is_sent_a_link_that_asks_for_a_new_one(sam, client, delivered):
    people.ask_for_new_password(SAM)

    mail = delivered("reset_password")

    assert mail.to == SAM
    says(mail, "Choose a new password", "Hello Sam Baker,", "The link works once, for an hour.")
    answer = client.get(leads(mail, "Choose a new password"))
    assert answer.url == reverse("accounts:choose-password")


@pytest.mark.parametrize("ask", [people.ask_for_sign_in_link, people.ask_for_new_password])
def test_an_address_without_an_account_is_told_where_one_is_made(delivered, ask):
    ask("Nobody@example.org")

    mail = delivered("no_account")

    assert mail.to == "nobody@example.org"
    says(mail, "There is no account for this address", "You may have used another address.")
    where = "If you work for a school, college or employer, you can register"
    assert leads(mail, where) == reverse("accounts:register")


def test_whoever_registers_an_address_anew_is_told_how_to_sign_in_instead(sam, delivered):
    bakery = Organisation(kind=OrganisationKind.EMPLOYER, name="Wrekin Bakery")
    registration.register_employer(bakery, applicant=Applicant(email=SAM, name="Somebody"))

    mail = delivered("already_registered")

    assert mail.to == SAM
    says(mail, "You already have an account", "Hello Sam Baker,", "so nothing has changed")
    assert leads(mail, "Sign in to add an organisation to it") == reverse("accounts:sign-in")
    without_it = "If you have forgotten your password, ask for a link to sign in without it"
    assert leads(mail, without_it) == reverse("accounts:sign-in-link")


def test_the_owner_of_an_address_that_another_account_wants_is_told_the_same(sam, delivered):
    people.ask_to_change_address(UserFactory(), SAM)

    mail = delivered("already_registered")

    assert mail.to == SAM
    says(mail, "You already have an account", "Somebody, perhaps you, tried to register")


def test_a_changed_password_is_told_with_a_way_to_undo_it(sam, delivered):
    people.set_password(sam, "four quite random words")

    mail = delivered("password_changed")

    assert mail.to == SAM
    says(mail, "Your password has changed", "Hello Sam Baker,", "signed out everywhere else")
    assert "quite random" not in mail.text
    undo = "If it was not you, choose a new password now"
    assert leads(mail, undo) == reverse("accounts:reset")


def test_a_changed_address_is_told_to_the_one_before_which_does_not_learn_the_new_one(
    sam, delivered
):
    people.change_address(opened(links.CHANGE_ADDRESS, sam, sam, email=NEW))

    mail = delivered("address_changed")

    assert mail.to == SAM
    says(mail, "Your email address has changed", "You no longer sign in with this one.")
    assert NEW not in mail.text + mail.html
    assert leads(mail, "If it was not you, tell us at once") == reverse("help")


def test_a_second_factor_that_was_taken_off_is_told_with_a_way_to_put_it_on(sam, delivered):
    people.forget_second_factor(sam, by=NationalFactory())

    mail = delivered("second_factor_off")

    assert mail.to == SAM
    says(mail, "Two-step sign-in has been turned off", "Hello Sam Baker,", "lost their phone")
    assert mail.text.count(settings.SITE_ADDRESS) == 2
    assert leads(mail, "If you did not ask for it, tell us at once") == reverse("help")


def test_somebody_who_gave_no_name_is_greeted_without_one(delivered):
    people.set_password(UserFactory(name=""), "four quite random words")

    assert delivered("password_changed").text.startswith("Hello,\n")


def test_a_lead_reads_who_asks_to_act_for_the_school_and_where_to_decide(lead, asks, delivered):
    asks()

    mail = delivered("membership_asked")

    assert mail.to == lead.user.email
    says(
        mail,
        "Somebody asks to act for Severn Bridge School",
        "Nia Head (Careers leader) has registered with the address nia@mail.example.com",
        "You decide, as one of its leads.",
    )
    assert leads(mail, "Approve or refuse") == reverse("accounts:people")


def test_whoever_is_let_in_is_told_and_shown_the_way(lead, asks, delivered):
    registration.approve_member(asks(), by=lead)

    mail = delivered("membership_approved")

    assert mail.to == "nia@mail.example.com"
    says(
        mail,
        "You can now act for Severn Bridge School",
        "Hello Nia Head,",
        "You have been approved to act for Severn Bridge School.",
    )
    assert leads(mail, "Sign in") == reverse("accounts:sign-in")


def test_whoever_is_refused_is_told_whom_to_speak_to(asks, delivered):
    registration.refuse_member(asks(), by=BrokerFactory())

    mail = delivered("membership_refused")

    assert mail.to == "nia@mail.example.com"
    says(
        mail,
        "Your request to act for Severn Bridge School",
        "This was not approved.",
        "speak to the organisation itself, or to your Careers Hub",
    )


def test_a_lead_is_not_asked_about_somebody_who_was_decided_on_meanwhile(lead, asks, delivered):
    registration.approve_member(asks(), by=lead)

    delivered("membership_approved")

    assert Message.objects.get(kind="membership_asked").state == MessageState.CANCELLED


def test_whoever_invited_somebody_is_told_that_they_came(delivered):
    host = HostFactory(organisation__name="Wrekin Bakery")
    invitation = invitations.invite(NEW, role=Role.COLLEAGUE, by=host)
    invitations.accept(invitation, user=UserFactory(email=NEW, name="Nia New"))

    mail = delivered("member_joined")

    assert mail.to == host.user.email
    words = "Nia New has accepted your invitation and now acts for Wrekin Bakery."
    says(mail, "Your invitation was accepted", words)
    assert leads(mail, "See who belongs to your organisation") == reverse("accounts:people")
