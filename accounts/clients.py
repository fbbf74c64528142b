"""Connecting a partner platform to an organisation, and cutting it off again."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from accounts import authority, clock
from accounts.models import Client, Member, MemberState, Organisation, Role
from accounts.words import WRITING_SCOPES, Scope

# Time to carry a new secret to every machine that uses the old one.
OVERLAP = timedelta(days=7)
LONGEST_NAME = 100


class Issued(NamedTuple):
    client: Client
    # Said once. Only its hash is kept, so nobody can say it again.
    secret: str


@transaction.atomic
def issue(
    organisation: Organisation, *, name: str, scopes: Collection[str], by: Member | None
) -> Issued:
    """Let a platform act for the organisation. Nobody (`by`) is whoever has the server."""
    _refuse_whoever_may_not(organisation, by)
    name = name.strip()
    _refuse_malformed(name, scopes)
    writes = set(scopes) & set(WRITING_SCOPES)
    platform = Member.objects.create(
        organisation=organisation,
        platform=name,
        role=Role.COLLEAGUE if writes else Role.VIEWER,
    )
    secret = generate_client_secret()
    client = Client.objects.create(
        acts_as=platform,
        scopes=[scope for scope in Scope.values if scope in scopes],
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    return Issued(client, secret)


@transaction.atomic
def rotate(client: Client, *, by: Member | None) -> Issued:
    """A new secret; the one before it is good for a week more, and any older one no longer."""
    client = _held(client)
    _refuse_whoever_may_not(client.organisation, by)
    _refuse_revoked(client)
    secret = generate_client_secret()
    client.former_secret = client.client_secret
    client.former_secret_until = clock.now() + OVERLAP
    client.client_secret = secret
    client.save(update_fields=["former_secret", "former_secret_until", "client_secret"])
    return Issued(client, secret)


@transaction.atomic
def revoke(client: Client, *, by: Member | None) -> Client:
    """Cut the platform off, at once and for good. What it did stands, in its name."""
    client = _held(client)
    _refuse_whoever_may_not(client.organisation, by)
    _refuse_revoked(client)
    client.revoked_at = clock.now()
    client.save(update_fields=["revoked_at"])
    platform = client.acts_as
    platform.state, platform.ended_at = MemberState.LEFT, client.revoked_at
    platform.save(update_fields=["state", "ended_at"])
    AccessToken.objects.filter(application=client).delete()
    return client


def _held(client: Client) -> Client:
    found = Client.objects.select_related("acts_as__organisation")
    held: Client = found.select_for_update(of=("self",)).get(pk=client.pk)
    return held


def _refuse_whoever_may_not(organisation: Organisation, by: Member | None) -> None:
    if by is not None and not authority.may_connect_platforms(by, organisation.pk):
        raise PermissionDenied


def _refuse_malformed(name: str, scopes: Collection[str]) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise ValidationError("Name the platform, in 100 characters.", code="invalid")
    if not scopes or set(scopes) - set(Scope.values):
        raise ValidationError("Choose what the platform may do.", code="invalid")


def _refuse_revoked(client: Client) -> None:
    if client.revoked_at is not None:
        raise ValidationError("This platform has been cut off.", code="move_not_allowed")
