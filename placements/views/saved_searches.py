"""One's own saved searches: keep one, see them, change, renew and delete each."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from placements import badges, saved_searches
from placements.forms.saved_searches import LONGEST_NAME, KeepSearch
from placements.models import SavedSearch
from placements.search import kept
from placements.views import panels
from placements.views.listings import typed

A_PAGE = 20


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    mine = SavedSearch.objects.visible_to(acting(request)).order_by("name", "pk")
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "placements/saved_searches.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """The search itself is this page's address, as it was that of the results."""
    member = acting(request)
    query = request.GET.urlencode()
    words = in_words(query)
    form = KeepSearch(typed(request), initial={"name": ", ".join(words)[:LONGEST_NAME]})
    if form.is_valid():
        try:
            saved_searches.keep(query, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Search saved.")
            return redirect("placements:saved-searches")
    context = {"form": form, "words": words, "query": query}
    return render(request, "placements/save_search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    search = own(request, pk)
    given = {"name": search.name, "frequency": search.frequency}
    form = KeepSearch(typed(request), initial=given)
    if form.is_valid():
        try:
            saved_searches.change(search, by=acting(request), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Saved search changed.")
            return redirect("placements:saved-searches")
    context = {
        "form": form,
        "words": in_words(search.query),
        "query": search.query,
        "search": search,
    }
    return render(request, "placements/save_search.html", context)


@require_POST
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    saved_searches.renew(own(request, pk), by=acting(request))
    messages.success(request, "Renewed for 90 days from today.")
    return redirect("placements:saved-searches")


@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    saved_searches.delete(own(request, pk), by=acting(request))
    messages.success(request, "Saved search deleted.")
    return redirect("placements:saved-searches")


def own(request: HttpRequest, pk: UUID) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.visible_to(acting(request)), pk=pk)


def in_words(query: str) -> list[str]:
    """What is searched for, filter by filter, as the results' page says it."""
    search = kept.asked(query)
    said = [words for _, words, _ in panels.chips(search, QueryDict(query), badges.names())]
    return said or ["Every placement"]
