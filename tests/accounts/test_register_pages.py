import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import (
    Member,
    MemberState,
    Message,
    Organisation,
    Role,
    Standing,
    User,
    Workplace,
)
from tests.factories import CareersLeaderFactory, HostFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

BAKERY = {
    "kind": "employer",
    "name": "Wrekin Bakery",
    "sector": "catering_hospitality",
    "ownership": "private",
    "size_band": "5-9",
    "website": "www.example.com",
    "description": "Bread, and who bakes it.",
}
SHOP = {
    "name": "Shop",
    "kind": "shop",
    "address": "1 Pride Hill",
    "town": "Shrewsbury",
    "postcode": "sy1 1aa",
    "lone_adult": "no",
    "risk_band": "low",
}
JO = {"name": "Jo Baker", "job_title": "Owner", "email": "Jo@Bakery.example.com"}


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    cache.clear()


def post(client, name, typed, *args):
    return client.post(reverse(f"accounts:{name}", args=args), typed)


def register_bakery(client, you=JO, shop=SHOP):
    post(client, "register-employer", BAKERY)
    post(client, "register-workplace", shop)
    return post(client, "register-you", you)


def test_an_employer_registers_in_three_pages_and_confirms_by_mail(client, link_in):
    answer = register_bakery(client)
    assert answer.url == reverse("accounts:look-in-your-mail")
    assert "jo@bakery.example.com" in client.get(answer.url).content.decode().lower()

    client.get(link_in("confirm_address"))
    post(client, "confirm", {"password": "three random words"})

    bakery = Organisation.objects.get()
    assert (bakery.name, bakery.standing, bakery.website) == (
        "Wrekin Bakery",
        Standing.GOOD,
        "https://www.example.com",
    )
    assert bakery.workplaces.get().postcode == "SY1 1AA"
    person = User.objects.get()
    assert (person.email, person.name) == ("jo@bakery.example.com", "Jo Baker")
    assert person.check_password("three random words")
    assert client.get(reverse("accounts:organisation")).status_code == 200


def test_a_provider_of_online_placements_needs_no_workplace(client):
    post(client, "register-employer", BAKERY | {"kind": "national_broad"})
    post(client, "register-workplace", {"none": "1"})
    post(client, "register-you", JO)

    provider = Organisation.objects.get()
    assert (provider.kind, provider.provider_category) == ("provider", "national_broad")
    assert not Workplace.objects.exists()


def test_an_employer_has_no_kind_of_provider(client):
    post(client, "register-employer", BAKERY | {"provider_category": "local"})
    post(client, "register-workplace", SHOP)
    post(client, "register-you", JO)

    employer = Organisation.objects.get()
    assert (employer.kind, employer.provider_category) == ("employer", "")


def test_nothing_is_written_before_the_last_page(client):
    post(client, "register-employer", BAKERY)
    post(client, "register-workplace", SHOP)

    assert not Organisation.objects.exists()
    assert not Workplace.objects.exists()


def test_the_pages_before_can_be_gone_back_to_as_they_were(client):
    post(client, "register-employer", BAKERY)

    page = client.get(reverse("accounts:register-employer")).content.decode()

    assert 'value="Wrekin Bakery"' in page
    assert "There is a problem" not in page


@pytest.mark.parametrize("name", ["register-workplace", "register-you"])
def test_a_page_in_the_middle_leads_to_the_first(client, name):
    answer = client.get(reverse(f"accounts:{name}"))

    assert answer.url == reverse("accounts:register-employer")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter name of the organisation"),
        ("name", "x" * 151, "must be 150 characters or fewer"),
        ("name", "See www.evil.test", "without a web or email address"),
        ("name", "a\0b", "hidden characters"),
        ("kind", "hub", "Choose one of the answers"),
        ("kind", "", "Select what you are"),
        ("sector", "spying", "Choose one of the answers"),
        ("website", "javascript:alert(1)", "Enter a valid URL"),
        ("size_band", "", "Select how many people work here"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(client, field, typed, words):
    page = post(client, "register-employer", BAKERY | {field: typed}).content.decode()

    assert words in page
    assert f'id="id_{field}-error"' in page
    assert "Bread, and who bakes it." in page


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("postcode", "nowhere", "Enter a full postcode in the United Kingdom"),
        ("postcode", "SY1", "Enter a full postcode in the United Kingdom"),
        ("kind", "", "Select what kind of place it is"),
        ("lone_adult", "", "Select whether one adult will be alone with a student"),
        ("risk_band", "none", "Choose one of the answers"),
    ],
)
def test_a_workplace_that_cannot_be_is_said_to_be(client, field, typed, words):
    post(client, "register-employer", BAKERY)

    page = post(client, "register-workplace", SHOP | {field: typed}).content.decode()

    assert words in page
    assert f'id="id_{field}-error"' in page
    assert "1 Pride Hill" in page


def test_a_private_home_with_one_adult_is_written_as_what_it_is(client):
    register_bakery(client, shop=SHOP | {"kind": "private_home", "lone_adult": "yes"})

    workplace = Workplace.objects.get()
    assert (workplace.kind, workplace.lone_adult) == ("private_home", True)
    assert workplace.needs_a_brokers_decision


def test_nobody_learns_from_registering_who_has_an_account(client):
    UserFactory(email="jo@bakery.example.com")
    unknown = Client()

    known_answer = register_bakery(client)
    unknown_answer = register_bakery(unknown, you=JO | {"email": "xx@bakery.example.com"})

    assert known_answer.url == unknown_answer.url
    assert known_answer.status_code == unknown_answer.status_code
    pages = [
        visitor.get(known_answer.url).content.decode().lower().replace(email, "…")
        for visitor, email in (
            (client, "jo@bakery.example.com"),
            (unknown, "xx@bakery.example.com"),
        )
    ]
    assert pages[0] == pages[1]
    assert set(Message.objects.values_list("kind", "email")) == {
        ("already_registered", "jo@bakery.example.com"),
        ("confirm_address", "xx@bakery.example.com"),
    }


def test_somebody_signed_in_is_not_asked_who_they_are(client):
    member = HostFactory()
    client.force_login(member.user)
    post(client, "register-employer", BAKERY)
    post(client, "register-workplace", {"none": "1"})

    answer = post(client, "register-you", {"job_title": "Trustee", "email": "other@example.com"})

    assert answer.url == reverse("accounts:account")
    added = Member.objects.exclude(pk=member.pk).get()
    assert (added.user, added.state, added.job_title) == (
        member.user,
        MemberState.ACTIVE,
        "Trustee",
    )


def test_registering_over_and_over_is_held_up(client):
    for _ in range(5):
        register_bakery(client)

    assert register_bakery(client).status_code == 429


# --- Schools


def test_a_school_is_found_by_name_town_postcode_or_number(client):
    school = SchoolFactory(name="Severn Bridge School", town="Shrewsbury", urn="900123")
    SchoolFactory(name="Ludlow Hill", town="Ludlow", postcode="SY8 1AA", urn="800001")

    for words in ("severn", "bridge SHREWSBURY", "SY1 2AB", "900123"):
        page = client.get(reverse("accounts:register-school"), {"q": words}).content.decode()
        assert reverse("accounts:join-school", args=[school.urn]) in page
        assert "Ludlow Hill" not in page


def test_a_closed_school_is_not_offered(client):
    school = SchoolFactory(name="Gone School", closed_on="2024-08-31")

    page = client.get(reverse("accounts:register-school"), {"q": "gone"}).content.decode()

    assert "0 schools and colleges found" in page
    assert client.get(reverse("accounts:join-school", args=[school.urn])).status_code == 404


@pytest.mark.parametrize("schools", [1, 3])
def test_the_list_of_schools_costs_the_same_however_long(
    client, schools, django_assert_num_queries
):
    SchoolFactory.create_batch(schools, name="Severn School")

    with django_assert_num_queries(2):
        client.get(reverse("accounts:register-school"), {"q": "severn"})


def test_a_careers_leader_registers_and_starts_at_once(client, link_in):
    school = SchoolFactory(domain="severn.example.org")
    you = {"name": "Sam Cole", "job_title": "Careers leader", "email": "sam@severn.example.org"}
    assert (
        "@severn.example.org"
        in client.get(reverse("accounts:join-school", args=[school.urn])).content.decode()
    )

    post(client, "join-school", you, school.urn)
    path = link_in("confirm_address")
    client.get(path)
    post(client, "confirm", {"password": ""})

    assert Member.objects.get().state == MemberState.ACTIVE
    assert not User.objects.get().has_usable_password()
    assert client.get(reverse("accounts:organisation")).status_code == 200
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize(
    ("domain", "is_led", "told"),
    [
        ("severn.example.org", False, "ends in @severn.example.org you can start at once"),
        ("severn.example.org", True, "A colleague who leads at your school approves you"),
        ("", False, "Your Careers Hub approves you"),
    ],
)
def test_somebody_at_a_school_is_told_beforehand_who_lets_them_in(client, domain, is_led, told):
    school = SchoolFactory(domain=domain)
    if is_led:
        CareersLeaderFactory(organisation__school=school, role=Role.LEAD)

    page = client.get(reverse("accounts:join-school", args=[school.urn])).text

    assert told in page
    assert ("start at once" in page) is (domain != "" and not is_led)


def test_looking_at_the_confirmation_confirms_nothing(client, link_in):
    register_bakery(client)
    path = link_in("confirm_address")

    for _ in range(3):
        assert client.get(path, follow=True).status_code == 200

    assert not User.objects.get().is_confirmed


def test_a_weak_password_is_refused_at_the_confirmation(client, link_in):
    register_bakery(client)
    client.get(link_in("confirm_address"))

    page = post(client, "confirm", {"password": "baker"}).content.decode()

    assert 'id="id_password-error"' in page
    assert not User.objects.get().is_confirmed


def test_somebody_of_another_address_is_told_that_they_wait(client, link_in):
    school = SchoolFactory(domain="severn.example.org")
    you = {"name": "Sam Cole", "job_title": "Careers leader", "email": "sam@example.com"}
    post(client, "join-school", you, school.urn)
    client.get(link_in("confirm_address"))

    answer = post(client, "confirm", {"password": ""})

    assert answer.url == reverse("accounts:account")
    page = client.get(answer.url).content.decode()
    assert "Waiting to be approved" in page
    assert client.get(reverse("accounts:organisation")).status_code == 403
