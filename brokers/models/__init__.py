"""Hubs: the areas they answer for, how their desks are reached, and what they decided."""

from brokers.models.areas import Area, Coverage, CoverageKind, DeskProfile, Stewardship
from brokers.models.decisions import Decision, Verdict

__all__ = [
    "Area",
    "Coverage",
    "CoverageKind",
    "Decision",
    "DeskProfile",
    "Stewardship",
    "Verdict",
]
