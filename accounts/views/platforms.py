"""Platforms that act for the organisation: connect one, give it a new secret, cut it off.

A secret is drawn in the answer to the button and is nowhere else: not in the session, not in a
message, and in the database as a hash. So the page that shows it cannot be opened again.
"""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authority, clients
from accounts.clients import Issued
from accounts.forms.platforms import Connect, NewSecret
from accounts.forms.sign_in import Button
from accounts.http import acting
from accounts.models import Client, Member
from accounts.views.opened import kept_to_itself

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 20


@require_safe
def platform_list(request: HttpRequest) -> HttpResponse:
    member = leading(request)
    ours = Client.objects.filter(acts_as__organisation=member.organisation_id)
    connected = ours.select_related("acts_as").order_by(
        F("revoked_at").desc(nulls_first=True), "-created", "pk"
    )
    page = Paginator(connected, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/platforms.html", {"page_obj": page})


@GET_OR_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@kept_to_itself
def connect(request: HttpRequest) -> HttpResponse:
    member = leading(request)
    form = Connect(request.POST or None)
    if form.is_valid():
        try:
            issued = clients.issue(member.organisation, **form.cleaned_data, by=member)
        except ValidationError as refusal:
            form.add_error("name", refusal)
        else:
            return said_once(request, issued)
    return render(request, "accounts/platform_connect.html", {"form": form})


@GET_OR_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@kept_to_itself
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Say first what it means for the secret in use."""
    member = leading(request)
    client = live(member, pk)
    sent = request.POST if request.method == "POST" else None
    form = NewSecret(sent, initial={"replacing": client.edition})
    if form.is_valid():
        try:
            issued = clients.rotate(client, by=member, replacing=form.cleaned_data["replacing"])
        except ValidationError as refusal:
            form.add_error("ready", refusal)
        else:
            return said_once(request, issued)
    if form.is_bound:
        # Whatever was sent, the button is now about the secret in use.
        form.data = {**form.data, "replacing": client.edition}
    context = {"form": form, "client": client, "overlap": clients.OVERLAP.days}
    return render(request, "accounts/platform_new_secret.html", context)


@GET_OR_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def cut_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end it at once."""
    member = leading(request)
    client = live(member, pk)
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        clients.revoke(client, by=member)
        messages.success(request, f"{client.acts_as.platform} can do nothing here any more.")
        return redirect("accounts:platforms")
    return render(request, "accounts/platform_cut_off.html", {"form": form, "client": client})


@sensitive_variables("issued")
def said_once(request: HttpRequest, issued: Issued) -> HttpResponse:
    context = {"client": issued.client, "secret": issued.secret, "overlap": clients.OVERLAP.days}
    return render(request, "accounts/platform_secret.html", context)


def leading(request: HttpRequest) -> Member:
    member = acting(request)
    if not authority.may_connect_platforms(member, member.organisation_id):
        raise PermissionDenied
    return member


def live(member: Member, pk: int) -> Client:
    ours = Client.objects.filter(acts_as__organisation=member.organisation_id, revoked_at=None)
    found: Client = get_object_or_404(ours.select_related("acts_as__organisation"), pk=pk)
    return found
