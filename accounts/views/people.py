"""Who acts for the organisation: the list, invitations, roles, and who waits."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import (
    authority,
    bounces,
    invitations,
    limits,
    links,
    membership,
    people,
    registration,
)
from accounts.forms.people import ChangeRole, Invite
from accounts.forms.sign_in import AcceptAsNew, Button
from accounts.http import acting
from accounts.models import Invitation, Member, Message
from accounts.models.people import MemberQuerySet
from accounts.views.opened import forget, kept_to_itself, opened, spent, too_many
from accounts.views.sign_in import enter


def colleagues(member: Member) -> MemberQuerySet:
    return Member.objects.visible_to(member).select_related("user", "organisation")


def people_list(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    ours = colleagues(member).active().order_by("user__name", "pk")
    can_lead = authority.may_lead_people(member, member.organisation_id)
    page = Paginator(ours, 20).get_page(request.GET.get("page"))
    invited = _invited(member) if can_lead else []
    addresses = [*(one.user.email for one in page), *(one.email for one in invited)]
    context = {
        "page_obj": page,
        "can_lead": can_lead,
        "waiting": _waiting(member) if can_lead else [],
        "invitations": invited,
        "came_back": _came_back(member, addresses) if can_lead else {},
    }
    return render(request, "accounts/people.html", context)


def _waiting(member: Member) -> list[Member]:
    return list(colleagues(member).waiting_for_approval().order_by("joined_at", "pk")[:50])


def _invited(member: Member) -> list[Invitation]:
    live = Invitation.objects.live().filter(organisation=member.organisation_id)
    return list(live.select_related("invited_by__user").order_by("-made_at", "pk")[:50])


def _came_back(member: Member, addresses: list[str]) -> dict[str, Message]:
    """Those of the addresses that take no mail, each with a message that waits for it."""
    waiting = bounces.visible_to(member).filter(email__in=addresses)
    return {message.email: message for message in waiting}


def invite(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_lead_people(member, member.organisation_id):
        raise PermissionDenied
    form = Invite(request.POST or None)
    if form.is_valid():
        if not limits.spend(request, "invite", key=str(member.organisation_id)):
            return too_many(request)
        try:
            invitations.invite(**form.cleaned_data, by=member)
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            messages.success(request, "We have sent the invitation.")
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form})


@require_POST
def revoke_invitation(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    ours = Invitation.objects.filter(organisation=member.organisation_id)
    invitations.revoke(get_object_or_404(ours, pk=pk), by=member)
    messages.success(request, "The invitation has been withdrawn.")
    return redirect("accounts:people")


def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    member = acting(request)
    colleague = get_object_or_404(colleagues(member).active(), pk=pk)
    if not authority.may_lead_people(member, colleague.organisation_id):
        raise PermissionDenied
    form = ChangeRole(request.POST or None, initial={"role": colleague.role})
    if form.is_valid():
        try:
            membership.change_role(colleague, form.cleaned_data["role"], by=member)
        except ValidationError as refusal:
            form.add_error("role", refusal)
        else:
            messages.success(request, "The role has been changed.")
            return redirect("accounts:people")
    return render(request, "accounts/change_role.html", {"form": form, "colleague": colleague})


def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end the membership."""
    member = acting(request)
    colleague = get_object_or_404(colleagues(member).active(), pk=pk)
    if not authority.may_lead_people(member, colleague.organisation_id):
        raise PermissionDenied
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            membership.remove(colleague, by=member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{colleague.user} no longer acts for your organisation.")
            return redirect("accounts:people")
    return render(request, "accounts/remove.html", {"form": form, "colleague": colleague})


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    member = acting(request)
    asked = get_object_or_404(colleagues(member).waiting_for_approval(), pk=pk)
    registration.approve_member(asked, by=member)
    messages.success(request, f"{asked.user} can now act for your organisation.")
    return redirect("accounts:people")


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    member = acting(request)
    asked = get_object_or_404(colleagues(member).waiting_for_approval(), pk=pk)
    registration.refuse_member(asked, by=member)
    messages.success(request, "The request has been refused.")
    return redirect("accounts:people")


@login_not_required
@kept_to_itself
@sensitive_post_parameters("password")
def invitation(request: HttpRequest) -> HttpResponse:
    """From the mail: join, as the person whose address was invited."""
    link = opened(request, links.INVITATION)
    if link is None:
        return spent(request, links.INVITATION)
    asked = Invitation.objects.select_related("organisation", "invited_by__user").get(
        pk=link.subject
    )
    if request.user.is_authenticated:
        return _accept_signed_in(request, asked)
    if people.find(asked.email) is not None:
        context = {"invitation": asked, "must": "sign-in"}
        return render(request, "accounts/invitation.html", context)
    return _accept_as_new(request, asked)


def _accept_signed_in(request: HttpRequest, asked: Invitation) -> HttpResponse:
    if getattr(request.user, "email", "") != asked.email:
        context = {"invitation": asked, "must": "change"}
        return render(request, "accounts/invitation.html", context, status=403)
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            member = invitations.accept(asked, user=request.user)  # type: ignore[arg-type]
        except ValidationError:
            return spent(request, links.INVITATION)
        return _joined(request, member, redirect("dashboard"))
    return render(
        request, "accounts/invitation.html", {"invitation": asked, "must": "accept", "form": form}
    )


def _accept_as_new(request: HttpRequest, asked: Invitation) -> HttpResponse:
    form = AcceptAsNew(request.POST or None)
    if form.is_valid():
        try:
            member = invitations.accept_as_new(asked, **form.cleaned_data)
        except ValidationError:
            return spent(request, links.INVITATION)
        return _joined(request, member, enter(request, member.user))
    return render(
        request, "accounts/invitation.html", {"invitation": asked, "must": "register", "form": form}
    )


def _joined(request: HttpRequest, member: Member, response: HttpResponse) -> HttpResponse:
    forget(request, links.INVITATION)
    messages.success(request, f"You can now act for {member.organisation}.")
    return response
