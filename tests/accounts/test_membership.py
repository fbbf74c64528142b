import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from accounts import invitations, membership
from accounts.models import Invitation, MemberState, Role
from tests.factories import (
    EmployerFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    NationalTeamFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery():
    return EmployerFactory()


@pytest.fixture
def lead(bakery):
    return HostFactory(organisation=bakery)


@pytest.fixture
def colleague(bakery):
    return MemberFactory(organisation=bakery, role=Role.COLLEAGUE)


def test_whoever_leaves_acts_no_more_and_the_record_stays(lead, colleague):
    membership.leave(colleague)

    colleague.refresh_from_db()
    assert colleague.state == MemberState.LEFT
    assert colleague.ended_at is not None


def test_the_last_lead_cannot_leave(lead, colleague, refused):
    with refused("last_lead"):
        membership.leave(lead)


def test_a_lead_who_has_handed_over_can_leave(lead, colleague):
    membership.change_role(colleague, Role.LEAD, by=lead)

    membership.leave(lead)

    lead.refresh_from_db()
    assert lead.state == MemberState.LEFT


def test_a_lead_whose_only_fellow_lead_cannot_sign_in_is_the_last(lead, bakery, refused):
    HostFactory(organisation=bakery, user__is_active=False)

    with refused("last_lead"):
        membership.leave(lead)


def test_the_last_lead_cannot_be_made_less(lead, colleague, refused):
    with refused("last_lead"):
        membership.change_role(lead, Role.COLLEAGUE, by=lead)


def test_a_lead_removes_a_colleague(lead, colleague):
    membership.remove(colleague, by=lead)

    colleague.refresh_from_db()
    assert colleague.state == MemberState.LEFT


def test_nobody_else_removes_a_colleague(bakery, lead, colleague):
    viewer = MemberFactory(organisation=bakery, role=Role.VIEWER)

    for stranger in (
        viewer,
        MemberFactory(organisation=bakery, role=Role.COLLEAGUE),
        HostFactory(),
    ):
        with pytest.raises(PermissionDenied):
            membership.remove(colleague, by=stranger)


def test_nobody_else_changes_a_role(lead, colleague):
    for stranger in (colleague, HostFactory()):
        with pytest.raises(PermissionDenied):
            membership.change_role(colleague, Role.LEAD, by=stranger)


def test_whoever_has_left_cannot_leave_again(lead, colleague, refused):
    membership.leave(colleague)

    with refused("move_not_allowed"):
        membership.leave(colleague)


def test_an_unknown_role_is_given_to_nobody(lead, colleague):
    with pytest.raises(PermissionDenied):
        membership.change_role(colleague, "owner", by=lead)


def test_the_invitations_of_whoever_leaves_are_withdrawn(lead, bakery):
    HostFactory(organisation=bakery)
    invitations.invite("new@example.org", role=Role.COLLEAGUE, by=lead)

    membership.leave(lead)

    assert not Invitation.objects.live().exists()


def test_the_support_console_closes_for_whoever_leaves_the_national_team():
    team = NationalTeamFactory()
    NationalFactory(organisation=team)
    member = NationalFactory(organisation=team, user__is_staff=True)

    membership.leave(member)

    member.user.refresh_from_db()
    assert member.user.is_staff is False


@pytest.mark.django_db(transaction=True)
def test_of_two_last_leads_who_leave_at_once_the_second_stays():
    bakery = EmployerFactory()
    first, second = HostFactory.create_batch(2, organisation=bakery)
    started = threading.Event()

    def leave_elsewhere():
        started.set()
        try:
            membership.leave(second)
        except ValidationError as refusal:
            return refusal.error_list[0].code
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor() as elsewhere:
        with transaction.atomic():
            membership.leave(first)
            answer = elsewhere.submit(leave_elsewhere)
            started.wait(5)
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.3)

        assert answer.result(timeout=5) == "last_lead"
