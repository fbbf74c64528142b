"""The shapes in which the API answers. Names in them are promises to partners."""

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from accounts.api.sent import Instant
from accounts.words import Sector
from placements.words import Adjustment, Criterion, Kind, Mode, Pattern, TakesPart


def code_of(choices: type[TextChoices], **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices.choices, **options)


def several(child: serializers.Field[Any, Any, Any, Any], **options: Any) -> serializers.ListField:
    return serializers.ListField(child=child, **options)


class Provider(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField()
    name = serializers.CharField()
    badges = several(serializers.CharField())


class Whereabouts(serializers.Serializer[Any]):
    town = serializers.CharField()
    distance_miles = serializers.FloatField(required=False, help_text="Where `near` was asked.")


class Score(serializers.Serializer[Any]):
    average = serializers.FloatField(min_value=1, max_value=5)
    count = serializers.IntegerField()


class NextSlot(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    places_left = serializers.IntegerField(
        help_text="Free for any school. Where places are groups: for so many students of one."
    )
    counted_in = serializers.ChoiceField(
        ["students", "groups"],
        help_text="What a place is for: one student, or a group from one school.",
    )
    largest_group = serializers.IntegerField(
        allow_null=True, help_text="How many students a group can be, where places are groups."
    )
    groups_left = serializers.IntegerField(
        allow_null=True, help_text="How many groups may still come, where places are groups."
    )


class PriorityShape(serializers.Serializer[Any]):
    """Students or schools with fewer chances, who go first here."""

    code = serializers.CharField()
    name = serializers.CharField(help_text="As in: kept for students eligible for pupil premium.")
    explanation = serializers.CharField(help_text="How it is decided, and why.")
    counts_students = serializers.BooleanField(
        help_text="`priority_students` of a booking says of how many of its places this is so."
        " Otherwise it is so of whole schools, as their national register says."
    )
    group_share = serializers.IntegerField(
        help_text="Where places are groups and students are counted: a group can have a kept place"
        " if so many per cent of its students are such."
    )


class EarlyShape(serializers.Serializer[Any]):
    at = Instant()
    whom = PriorityShape()


class KeptShape(serializers.Serializer[Any]):
    places = serializers.IntegerField(help_text="Free, and not among `places_left`.")
    until = serializers.DateField(help_text="The last day: from the next anybody can have them.")
    share = serializers.IntegerField(
        allow_null=True,
        help_text="Of all places, in per cent, where a share of them is kept: rounded up, and at"
        " least one. It stays this share when the number of places changes.",
    )
    whom = PriorityShape()


class OpenSlot(NextSlot):
    opens_at = Instant(help_text="From this moment any school may ask.")
    opens_early = EarlyShape(
        allow_null=True, help_text="For whom it opens before that, where it has not yet."
    )
    kept = KeptShape(allow_null=True, help_text="Places that are kept for some.")
    opens_on = serializers.DateField(help_text="The first day on which a school may ask.")
    closes_on = serializers.DateField(help_text="The last day on which a school may ask.")
    places = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)


class Item(serializers.Serializer[Any]):
    """A placement as a search found it."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="The page that a person opens.")
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    provider = Provider()
    mode = code_of(Mode)
    kind = code_of(Kind)
    sector = code_of(Sector)
    year_groups = several(serializers.IntegerField(min_value=7, max_value=13))
    place = Whereabouts(allow_null=True, help_text="Nowhere, where it is virtual.")
    next_slot = NextSlot(allow_null=True, help_text="The first that would do, with free places.")
    days = serializers.IntegerField(allow_null=True)
    adjustments = several(code_of(Adjustment))
    rating = Score(allow_null=True, help_text="From three ratings on.")
    last_confirmed_on = serializers.DateField(allow_null=True)


class Facets(serializers.Serializer[Any]):
    """How many there would be with each choice; a group is counted without its own filter."""

    sector = serializers.DictField(child=serializers.IntegerField())
    mode = serializers.DictField(child=serializers.IntegerField())
    kind = serializers.DictField(child=serializers.IntegerField())
    year_group = serializers.DictField(child=serializers.IntegerField())
    adjustments = serializers.DictField(child=serializers.IntegerField())
    badge = serializers.DictField(child=serializers.IntegerField())


class SuggestionShape(serializers.Serializer[Any]):
    """Another search that does find something, and how much."""

    kind = serializers.CharField(help_text="`wider`, `virtual`, `other_dates` and others.")
    words = serializers.CharField()
    query = serializers.CharField()
    total = serializers.IntegerField()


class Answer(serializers.Serializer[Any]):
    """A page of what a search found."""

    items = Item(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    total = serializers.IntegerField()
    notice = serializers.CharField(required=False, help_text="What a person should be told.")
    facets = Facets(required=False, help_text="Where `facets=true` was asked.")
    suggestions = SuggestionShape(many=True, required=False, help_text="Where nothing is found.")


class MetCriterion(serializers.Serializer[Any]):
    code = code_of(Criterion)
    name = serializers.CharField()
    met = serializers.BooleanField()
    how = serializers.CharField(allow_blank=True, help_text="In the provider's own words.")


class BadgeHeld(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class Whole(Item):
    """One placement, with all that a school needs to decide."""

    self_paced = serializers.BooleanField()
    takes_part = code_of(TakesPart, allow_blank=True)
    activities = serializers.CharField(allow_blank=True)
    objectives = serializers.CharField(allow_blank=True)
    curriculum = serializers.CharField(allow_blank=True)
    criteria = MetCriterion(many=True)
    two_way_contact = serializers.CharField(allow_blank=True)
    audience = serializers.CharField(allow_blank=True)
    not_suitable_for = serializers.CharField(allow_blank=True)
    adjustments_notes = serializers.CharField(allow_blank=True)
    pattern = code_of(Pattern, allow_blank=True)
    starts_at = serializers.TimeField(allow_null=True)
    ends_at = serializers.TimeField(allow_null=True)
    lunch = serializers.CharField(allow_blank=True)
    dress = serializers.CharField(allow_blank=True)
    equipment = serializers.CharField(allow_blank=True)
    travel = serializers.CharField(allow_blank=True)
    it_access = serializers.CharField(allow_blank=True)
    confidentiality = serializers.CharField(allow_blank=True)
    charge = serializers.CharField(allow_blank=True)
    supervision = serializers.CharField(allow_blank=True)
    confirms_at_once = serializers.BooleanField()
    most_places_per_school = serializers.IntegerField(allow_null=True)
    fewest_places_per_school = serializers.IntegerField(
        allow_null=True, help_text="The smallest group that one school may book for."
    )
    slots = OpenSlot(many=True)
    badges = BadgeHeld(many=True)


class ReplyShape(serializers.Serializer[Any]):
    words = serializers.CharField()
    replied_at = Instant(allow_null=True)


class RatingShape(serializers.Serializer[Any]):
    """What one school or hub said, without anybody's name."""

    id = serializers.CharField()
    side = serializers.CharField()
    said_by = serializers.CharField()
    rated_at = Instant()
    average = serializers.FloatField()
    marks = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=5))
    would_use_again = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True)
    reply = ReplyShape(allow_null=True)


class Ratings(serializers.Serializer[Any]):
    items = RatingShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    total = serializers.IntegerField()
    rating = Score(allow_null=True, help_text="From three ratings on.")
