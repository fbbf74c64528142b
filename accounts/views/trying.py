"""Trying it as somebody: in a demonstration only, and nowhere else a page at all."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts import personas
from accounts.personas import Persona

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
def try_it(request: HttpRequest) -> HttpResponse:
    if not settings.DEMONSTRATION:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/try.html")
    person = personas.find(_chosen(request))
    if person is None:
        return render(request, "accounts/try.html", {"untold": True}, status=409)
    logout(request)
    login(request, person, backend=BACKEND)
    return redirect("dashboard")


def _chosen(request: HttpRequest) -> Persona:
    try:
        return Persona(request.POST.get("persona", ""))
    except ValueError:
        raise Http404 from None
