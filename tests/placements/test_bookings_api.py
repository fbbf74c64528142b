from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import clients, clock, phrases
from accounts.models import Standing
from accounts.words import Scope
from placements import bookings, contacts, reserves
from placements.models import Booking
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.partner import BOOKINGS, Partner, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    employer = EmployerFactory(name="Wrekin Robots")
    placement = PlacementFactory(
        provider=employer,
        title="A week with robots",
        year_from=10,
        year_to=11,
        contact_name="Rita Reception",
        contact_email="rita@wrekin.example",
        contact_phone="01952 000000",
        joining_instructions="Ask at the gate.",
        workplace=WorkplaceFactory(
            organisation=employer,
            name="The works",
            address="2 Mill Lane",
            town="Telford",
            postcode="TF1 1AA",
        ),
    )
    return SlotFactory(placement=placement, places=10)


@pytest.fixture
def school():
    """A platform that acts for a school."""
    return Partner(SchoolOrganisationFactory())


@pytest.fixture
def host(slot):
    """A platform that acts for the employer."""
    return Partner(slot.placement.provider)


@pytest.fixture
def asked(slot, school):
    return bookings.request(slot, places=4, year_group=10, by=school.member)


def test_a_platform_asks_for_places_and_is_told_all_there_is_to_know(slot, school):
    answer = school.ask(
        slot, 4, year_group=10, adjustments=["step_free"], note="  We come by train.  "
    )

    booking = Booking.objects.get()
    organisation = school.member.organisation
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{BOOKINGS}/{booking.pk}"
    assert answer.json() == {
        "id": str(booking.pk),
        "url": f"http://testserver/bookings/{booking.pk}/",
        "state": "requested",
        "places": 4,
        "places_asked": 4,
        "as_few_as": None,
        "year_group": 10,
        "adjustments": ["step_free"],
        "note": "We come by train.",
        "slot": {
            "id": str(slot.pk),
            "starts_on": slot.starts_on.isoformat(),
            "ends_on": slot.ends_on.isoformat(),
        },
        "placement": {
            "id": str(slot.placement.pk),
            "url": f"http://testserver/placements/{slot.placement.pk}/",
            "title": "A week with robots",
            "provider": {
                "id": str(slot.placement.provider.pk),
                "url": f"http://testserver/providers/{slot.placement.provider.pk}/",
                "name": "Wrekin Robots",
                "badges": [],
            },
        },
        "school": {
            "id": str(organisation.pk),
            "name": organisation.name,
            "urn": organisation.school.urn,
        },
        "asked_at": in_utc(booking.asked_at),
        "answer_by": in_utc(booking.answer_by),
        "answered_at": None,
        "ended_by": None,
        "reason": "",
        "comment": "",
        "contact": None,
        "address": None,
        "joining_instructions": None,
        "changed": None,
    }
    slot.refresh_from_db()
    assert slot.taken == 4


def test_a_platform_books_no_dates_that_its_user_has_not_seen(slot, school):
    days = {"starts_on": slot.starts_on.isoformat(), "ends_on": slot.ends_on.isoformat()}
    slot.starts_on = slot.ends_on = days_ahead(70)
    slot.save(update_fields=["starts_on", "ends_on"])

    answer = school.ask(slot, 4, **days)

    assert (answer.status_code, answer.json()["code"]) == (409, "dates_changed")
    assert phrases.long_date(slot.starts_on) in answer.json()["detail"]
    assert not Booking.objects.exists()
    assert school.ask(slot, 4, starts_on=slot.starts_on.isoformat()).status_code == 201


def test_nor_takes_up_an_offer_of_them(slot, school, host):
    bookings.request(slot, places=10, by=CareersLeaderFactory())
    school.ask(slot, 4, wait=True)
    booking = Booking.objects.get(school=school.member.organisation)
    bookings.cancel(
        slot.bookings.get(places=10), reason="illness", by=slot.bookings.get(places=10).asked_by
    )
    before = slot.starts_on.isoformat()
    slot.starts_on = slot.ends_on = days_ahead(70)
    slot.save(update_fields=["starts_on", "ends_on"])

    answer = school.do("accept", booking, {"starts_on": before})

    assert (answer.status_code, answer.json()["code"]) == (409, "dates_changed")
    assert school.do("accept", booking, {"starts_on": str(slot.starts_on)}).status_code == 200
    assert host.do("accept", booking, {"starts_on": before}).json()["code"] == "dates_changed"


def in_utc(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_instants_are_in_utc_while_england_keeps_summer_time(slot, school):
    summer = timezone.datetime(2027, 6, 1, 9, 30, tzinfo=timezone.get_current_timezone())
    booking = BookingFactory(slot=slot, school=school.member.organisation, asked_at=summer)

    assert school.get(f"{BOOKINGS}/{booking.pk}").json()["asked_at"] == "2027-06-01T08:30:00Z"


def test_history_says_that_it_was_the_platform(slot, school, host, client):
    school.ask(slot, 4)
    booking = Booking.objects.get()
    host.do("accept", booking)

    moves = list(booking.moves.order_by("pk"))
    assert [move.by for move in moves] == [school.member, host.member]
    leader = CareersLeaderFactory(organisation=school.member.organisation)
    client.force_login(leader.user)
    page = client.get(f"/bookings/{booking.pk}/").content.decode()
    assert f"{school.member.organisation} through Unifrog" in page


def test_where_the_listing_confirms_at_once_it_is_accepted_with_all_that_the_school_needs(
    slot, school
):
    slot.placement.confirms_at_once = True
    slot.placement.save()

    told = school.ask(slot, 4).json()

    assert told["state"] == "accepted"
    assert told["contact"] == {
        "name": "Rita Reception",
        "job": "",
        "email": "rita@wrekin.example",
        "phone": "01952 000000",
    }
    assert told["address"] == "The works, 2 Mill Lane, Telford, TF1 1AA"
    assert told["joining_instructions"] == "Ask at the gate."


def test_the_host_reaches_whoever_leads_at_the_school_where_a_platform_asked(
    slot, school, host, asked, client
):
    leader = CareersLeaderFactory(
        organisation=school.member.organisation, user__name="Lee Leader", job_title="Careers leader"
    )

    told = host.do("accept", asked).json()

    expected = {"name": "Lee Leader", "job": "Careers leader", "email": leader.user.email}
    assert told["contact"] == {**expected, "phone": ""}
    assert (told["address"], told["joining_instructions"]) == (None, None)
    client.force_login(HostFactory(organisation=slot.placement.provider).user)
    assert "Lee Leader" in client.get(f"/bookings/{asked.pk}/").content.decode()
    sheet = b"".join(client.get("/bookings/bookings.csv").streaming_content)
    assert b"Unifrog" in sheet


def test_where_nobody_leads_at_the_school_there_is_nobody_to_reach(host, asked):
    assert set(host.do("accept", asked).json()["contact"].values()) == {""}


def test_before_acceptance_nobody_is_told_whom_to_reach(school, host, asked):
    for side in (school, host):
        told = side.get(f"{BOOKINGS}/{asked.pk}").json()
        assert (told["contact"], told["address"], told["joining_instructions"]) == (None,) * 3


def test_a_host_accepts_some_of_the_places(host, asked, slot):
    answer = host.do("accept", asked, {"places": 3})

    told = answer.json()
    assert (answer.status_code, told["state"], told["places"]) == (200, "accepted", 3)
    slot.refresh_from_db()
    assert slot.taken == 3


def test_a_host_declines_with_a_reason(host, asked):
    answer = host.do("decline", asked, {"reason": "no_capacity", "comment": "Sorry."})

    told = answer.json()
    assert (answer.status_code, told["state"], told["ended_by"]) == (200, "declined", "provider")
    assert (told["reason"], told["comment"]) == ("no_capacity", "Sorry.")


def test_a_school_takes_its_request_back(school, asked, slot):
    told = school.do("cancel", asked, {"reason": "dates_clash"}).json()

    assert (told["state"], told["ended_by"], told["reason"]) == (
        "cancelled",
        "school",
        "dates_clash",
    )
    slot.refresh_from_db()
    assert slot.taken == 0


@pytest.mark.parametrize(
    ("verb", "body", "code", "pointer"),
    [
        ("decline", {}, "required", "/reason"),
        ("decline", {"reason": "illness"}, "invalid_choice", "/reason"),
        ("cancel", {"reason": "no_capacity"}, "invalid_choice", "/reason"),
        ("decline", {"reason": "other", "comment": "x" * 501}, "max_length", "/comment"),
        ("accept", {"places": 0}, "min_value", "/places"),
        ("accept", {"reason": "other"}, "unknown_parameter", "/reason"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_field_by_field(
    verb, body, code, pointer, host, asked
):
    answer = host.do(verb, asked, body)

    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["code"], fault["pointer"]) == (400, code, pointer)


def test_words_are_due_where_the_reason_says_nothing(host, asked):
    answer = host.do("decline", asked, {"reason": "other"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["detail"] == "Say what the other reason is."


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ({"placement__state": PlacementState.PAUSED}, "not_published"),
        ({"placement__provider__standing": Standing.UNVERIFIED}, "not_published"),
        ({"state": SlotState.CANCELLED}, "not_open"),
        ({"closes_on": date(2020, 1, 1), "opens_on": date(2020, 1, 1)}, "not_open"),
        ({"placement__most_places_per_school": 3}, "over_cap"),
        ({"placement__year_from": 12, "placement__year_to": 13}, "not_suitable_year_group"),
    ],
)
def test_a_rule_that_refuses_is_a_409_with_its_code(spoil, code, school):
    slot = SlotFactory(**spoil)

    answer = school.ask(slot, 4, year_group=10)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Booking.objects.exists()


def test_a_second_booking_of_a_school_is_refused(school, slot, asked):
    assert school.ask(slot, 1).json()["code"] == "already_booked"


def test_a_slot_of_a_draft_is_as_good_as_absent(school):
    draft = SlotFactory(
        placement__state=PlacementState.DRAFT,
        placement__published_at=None,
        placement__last_confirmed_on=None,
    )
    absent = SlotFactory.build()

    of_draft, of_nothing = school.ask(draft, 1), school.ask(absent, 1)

    assert of_draft.status_code == 400
    assert of_draft.json()["errors"] == [
        {"pointer": "/slot", "code": "not_found", "detail": "There is no such slot."}
    ]
    assert without_its_number(of_draft) == without_its_number(of_nothing)


def without_its_number(answer):
    return {**answer.json(), "request_id": ""}


def test_what_has_ended_or_was_answered_is_not_answered_again(host, asked):
    host.do("accept", asked)

    again = host.do("accept", asked)

    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")


def test_a_full_slot_names_what_could_be_had_instead(slot, school):
    slot.taken = 8
    slot.save()
    later = SlotFactory(placement=slot.placement, starts_on=slot.starts_on + timedelta(days=7))

    answer = school.ask(slot, 4)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "slot_full")
    assert told["detail"] == "Only 2 places are left on these dates."
    assert told["alternatives"] == [
        {
            "slot": {
                "id": str(later.pk),
                "starts_on": later.starts_on.isoformat(),
                "ends_on": later.ends_on.isoformat(),
                "places_left": 6,
                "counted_in": "students",
                "largest_group": None,
                "groups_left": None,
            },
            "placement": {
                "id": str(slot.placement.pk),
                "url": f"http://testserver/placements/{slot.placement.pk}/",
                "title": "A week with robots",
                "provider": {
                    "id": str(slot.placement.provider.pk),
                    "url": f"http://testserver/providers/{slot.placement.provider.pk}/",
                    "name": "Wrekin Robots",
                    "badges": [],
                },
            },
        }
    ]
    assert school.ask(later, 4).status_code == 201


def test_a_group_waits_is_offered_places_and_takes_them_up(slot, school, host):
    ahead = bookings.request(slot, places=10, by=Partner(SchoolOrganisationFactory()).member)

    waits = school.ask(slot, 4, wait=True, as_few_as=2)
    booking = Booking.objects.get(pk=waits.json()["id"])
    host.do("decline", ahead, {"reason": "no_capacity"})
    offered = school.get(f"{BOOKINGS}/{booking.pk}").json()
    taken_up = school.do("accept", booking)

    assert (waits.status_code, waits.json()["state"], waits.json()["as_few_as"]) == (
        *(201, "waiting"),
        2,
    )
    assert (offered["state"], offered["places"]) == ("offered", 4)
    assert (taken_up.status_code, taken_up.json()["state"]) == (200, "requested")


def test_an_offer_is_the_schools_to_take_up_and_whole(slot, school, host):
    booking = BookingFactory(
        slot=slot, school=school.member.organisation, state=BookingState.OFFERED
    )
    slot.taken, slot.waiting = booking.places, 1
    slot.save()

    assert host.do("accept", booking).status_code == 403
    assert school.do("accept", booking, {"places": 1}).status_code == 400
    assert school.do("accept", booking).json()["state"] == "requested"


@pytest.mark.parametrize("asks", ["to take it up", "for places"])
def test_what_the_clock_has_ended_stays_ended_though_the_act_is_refused(slot, school, asks):
    slot.taken, slot.waiting = 10, 1
    slot.save()
    offer = BookingFactory(
        slot=slot,
        school=school.member.organisation,
        places=10,
        state=BookingState.OFFERED,
        answer_by=clock.now() - timedelta(hours=1),
    )

    if asks == "to take it up":
        answer = school.do("accept", offer)
    else:
        answer = Partner(SchoolOrganisationFactory()).ask(slot, 11)

    offer.refresh_from_db()
    assert (answer.status_code, offer.state) == (409, BookingState.LAPSED)


def test_who_would_wait_in_vain_is_told_so(slot, school):
    slot.taken = 10
    slot.save()

    assert school.ask(slot, 11, wait=True).json()["code"] == "beyond_capacity"
    assert school.ask(slot, 4, wait=True, as_few_as=5).json()["code"] == "as_few_as"


def test_lists_show_ones_own_on_either_side_and_nobody_elses(school, host, asked):
    other = BookingFactory()

    assert [one["id"] for one in school.get().json()["items"]] == [str(asked.pk)]
    assert [one["id"] for one in host.get().json()["items"]] == [str(asked.pk)]
    assert school.get(f"{BOOKINGS}/{other.pk}").status_code == 404
    assert "contact" not in school.get().json()["items"][0]


def test_what_is_anothers_is_answered_like_what_is_not_there(school, host):
    other = BookingFactory()
    absent = BookingFactory.build()

    for verb, body in (
        ("accept", {}),
        ("decline", {"reason": "no_capacity"}),
        ("cancel", {"reason": "illness"}),
    ):
        theirs, nothing = host.do(verb, other, body), host.do(verb, absent, body)
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert without_its_number(theirs) == without_its_number(nothing)


def test_a_school_does_not_answer_its_own_request(school, asked):
    accepted = school.do("accept", asked)
    declined = school.do("decline", asked, {"reason": "no_capacity"})

    assert [(a.status_code, a.json()["code"]) for a in (accepted, declined)] == [
        (403, "not_allowed")
    ] * 2
    asked.refresh_from_db()
    assert asked.state == BookingState.REQUESTED


def test_an_employers_platform_asks_for_no_places(host, slot):
    answer = host.ask(slot, 1)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_filters_narrow_and_a_repeated_one_means_or(school):
    mine = school.member.organisation
    first, second, third = (
        BookingFactory(school=mine, state=state)
        for state in (BookingState.REQUESTED, BookingState.DECLINED, BookingState.LAPSED)
    )

    def found(**query):
        return {one["id"] for one in school.get(**query).json()["items"]}

    assert found(state="requested") == {str(first.pk)}
    assert found(state=["requested", "declined"]) == {str(first.pk), str(second.pk)}
    assert found(slot=str(third.slot_id)) == {str(third.pk)}
    assert found(placement=str(second.slot.placement_id)) == {str(second.pk)}
    assert found(state="requested", slot=str(third.slot_id)) == set()


def test_pages_follow_one_another_newest_first_while_rows_are_added(school):
    mine = school.member.organisation
    now = clock.now()
    rows = [BookingFactory(school=mine, asked_at=now) for _ in range(3)]
    rows += [BookingFactory(school=mine, asked_at=now - timedelta(hours=n)) for n in (1, 2)]
    expected = sorted(rows, key=lambda one: (one.asked_at, one.pk), reverse=True)

    seen, cursor = [], ""
    while cursor is not None:
        page = school.get(limit=2, cursor=cursor).json()
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        BookingFactory(school=mine, asked_at=now + timedelta(minutes=1))

    assert seen == [str(one.pk) for one in expected]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"stat": "requested"}, "/stat", "unknown_parameter"),
        ({"state": "asked"}, "/state", "invalid"),
        ({"slot": "x"}, "/slot", "invalid"),
        ({"placement": "\0"}, "/placement", "invalid"),
        ({"limit": "0"}, "/limit", "invalid"),
        ({"limit": "101"}, "/limit", "invalid"),
        ({"limit": "000000001999999"}, "/limit", "invalid"),
        ({"cursor": "x"}, "/cursor", "invalid"),
        ({"cursor": "\0"}, "/cursor", "invalid"),
    ],
)
def test_a_wrong_parameter_is_named(query, pointer, code, school):
    answer = school.get(**query)

    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (400, pointer, code)


def test_acts_and_single_bookings_take_no_parameters(school, asked):
    assert school.get(f"{BOOKINGS}/{asked.pk}", state="x").status_code == 400
    assert school.post(f"{BOOKINGS}?wait=true", {}).status_code == 400
    assert school.post(f"{BOOKINGS}/{asked.pk}/cancel?x=1", {}).status_code == 400


def test_a_booking_that_has_not_changed_is_not_sent_again(school, host, asked):
    address = f"{BOOKINGS}/{asked.pk}"
    tag = school.get(address).headers["ETag"]

    same = school.browser.get(address, headers={"If-None-Match": tag})
    host.do("accept", asked)
    changed = school.browser.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, changed.status_code) == (304, 200)
    assert changed.headers["ETag"] != tag


def test_no_cache_between_us_keeps_what_one_organisation_reads(school):
    headers = school.get().headers

    assert "private" in headers["Cache-Control"]
    assert "Authorization" in headers["Vary"]


@pytest.mark.parametrize("bookings_there", [1, 3])
def test_a_list_costs_the_same_however_long(bookings_there, school, django_assert_num_queries):
    BookingFactory.create_batch(bookings_there, school=school.member.organisation)

    with django_assert_num_queries(2):
        school.get()


@pytest.mark.parametrize("others", [1, 3])
def test_a_full_slot_costs_the_same_however_much_there_is_instead(
    others, slot, school, django_assert_max_num_queries
):
    slot.taken = 10
    slot.save()
    for _ in range(others):
        employer = EmployerFactory()
        SlotFactory(
            placement=PlacementFactory(
                provider=employer, workplace=WorkplaceFactory(organisation=employer)
            )
        )

    with django_assert_max_num_queries(14):
        answer = school.ask(slot, 1)
    assert len(answer.json()["alternatives"]) == others


# --- Tokens and scopes

READS = (Scope.BOOKINGS_READ,)
WRITES = (Scope.BOOKINGS_WRITE,)
NEITHER = [scope for scope in Scope if scope not in (*READS, *WRITES)]
ROUTES = [
    ("get", BOOKINGS, {}, READS),
    ("get", BOOKINGS + "/{pk}", {}, READS),
    ("post", BOOKINGS, {"slot": "{slot}", "places": 1}, WRITES),
    ("post", BOOKINGS + "/{pk}/accept", {}, WRITES),
    ("post", BOOKINGS + "/{pk}/decline", {"reason": "no_capacity"}, WRITES),
    ("post", BOOKINGS + "/{pk}/cancel", {"reason": "illness"}, WRITES),
]


def call(partner, method, path, body, booking):
    path = path.format(pk=booking.pk)
    body = {name: str(booking.slot_id) if name == "slot" else it for name, it in body.items()}
    return partner.get(path) if method == "get" else partner.post(path, body)


def count_of_writes():
    return Booking.objects.filter(state=BookingState.REQUESTED).count()


@pytest.mark.parametrize(("method", "path", "body", "scope"), ROUTES)
def test_each_route_asks_for_its_own_scope(method, path, body, scope, school, asked):
    lacking = [one for one in Scope if one not in scope]
    without = Partner(None, *lacking, client=school.client)
    other = Partner(SchoolOrganisationFactory(), *scope)

    answer = call(without, method, path, body, asked)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="api", error="insufficient_scope", scope="{scope[0].value}"'
    )
    assert count_of_writes() == 1
    with_it = call(other, method, path, body, asked)
    assert with_it.status_code in ((404,) if "{pk}" in path else (200, 201))


@pytest.mark.parametrize(("method", "path", "body", "scope"), ROUTES)
@pytest.mark.parametrize(
    "spoil",
    ["none", "wrong", "expired", "revoked", "basic", "a session", "in the address"],
)
def test_without_a_good_token_nothing_is_told_or_done(
    method, path, body, scope, spoil, school, asked
):
    partner = Partner(None, client=school.client)
    if spoil == "none":
        partner.browser.defaults.pop("HTTP_AUTHORIZATION")
    elif spoil == "wrong":
        partner.browser.defaults["HTTP_AUTHORIZATION"] = "Bearer 0123"
    elif spoil == "expired":
        late = token_of(school.client, good_for=timedelta(seconds=-1))
        partner.browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {late}"
    elif spoil == "revoked":
        clients.revoke(school.client, by=None)
    elif spoil == "basic":
        partner.browser.defaults["HTTP_AUTHORIZATION"] = f"Basic {partner.token}"
    elif spoil == "a session":
        partner.browser.defaults.pop("HTTP_AUTHORIZATION")
        leader = CareersLeaderFactory(organisation=school.member.organisation)
        partner.browser.force_login(leader.user)
    else:
        partner.browser.defaults.pop("HTTP_AUTHORIZATION")
        path += f"?access_token={partner.token}"

    answer = call(partner, method, path, body, asked)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="api"')
    assert count_of_writes() == 1


def test_a_token_of_a_client_that_was_cut_off_is_good_no_longer_though_it_be_there(school, asked):
    school.client.revoked_at = clock.now()
    school.client.save()

    assert school.get().status_code == 401


def test_a_client_is_counted_by_itself_wherever_it_asks_from(school, host, settings, one_minute):
    cache.clear()
    settings.API_REQUESTS_A_MINUTE_BY_CLIENT = 2

    answers = [school.browser.get(BOOKINGS, REMOTE_ADDR=f"192.0.2.{n}") for n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["RateLimit-Policy"] == '"default";q=2;w=60'
    assert host.get().status_code == 200


# --- Bodies that no program of ours would send

WRONG_BODIES = [
    *(b"", b"null", b"[]", b"[1]", b'"x"', b"3", b"{", b"\xff\xfe", b"\x00", b"NaN"),
    *(b'{"places": NaN}', b'{"places": Infinity}', b"[" * 50_000, b'{"a":' * 20_000),
    b"{" + b" " * 70_000 + b"}",
    '{"slot": "caf\xe9"}'.encode("latin-1"),
    '{"slot": "x"}'.encode("utf-16"),
]


@pytest.mark.parametrize("body", WRONG_BODIES, ids=lambda body: repr(body[:12]))
def test_what_is_no_json_object_is_a_400(body, school, asked):
    for path in (BOOKINGS, f"{BOOKINGS}/{asked.pk}/cancel"):
        answer = school.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


WRONG_VALUES = [
    *(None, True, [], {}, [[]], "", "x", "\0", "\ud800", "x" * 5000, -1, 0, 1.5, 10**30),
    *(1e308, "1e999", {"a": 1}, ["x"], [None], "{}", "0f5c1c52-6f5e-4c79-9f0e-0d1f6c5b7a1"),
]
FIELDS = (
    *("slot", "places", "note", "year_group", "adjustments", "wait", "as_few_as"),
    "unheard_of",
)


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_of_a_field_breaks_anything(field, school, slot):
    good = {"slot": str(slot.pk), "places": 1, "note": "", "adjustments": []}

    statuses = {school.post(BOOKINGS, {**good, field: wrong}).status_code for wrong in WRONG_VALUES}

    # Some are right after all: no year group, or a note of any words.
    assert statuses <= {201, 400, 409}
    assert 400 in statuses


def test_only_json_is_read(school, slot):
    answer = school.browser.post(
        BOOKINGS, {"slot": str(slot.pk)}, headers={"Idempotency-Key": "one"}
    )

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_every_unknown_field_is_named(school, slot):
    answer = school.ask(slot, 1, student_names=["A"], nonsense=1)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "unknown_parameter")
    assert [fault["pointer"] for fault in told["errors"]] == ["/nonsense", "/student_names"]


def test_nothing_that_is_told_of_an_agreed_booking_is_a_persons_but_the_contact(asked, host):
    assert contacts.at_school(asked) == contacts.NOBODY


# Places that are kept for some, and when booking opens


def test_a_slot_says_when_it_opens_and_for_whom_it_keeps_places(client, slot):
    host = HostFactory(organisation=slot.placement.provider)
    rule = PriorityRuleFactory(code="by-count")
    opens_at = datetime.combine(days_ahead(7), time(10), ZoneInfo("Europe/London"))
    reserves.announce(slot, opens_at=opens_at, by=host)
    until = days_ahead(20)
    reserves.prioritise(slot, rule=rule, places=4, until=until, early_days=2, by=host)

    told = client.get(f"/api/v1/placements/{slot.placement_id}").json()["slots"][0]

    whom = {
        "code": "by-count",
        "name": "students eligible for pupil premium",
        "explanation": "The school says how many of its group are eligible.",
        "counts_students": True,
        "group_share": 50,
    }
    assert {name: told[name] for name in ("opens_at", "opens_early", "kept", "places_left")} == {
        "opens_at": in_utc(opens_at.astimezone(UTC)),
        "opens_early": {"at": in_utc((opens_at - timedelta(days=2)).astimezone(UTC)), "whom": whom},
        "kept": {"places": 4, "until": until.isoformat(), "share": None, "whom": whom},
        "places_left": 6,
    }


def test_a_slot_that_keeps_nothing_says_so(client, slot):
    told = client.get(f"/api/v1/placements/{slot.placement_id}").json()["slots"][0]

    assert (told["opens_early"], told["kept"]) == (None, None)


def test_a_platform_says_of_how_many_students_the_rule_speaks(slot, school):
    keep(slot, places=8)

    refused = school.ask(slot, 4, priority_students=1)
    made = school.ask(slot, 4, priority_students=2)

    assert (refused.status_code, refused.json()["code"]) == (409, "places_reserved")
    assert refused.json()["alternatives"] == []
    assert "8 of the places are kept until" in refused.json()["detail"]
    assert made.status_code == 201
    assert Booking.objects.get().reserved == 2


def test_a_platform_is_told_that_booking_is_not_open_to_all_yet(slot, school):
    opens_at = datetime.combine(days_ahead(7), time(10), ZoneInfo("Europe/London"))
    host = HostFactory(organisation=slot.placement.provider)
    reserves.announce(slot, opens_at=opens_at, by=host)
    told = {"rule": PriorityRuleFactory(), "places": 0, "until": None, "early_days": 2}
    reserves.prioritise(slot, by=host, **told)

    too_early = school.ask(slot, 2, priority_students=2)
    with clock.as_of(opens_at - timedelta(days=1)):
        for_some = school.ask(slot, 2, priority_students=1)
        too_many = school.ask(slot, 2, priority_students=3)
        made = school.ask(slot, 2, priority_students=2)

    answers = (too_early, for_some, too_many)
    assert [one.json()["code"] for one in answers] == [
        "not_open",
        "priority_first",
        "priority_students",
    ]
    assert made.status_code == 201


def keep(slot, places):
    until, rule = days_ahead(20), PriorityRuleFactory()
    host = HostFactory(organisation=slot.placement.provider)
    reserves.prioritise(slot, rule=rule, places=places, until=until, early_days=0, by=host)
