"""What a search reads: narrow rows derived from the listings, and stored counts.

Nothing here is written by hand. A trigger of the database keeps a row in step with its
listing, in the same transaction (see the migration `search_rows`); `placements.index`
makes all of it anew, and proves that it is true.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from placements.models.placements import Placement


class SearchRow(models.Model):
    """A published placement as a search reads it: fixed in width, one bit for each choice.

    `weeks`, `next_day` and `most_free` tell of slots that can be had. As days pass slots
    close, so these hold from the day `as_of` until before `trusted_until`; days are counted
    from 1970-01-01. Where slots share the days of their workplace they tell of all that might be
    had, and `trusted_until` is below nought: which can be had is looked up.
    """

    placement = models.OneToOneField(
        Placement, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    # The placement's place in the stored bitmaps.
    ordinal = models.IntegerField(unique=True)
    # In metres of the national grid; a virtual placement is nowhere.
    easting = models.IntegerField(null=True)
    northing = models.IntegerField(null=True)
    # One bit for each sector, mode and kind, and one for "at the student's own pace".
    traits = models.IntegerField()
    years = models.SmallIntegerField()
    adjustments = models.SmallIntegerField()
    badges = models.BigIntegerField()
    # How many days it takes, and none where a small offer is over within one.
    days = models.SmallIntegerField()
    # The score in hundredths; nought below three ratings.
    rating = models.SmallIntegerField()
    # Bit (week of 1970 modulo 64) is set where a slot with free places touches that week. Weeks
    # more than 63 after that of `as_of` share their bits with nearer ones, and stand apart.
    weeks = models.BigIntegerField()
    far_weeks = models.BigIntegerField(default=0)
    next_day = models.IntegerField()
    most_free = models.SmallIntegerField()
    as_of = models.IntegerField()
    trusted_until = models.IntegerField()
    # What rows are ordered by, each rising: best rated first, newest first, in turn.
    by_rating = models.IntegerField()
    by_age = models.BigIntegerField()
    turn = models.IntegerField()
    words = SearchVectorField()

    def __str__(self) -> str:
        return f"search row {self.ordinal}"


class SearchBadge(models.Model):
    """Which bit of a search row stands for a badge."""

    code = models.CharField(max_length=40, primary_key=True)
    bit = models.SmallIntegerField(unique=True)

    def __str__(self) -> str:
        return self.code


class SearchWord(models.Model):
    """A word of a title or of a provider's name."""

    word = models.CharField(max_length=60, primary_key=True)

    def __str__(self) -> str:
        return self.word


class BitString(models.Field[str, str]):
    """A string of bits of any length."""

    def db_type(self, connection: object) -> str:
        return "bit varying"


class SearchBits(models.Model):
    """For one choice of one filter, a bit for each placement, by its ordinal."""

    pk = models.CompositePrimaryKey("kind", "value")
    kind = models.CharField(max_length=20)
    value = models.IntegerField()
    bits = BitString()
    many = models.GeneratedField(
        expression=models.Func("bits", function="bit_count"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    counted_at = models.DateTimeField()
    # `told`, how a count is sent, is the database's own: the group and the value, in bytes.

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
