"""The pages behind the links in a saved search's mails: stop them, or renew, without signing in.

A mail scanner follows every link before its reader does, so looking only shows a button.
The token leaves the address at once: the session keeps the link's number. A mail program
that offers "unsubscribe" posts to the link itself, as RFC 8058 says, without a cookie.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links
from accounts.models import OneTimeLink
from placements import saved_searches
from placements.models import SavedSearch
from placements.search_notices import RENEW, STOP

KEPT = {STOP: "opened_stop_search", RENEW: "opened_renew_search"}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@csrf_exempt  # What is posted here comes from a mail program, and the token is the secret.
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_stop(request: HttpRequest, token: str) -> HttpResponse:
    link = links.open(token, STOP)
    if link is None or saved_searches.of_link(link) is None:
        return spent(request)
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return done(request, link, saved_searches.stop_by_link)
    request.session[KEPT[STOP]] = link.pk
    return redirect("placements:stop-search")


@never_cache
@login_not_required
@require_safe
def open_renew(request: HttpRequest, token: str) -> HttpResponse:
    link = links.open(token, RENEW)
    if link is None:
        return spent(request)
    request.session[KEPT[RENEW]] = link.pk
    return redirect("placements:renew-search")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    return one_button(request, STOP, saved_searches.stop_by_link)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    return one_button(request, RENEW, saved_searches.renew_by_link)


def one_button(
    request: HttpRequest, purpose: str, verb: Callable[[OneTimeLink], SavedSearch]
) -> HttpResponse:
    pk = request.session.get(KEPT[purpose])
    link = None if pk is None else links.find(pk, purpose)
    search = saved_searches.of_link(link) if link else None
    if link is None or search is None:
        return spent(request)
    if request.method == "POST":
        return done(request, link, verb)
    context = {"search": search, "stops": purpose == STOP}
    return render(request, "placements/saved_search_link.html", context)


def done(
    request: HttpRequest, link: OneTimeLink, verb: Callable[[OneTimeLink], SavedSearch]
) -> HttpResponse:
    try:
        search = verb(link)
    except (ValidationError, SavedSearch.DoesNotExist):
        return spent(request)
    context = {"search": search, "stops": link.purpose == STOP}
    return render(request, "placements/saved_search_link_used.html", context)


def spent(request: HttpRequest) -> HttpResponse:
    return render(request, "placements/saved_search_link_spent.html", status=410)
