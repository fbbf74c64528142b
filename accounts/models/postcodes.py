"""The postcode directory: where a postcode lies and which authority it is in."""

from django.db import models


class Postcode(models.Model):
    """One unit postcode, spelt without its space in capitals ("SY11AA")."""

    code = models.CharField(primary_key=True, max_length=7)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    authority = models.CharField(max_length=9, blank=True)
    region = models.CharField(max_length=9, blank=True)
    # E, W, S, N (Northern Ireland), L, M: the first letter of the country's code.
    country = models.CharField(max_length=1, blank=True)
    small_area = models.CharField("lower super output area", max_length=9, blank=True)
    rural_code = models.CharField(max_length=4, blank=True)
    deprivation_rank = models.PositiveIntegerField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.code[:-3]} {self.code[-3:]}"


class Outcode(models.Model):
    """The middle of an outcode's postcodes ("SY1"), worked out when the directory is loaded."""

    code = models.CharField(primary_key=True, max_length=4)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    # Where most of its postcodes are.
    authority = models.CharField(max_length=9, blank=True)
    country = models.CharField(max_length=1, blank=True)

    def __str__(self) -> str:
        return self.code
