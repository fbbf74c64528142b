"""Which mails somebody wants; and stopping one kind from its mail, without signing in.

A mail scanner follows every link before its reader does, so looking only shows a button. The
token leaves the address at once. A mail program that offers "unsubscribe" posts to the link
itself, as RFC 8058 says, without a cookie.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import links, preferences, texts
from accounts.forms.preferences import ChooseMails
from accounts.http import signed_in
from accounts.models import OneTimeLink
from accounts.views.opened import opened, spent

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
KEPT = f"opened_{links.STOP_KIND}"
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@never_cache
@GET_OR_POST
def mails(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ChooseMails(
        request.POST if request.method == "POST" else None,
        initial={"wanted": sorted(preferences.wanted_by(person))},
    )
    if form.is_valid():
        preferences.choose(person, wanted=form.cleaned_data["wanted"])
        messages.success(request, "We write to you as you have chosen.")
        return redirect("accounts:account")
    kept = texts.of(person)
    context = {
        "form": form,
        "texts_offered": texts.are_for(person),
        "kept_number": kept,
        "number": texts.as_written(kept.number) if kept else "",
        "by_link": preferences.stopped_by_their_link(),
        "always": preferences.always_sent(),
    }
    return render(request, "accounts/mails.html", context)


@csrf_exempt  # What is posted here comes from a mail program, and the token is the secret.
@never_cache
@login_not_required
@GET_OR_POST
def open_stop(request: HttpRequest, token: str) -> HttpResponse:
    link = links.open(token, links.STOP_KIND)
    if link is None or preferences.about(link) is None:
        return spent(request, links.STOP_KIND)
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return done(request, link)
    request.session[KEPT] = link.pk
    return redirect("accounts:stop-mails")


@never_cache
@login_not_required
@GET_OR_POST
def stop(request: HttpRequest) -> HttpResponse:
    link = opened(request, links.STOP_KIND)
    letter = preferences.about(link) if link else None
    if link is None or letter is None:
        return spent(request, links.STOP_KIND)
    if request.method == "POST":
        return done(request, link)
    return render(request, "accounts/stop_mails.html", {"letter": letter})


def done(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    letter = preferences.about(link)
    try:
        preferences.stop_by_link(link)
    except ValidationError:
        # Somebody was quicker, perhaps the same reader.
        return spent(request, links.STOP_KIND)
    return render(request, "accounts/stopped_mails.html", {"letter": letter})
