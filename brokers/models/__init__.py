"""Hubs: the areas they answer for, and how their desks are reached."""

from brokers.models.areas import Area, Coverage, CoverageKind, DeskProfile, Stewardship

__all__ = ["Area", "Coverage", "CoverageKind", "DeskProfile", "Stewardship"]
