"""Every kind of message, for the national team, who answer for the words."""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import authority
from accounts.http import acting
from marketplace.wording import gallery
from marketplace.wording.gallery import Shown

View = Callable[..., HttpResponse]


def national_team_only(view: View) -> View:
    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, *args: object, **rest: object) -> HttpResponse:
        if not authority.may_watch_messages(acting(request)):
            raise PermissionDenied
        return view(request, *args, **rest)

    return shown


@national_team_only
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "wording/index.html", {"subjects": gallery.every_kind()})


@national_team_only
def message(request: HttpRequest, kind: str) -> HttpResponse:
    may_put_words = authority.may_put_words(acting(request))
    context = {"shown": shown_of(kind), "may_put_words": may_put_words}
    return render(request, "wording/message.html", context)


@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
@national_team_only
def as_sent(request: HttpRequest, kind: str) -> HttpResponse:
    """The HTML as a mail program shows it, which has its style within."""
    shown = shown_of(kind)
    mail = shown.several if shown.several and "several" in request.GET else shown.mail
    return HttpResponse(mail.html)


def shown_of(kind: str) -> Shown:
    if (shown := gallery.of_kind(kind)) is None:
        raise Http404
    return shown
