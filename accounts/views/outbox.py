"""The mail of a demonstration, for whoever tries it out. Not there in production."""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import letters
from accounts.models import SentMail

A_PAGE = 25


def demonstration_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing is at this address unless this is a demonstration."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, pk: int | None = None) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request, pk) if pk is not None else view(request)

    return shown


@demonstration_only
def outbox(request: HttpRequest) -> HttpResponse:
    mails = SentMail.objects.defer("text", "html")
    page = Paginator(mails, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/outbox.html", {"page_obj": page})


@demonstration_only
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SentMail, pk=pk)
    context = {"mail": found, "blocks": letters.blocks_of(found.text)}
    return render(request, "accounts/mail.html", context)


@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
@demonstration_only
def mail_as_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML as a mail program shows it, which has its style within."""
    return HttpResponse(get_object_or_404(SentMail, pk=pk).html)
