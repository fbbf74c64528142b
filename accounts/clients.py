"""Connecting a partner platform to an organisation, and cutting it off again."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken

from accounts import authority, clock, outbox
from accounts.models import Client, Member, MemberState, Organisation, Role
from accounts.words import WRITING_SCOPES, Scope

# Time to carry a new secret to every machine that uses the old one.
OVERLAP = timedelta(days=7)
LONGEST_NAME = 100
# For one organisation: each is a way in that somebody must look after.
MOST_CLIENTS = 20


class Issued(NamedTuple):
    client: Client
    # Said once. Only its hash is kept, so nobody can say it again.
    secret: str


@transaction.atomic
def issue(
    organisation: Organisation,
    *,
    name: str,
    scopes: Collection[str],
    by: Member | None,
    once: UUID | None = None,
) -> Issued:
    """Let a platform act for the organisation. Nobody (`by`) is whoever has the server.

    The same form sent twice (`once`) is one platform: its secret is not said again.
    """
    _refuse_whoever_may_not(organisation, by)
    name = name.strip()
    _refuse_malformed(name, scopes)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    client_id = uuid5(organisation.pk, str(once or uuid4())).hex
    _refuse_another(organisation, client_id)
    writes = set(scopes) & set(WRITING_SCOPES)
    platform = Member.objects.create(
        organisation=organisation,
        platform=name,
        role=Role.COLLEAGUE if writes else Role.VIEWER,
    )
    secret = generate_client_secret()
    client = Client.objects.create(
        client_id=client_id,
        acts_as=platform,
        scopes=[scope for scope in Scope.values if scope in scopes],
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    _tell_leads("platform_connected", client, by)
    return Issued(client, secret)


@transaction.atomic
def rotate(client: Client, *, by: Member | None, replacing: str | None = None) -> Issued:
    """A new secret; the one before it is good for a week more, and any older one no longer.

    With `replacing`, only in place of that one: a form sent twice makes one secret.
    """
    client = _held(client)
    _refuse_whoever_may_not(client.organisation, by)
    _refuse_revoked(client)
    if replacing is not None and replacing != client.edition:
        raise ValidationError(
            "A new secret has been made meanwhile, and was shown once. If you have missed it,"
            " make another.",
            code="stale",
        )
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
    _tell_leads("platform_cut_off", client, by)
    return client


def _tell_leads(kind: str, client: Client, by: Member | None) -> None:
    """Each of them but whoever did it: it acts in the name of all."""
    leads = Member.objects.active().filter(organisation=client.organisation, role=Role.LEAD)
    others = leads.exclude(pk=by.pk) if by else leads
    for lead in others.select_related("user").order_by("pk"):
        outbox.post(kind, to=lead.user, about=client)


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


def _refuse_another(organisation: Organisation, client_id: str) -> None:
    if Client.objects.filter(client_id=client_id).exists():
        raise ValidationError(
            "This platform has been connected, and its secret was shown once. If you have missed"
            " it, make a new one.",
            code="sent_before",
        )
    live = Client.objects.filter(acts_as__organisation=organisation, revoked_at=None)
    if live.count() >= MOST_CLIENTS:
        raise ValidationError(
            "%(most)d platforms are connected already. Cut one off first.",
            code="too_many",
            params={"most": MOST_CLIENTS},
        )


def _refuse_revoked(client: Client) -> None:
    if client.revoked_at is not None:
        raise ValidationError("This platform has been cut off.", code="move_not_allowed")
