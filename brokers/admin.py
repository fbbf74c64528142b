"""Areas and decisions in the support console.

Areas are changed at the desk, where the rules are. Concerns are not shown here at all: who
may read one is decided row by row, in `brokers.concerns`.
"""

from django.contrib import admin

from accounts.console import ReadOnly
from brokers.models import Area, Coverage, Decision, DeskProfile, Stewardship


@admin.register(Area)
class Areas(ReadOnly[Area]):
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Coverage)
class Coverages(ReadOnly[Coverage]):
    list_display = ("code", "kind", "area", "during")
    list_filter = ("kind",)
    list_select_related = ("area",)
    search_fields = ("code", "area__name")
    ordering = ("area__name", "kind", "code")


@admin.register(Stewardship)
class Stewardships(ReadOnly[Stewardship]):
    list_display = ("area", "hub", "during")
    list_select_related = ("area", "hub")
    search_fields = ("area__name", "hub__name")
    ordering = ("area__name", "during")


@admin.register(DeskProfile)
class DeskProfiles(ReadOnly[DeskProfile]):
    list_display = ("organisation", "contact_name", "contact_email", "contact_phone")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    ordering = ("organisation__name",)


@admin.register(Decision)
class Decisions(ReadOnly[Decision]):
    list_display = ("at", "desk", "by", "verdict", "placement", "organisation", "member")
    list_filter = ("verdict",)
    list_select_related = ("desk", "by__user", "by__organisation", "placement", "organisation")
    search_fields = ("desk__name", "placement__title", "organisation__name")
    exclude = ("concern",)
    ordering = ("-at",)
