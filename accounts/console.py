"""The support console: Django's admin, for the national team, to look rather than to write.

One signs in to it where one signs in to everything, second factor and all. It shows our
own records only: what other packages bring along, the secrets of second factors among
it, is nobody's to look at.
"""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, URLField
from django.http import HttpRequest, HttpResponse  # noqa: TID251 -- a console is pages.
from django.shortcuts import redirect  # noqa: TID251
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

Row = TypeVar("Row", bound=Model)
OURS = {"accounts", "placements", "brokers", "ratings"}


class Console(admin.AdminSite):
    site_header = site_title = "Support console"
    index_title = "What the marketplace holds"
    site_url = "/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        one = isinstance(model_or_iterable, type)
        models: Iterable[type[Model]] = [model_or_iterable] if one else model_or_iterable
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        way_back = urlencode({"next": request.GET.get("next", "/admin/")})
        return redirect(f"{settings.LOGIN_URL}?{way_back}")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("accounts:change-password")


class ReadOnly(admin.ModelAdmin[Row], Generic[Row]):
    """A list to search and rows to read. What changes anything is a verb, named as an action."""

    list_per_page = 50
    show_full_result_count = False
    # No form is shown, but one is made; without this it warns of what will change in Django.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False
