"""Which mails somebody wants, and whether a text; and stopping one kind from its mail, without signing in.

A mail scanner follows every link before its reader does, so looking only shows a button. The
token leaves the address at once. A mail program that offers "unsubscribe" posts to the link
itself, as RFC 8058 says, without a cookie.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import links, preferences, texts
from accounts.forms.preferences import ChooseMails
from accounts.forms.texts import TextMe
from accounts.http import signed_in
from accounts.models import OneTimeLink, TextNumber, User
from accounts.views.opened import opened, spent

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
KEPT = f"opened_{links.STOP_KIND}"
# What the buttons about texts say.
TEXT_ME, NO_TEXTS = "text me", "none"
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@never_cache
@GET_OR_POST
def mails(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    sent = request.POST if request.method == "POST" else None
    are_sent = texts.are_sent()
    kept = texts.of(person) if are_sent else None
    about_texts = sent.get("texts", "") if sent and are_sent else ""
    text_form = _text_form(kept, sent if about_texts == TEXT_ME else None)
    if about_texts == NO_TEXTS or text_form.is_valid():
        return _keep_number(request, person, text_form)
    form = ChooseMails(
        None if about_texts else sent, initial={"wanted": sorted(preferences.wanted_by(person))}
    )
    if form.is_valid():
        preferences.choose(person, wanted=form.cleaned_data["wanted"])
        messages.success(request, "We write to you as you have chosen.")
        return redirect("accounts:account")
    context = {
        "form": form,
        "forms": [form, text_form],
        "texts_are_sent": are_sent,
        "text_form": text_form,
        "kept_number": kept,
        "by_link": preferences.stopped_by_their_link(),
        "always": preferences.always_sent(),
    }
    return render(request, "accounts/mails.html", context)


def _text_form(kept: TextNumber | None, sent: QueryDict | None) -> TextMe:
    return TextMe(sent, initial={"number": texts.as_written(kept.number)} if kept else {})


def _keep_number(request: HttpRequest, person: User, form: TextMe) -> HttpResponse:
    if form.is_bound:
        texts.choose(person, form.cleaned_data["number"])
        messages.success(request, "We text you the day before something starts.")
    else:
        texts.remove(person)
        messages.success(request, "You get no more texts, and we have deleted your number.")
    return redirect("accounts:mails")


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
