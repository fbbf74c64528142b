"""One's own account: name, address, password, sessions, and for whom one acts."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import limits, links, membership, people, texts
from accounts.forms.people import Switch
from accounts.forms.sign_in import Button, ChangeAddress, ChangeName, ChangePassword, NewPassword
from accounts.http import CHOSEN, signed_in
from accounts.models import Member, MemberState
from accounts.views.opened import forget, kept_to_itself, opened, spent, too_many
from accounts.views.sign_in import enter, next_page


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    live = (MemberState.PENDING, MemberState.ACTIVE)
    mine = Member.objects.filter(user=person, state__in=live).select_related("organisation")
    context = {
        "person": person,
        "members": mine.order_by("organisation__name", "pk")[:100],
        "has_second_factor": is_mfa_enabled(person),
        "text_failed": texts.have_failed(person),
    }
    return render(request, "accounts/account.html", context)


def change_name(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ChangeName(request.POST or None, initial={"name": person.name})
    if form.is_valid():
        people.rename(person, form.cleaned_data["name"])
        messages.success(request, "Your name has been changed.")
        return redirect("accounts:account")
    return render(request, "accounts/change_name.html", {"form": form})


@reauthentication_required  # type: ignore[untyped-decorator]
def change_address(request: HttpRequest) -> HttpResponse:
    """Ask for a link at the new address; the old one stays until it is used."""
    form = ChangeAddress(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not limits.spend(request, "link", key=email):
            return too_many(request)
        people.ask_to_change_address(signed_in(request), email)
        request.session["written_to"] = email
        return redirect("accounts:look-in-your-mail")
    return render(request, "accounts/change_address.html", {"form": form})


@login_not_required
@kept_to_itself
def confirm_change(request: HttpRequest) -> HttpResponse:
    link = opened(request, links.CHANGE_ADDRESS)
    if link is None:
        return spent(request, links.CHANGE_ADDRESS)
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = people.change_address(link)
        except ValidationError:
            return spent(request, links.CHANGE_ADDRESS)
        forget(request, links.CHANGE_ADDRESS)
        messages.success(request, "You sign in with your new address from now on.")
        return redirect("accounts:account") if request.user == person else enter(request, person)
    return render(request, "accounts/confirm_change.html", {"form": form, "link": link})


@sensitive_post_parameters("current", "password")
@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; the first one needs no other, because there is none."""
    person = signed_in(request)
    kind = ChangePassword if person.has_usable_password() else NewPassword
    form = kind(request.POST or None, person=person)
    if form.is_valid():
        if not limits.spend(request, "password", key=person.email):
            return too_many(request)
        if _knows_the_old_one(form):
            people.set_password(person, form.cleaned_data["password"])
            update_session_auth_hash(request, person)
            messages.success(request, "Your password is set. You are signed out everywhere else.")
            return redirect("accounts:account")
    return render(request, "accounts/change_password.html", {"form": form})


def _knows_the_old_one(form: NewPassword) -> bool:
    if not isinstance(form, ChangePassword):
        return True
    if form.person is not None and form.person.check_password(form.cleaned_data["current"]):
        return True
    form.add_error("current", "This is not your current password")
    return False


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session but this one, which starts afresh."""
    person = signed_in(request)
    people.end_sessions(person)
    person.refresh_from_db(fields=["sessions_ended"])
    update_session_auth_hash(request, person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:account")


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then leave."""
    mine = Member.objects.active().filter(user=signed_in(request)).select_related("organisation")
    member = get_object_or_404(mine, pk=pk)
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            membership.leave(member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"You no longer act for {member.organisation}.")
            return redirect("accounts:account")
    return render(request, "accounts/leave.html", {"form": form, "member": member})


def switch(request: HttpRequest) -> HttpResponse:
    """Choose for which of one's organisations to act from now on."""
    mine = Member.objects.active().filter(user=signed_in(request))
    members = list(mine.select_related("organisation").order_by("organisation__name", "pk"))
    if not members:
        return redirect("accounts:account")
    chosen = getattr(request, "member", None)
    form = Switch(
        request.POST or None, members=members, initial={"member": chosen.pk if chosen else None}
    )
    if form.is_valid():
        request.session[CHOSEN] = int(form.cleaned_data["member"])
        return redirect(next_page(request) or "home")
    return render(request, "accounts/switch.html", {"form": form})
