"""People and organisations in the support console."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import outbox, people
from accounts.console import ReadOnly
from accounts.http import acting
from accounts.models import (
    Client,
    Invitation,
    Member,
    Message,
    OneTimeLink,
    Organisation,
    School,
    User,
    Workplace,
)

Verb = Callable[..., object]


def do_to_each(request: HttpRequest, chosen: QuerySet[Any], verb: Verb) -> None:
    """Do it to each, in the name of whoever is acting, and say what was refused."""
    for row in chosen.order_by("pk"):
        try:
            verb(row, by=acting(request))
        except (PermissionDenied, ValidationError) as refusal:
            told = "; ".join(getattr(refusal, "messages", ["You may not do this."]))
            messages.error(request, f"{row.email}: {told}")
        else:
            messages.success(request, f"{row.email}: done.")


@admin.register(User)
class Users(ReadOnly[User]):
    list_display = ("email", "name", "is_active", "is_staff", "confirmed_at", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email",
        "name",
        "is_active",
        "is_staff",
        "joined_at",
        "confirmed_at",
        "last_login",
    )
    actions = ("switch_off", "switch_on", "forget_second_factor")

    @admin.action(description="Switch off: end every session, and let nobody in")
    def switch_off(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        do_to_each(request, chosen, people.switch_off)

    @admin.action(description="Switch on again")
    def switch_on(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        do_to_each(request, chosen, people.switch_on)

    @admin.action(description="Turn off two-step sign-in, for a lost phone")
    def forget_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        do_to_each(request, chosen, people.forget_second_factor)


@admin.register(Organisation)
class Organisations(ReadOnly[Organisation]):
    list_display = ("name", "kind", "standing", "registered_at")
    list_filter = ("kind", "standing")
    search_fields = ("name", "school__urn")
    ordering = ("name",)


@admin.register(Member)
class Members(ReadOnly[Member]):
    list_display = ("name", "organisation", "role", "state", "joined_at", "ended_at")
    list_filter = ("state", "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__name", "organisation__name")
    ordering = ("-joined_at",)


@admin.register(Invitation)
class Invitations(ReadOnly[Invitation]):
    list_display = ("email", "organisation", "role", "made_at", "accepted_at", "revoked_at")
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    ordering = ("-made_at",)


@admin.register(Workplace)
class Workplaces(ReadOnly[Workplace]):
    list_display = ("name", "organisation", "kind", "town", "postcode", "is_active")
    list_filter = ("kind", "is_active", "lone_adult")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name", "postcode")
    ordering = ("organisation__name", "name")


@admin.register(School)
class Schools(ReadOnly[School]):
    list_display = ("urn", "name", "town", "postcode", "domain", "closed_on")
    search_fields = ("urn", "name", "postcode")
    ordering = ("name",)


@admin.register(Message)
class Messages(ReadOnly[Message]):
    list_display = ("kind", "email", "state", "due_at", "sent_at", "attempts")
    list_filter = ("state", "kind")
    search_fields = ("email", "subject")
    ordering = ("-due_at",)
    actions = ("try_again", "let_be")

    @admin.action(description="Send it again: it was given up, or may not have gone")
    def try_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        do_to_each(request, chosen, outbox.try_again)

    @admin.action(description="Let it be: nobody needs it any more")
    def let_be(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        do_to_each(request, chosen, partial(outbox.let_be, reason="In the support console."))


@admin.register(OneTimeLink)
class OneTimeLinks(ReadOnly[OneTimeLink]):
    list_display = ("purpose", "email", "made_at", "expires_at", "used_at", "revoked_at")
    list_filter = ("purpose",)
    search_fields = ("email",)
    exclude = ("token_hash",)
    ordering = ("-made_at",)


# Registered by the library, which asks the settings for this class instead of its own.
class Clients(ReadOnly[Client]):
    list_display = ("client_id", "acts_as", "created", "revoked_at")
    list_select_related = ("acts_as__organisation",)
    search_fields = ("client_id", "acts_as__platform", "acts_as__organisation__name")
    ordering = ("-created",)
    fields = ("client_id", "acts_as", "scopes", "created", "former_secret_until", "revoked_at")
