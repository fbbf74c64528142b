"""In and out: by password or by link, and the same answer whoever asks."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    perform_login,
    perform_password_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.mfa.base.views import authenticate
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import limits, links, people
from accounts.forms.sign_in import AskForLink, Button, NewPassword, SignIn
from accounts.models import User
from accounts.views.opened import forget, kept_to_itself, opened, spent, too_many

WRONG = "The email address or the password is not right"
HELD_UP = "Too many attempts. Wait a few minutes, or ask for a link by email."


def next_page(request: HttpRequest) -> str:
    """Where they were going, if that is a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(next_page(request) or get_adapter().get_login_redirect_url(request))
    form = SignIn(request.POST or None)
    if form.is_valid():
        try:
            person = _with_password(request, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return enter_with_password(request, person)
    return render(request, "accounts/sign_in.html", {"form": form, "next": next_page(request)})


def _with_password(request: HttpRequest, form: SignIn) -> User:
    """The person, or one and the same refusal for whatever was wrong."""
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    if not limits.any_left(request, "password", key=email):
        raise ValidationError(HELD_UP, code="held_up")
    try:
        person = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError as too_often:
        raise ValidationError(HELD_UP, code="held_up") from too_often
    if isinstance(person, User) and person.is_active and person.is_confirmed:
        return person
    limits.spend(request, "password", key=email)
    raise ValidationError(WRONG, code="wrong")


def enter_with_password(request: HttpRequest, person: User) -> HttpResponse:
    login = Login(user=person, email=person.email, redirect_url=next_page(request) or None)
    response: HttpResponse = perform_password_login(request, {"email": person.email}, login)
    return response


def enter(request: HttpRequest, person: User) -> HttpResponse:
    """Sign in somebody who has shown who they are, a second factor still being asked for."""
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, method="link")
    response: HttpResponse = perform_login(request, Login(user=person, email=person.email))
    return response


@login_not_required
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        logout(request)
        return redirect("dashboard")
    return render(request, "accounts/sign_out.html")


@login_not_required
@never_cache
def ask_for_link(request: HttpRequest) -> HttpResponse:
    return _ask(request, "accounts/ask_for_link.html", reset=False)


@login_not_required
@never_cache
def ask_for_new_password(request: HttpRequest) -> HttpResponse:
    return _ask(request, "accounts/ask_for_new_password.html", reset=True)


def _ask(request: HttpRequest, template: str, *, reset: bool) -> HttpResponse:
    form = AskForLink(request.POST or None)
    if not form.is_valid():
        return render(request, template, {"form": form})
    email = form.cleaned_data["email"]
    if not limits.spend(request, "link", key=email):
        return too_many(request)
    if reset:
        people.ask_for_new_password(email)
    else:
        people.ask_for_sign_in_link(email)
    request.session["written_to"] = email
    return redirect("accounts:look-in-your-mail")


@login_not_required
@kept_to_itself
def look_in_your_mail(request: HttpRequest) -> HttpResponse:
    """The one answer to everybody who gave an address."""
    return render(
        request, "accounts/look_in_your_mail.html", {"email": request.session.get("written_to")}
    )


@login_not_required
@kept_to_itself
def sign_in_by_link(request: HttpRequest) -> HttpResponse:
    link = opened(request, links.SIGN_IN)
    if link is None:
        return spent(request, links.SIGN_IN)
    form = Button(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = people.sign_in_by(link)
        except ValidationError:
            return spent(request, links.SIGN_IN)
        forget(request, links.SIGN_IN)
        return enter(request, person)
    return render(request, "accounts/sign_in_by_link.html", {"form": form, "link": link})


@login_not_required
@kept_to_itself
@sensitive_post_parameters("password")
def choose_password(request: HttpRequest) -> HttpResponse:
    link = opened(request, links.RESET_PASSWORD)
    if link is None:
        return spent(request, links.RESET_PASSWORD)
    form = NewPassword(request.POST or None, person=link.user)
    if form.is_valid():
        try:
            person = people.reset_password(link, password=form.cleaned_data["password"])
        except ValidationError:
            return spent(request, links.RESET_PASSWORD)
        forget(request, links.RESET_PASSWORD)
        return enter(request, person)
    return render(request, "accounts/choose_password.html", {"form": form})


@login_not_required
def code(request: HttpRequest) -> HttpResponse:
    """The library's page for the code of a second factor.

    It takes a form without a code for a security key's, and has no such form to show.
    """
    if request.method == "POST" and "code" not in request.POST:
        return redirect("mfa_authenticate")
    answer: HttpResponse = authenticate(request)
    return answer
