"""Addresses of the same list: its next page, with a filter more or a filter less."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest

Params = dict[str, Any]


def query_with(request: HttpRequest, changes: Mapping[str, object]) -> str:
    """The page's own address with some parameters changed, all others kept."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def query_without(request: HttpRequest, name: str, value: object = None) -> str:
    """The page's own address without a filter, from its first page on.

    With a value, the other values of the same filter stay.
    """
    query = request.GET.copy()
    kept = [] if value is None else [v for v in query.getlist(name) if v != str(value)]
    query.setlist(name, kept)
    query.pop("page", None)
    return f"?{query.urlencode()}"


def title(page: Page[Any] | None) -> str:
    """What the title of a list says about where one is; nothing when there is one page."""
    if page is None or page.paginator.num_pages == 1:
        return ""
    return f" (page {page.number} of {page.paginator.num_pages})"


def links(page: Page[Any], request: HttpRequest) -> Params | None:
    """The parameters of the design system's pagination, or None when there is one page."""
    if page.paginator.num_pages == 1:
        return None
    params: Params = {"items": [_item(number, page, request) for number in _shown(page)]}
    if page.has_previous():
        params["previous"] = {"href": _address(page.previous_page_number(), request)}
    if page.has_next():
        params["next"] = {"href": _address(page.next_page_number(), request)}
    return params


def _shown(page: Page[Any]) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def _item(number: int | str, page: Page[Any], request: HttpRequest) -> Params:
    if not isinstance(number, int):
        return {"ellipsis": True}
    return {
        "number": number,
        "href": _address(number, request),
        "current": number == page.number,
    }


def _address(number: int, request: HttpRequest) -> str:
    return query_with(request, {"page": number})
