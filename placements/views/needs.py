"""What a school has told its Careers Hub that it needs."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from placements import authority, needs, wants
from placements.forms.needs import TellHub
from placements.models import Need
from placements.search import kept
from placements.views.listings import typed
from placements.views.saved_searches import in_words

A_PAGE = 20


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Open ones first, and the newest of each."""
    mine = Need.objects.visible_to(acting(request)).select_related("want")
    ordered = mine.order_by("-holds_until", "-told_at", "pk").filter(taken_back_at__isnull=True)
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "may_take_back": authority.may_say_what_is_needed(acting(request)),
    }
    return render(request, "placements/needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """The search itself is this page's address. Its button stands under the results as well."""
    member = acting(request)
    if not authority.may_say_what_is_needed(member):
        raise PermissionDenied
    query = request.GET.urlencode()
    chosen = kept.asked(query).chosen
    form = TellHub(typed(request), initial={"places": chosen["places"]})
    if form.is_valid():
        try:
            needs.tell(wants.of(chosen), by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "The Careers Hub can see now that you need this.")
            return redirect("placements:needs")
    context = {"form": form, "words": in_words(query), "query": query}
    return render(request, "placements/tell_hub.html", context)


@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(acting(request)), pk=pk)
    needs.take_back(need, by=acting(request))
    messages.success(request, "Taken back. The hub does not see it any more.")
    return redirect("placements:needs")
