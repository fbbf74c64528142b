"""What was said, and who vouches for whom, in the support console."""

from django.contrib import admin

from accounts.console import ReadOnly
from ratings.models import Award, Badge, Debrief, Rating, RatingReport, Reply


@admin.register(Rating)
class Ratings(ReadOnly[Rating]):
    list_display = ("booking_id", "side", "by", "rated_at", "would_use_again", "hidden_at")
    list_filter = ("side", "would_use_again")
    list_select_related = ("by__user", "by__organisation")
    search_fields = ("booking__slot__placement__title", "by__organisation__name")
    ordering = ("-rated_at",)


@admin.register(Reply)
class Replies(ReadOnly[Reply]):
    list_display = ("rating_id", "by", "written_at", "hidden_at")
    list_select_related = ("by__user", "by__organisation")
    ordering = ("-written_at",)


@admin.register(RatingReport)
class RatingReports(ReadOnly[RatingReport]):
    list_display = ("rating_id", "by", "reported_at", "decided_at", "upheld")
    list_filter = ("upheld",)
    list_select_related = ("by__user", "by__organisation")
    ordering = ("-reported_at",)


@admin.register(Debrief)
class Debriefs(ReadOnly[Debrief]):
    list_display = ("booking_id", "side", "by", "written_at", "would_host_again")
    list_filter = ("side", "would_host_again")
    list_select_related = ("by__user", "by__organisation")
    ordering = ("-written_at",)


@admin.register(Badge)
class Badges(ReadOnly[Badge]):
    list_display = ("code", "name", "accreditor")
    list_select_related = ("accreditor",)
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(Award)
class Awards(ReadOnly[Award]):
    list_display = ("badge", "holder", "during", "revoked_at")
    list_filter = ("badge",)
    list_select_related = ("badge", "holder")
    search_fields = ("holder__name",)
    ordering = ("badge__code", "holder__name")
