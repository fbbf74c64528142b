"""Coded words that several apps share: the technical routes, and year groups."""

from django.db.models import TextChoices


class Sector(TextChoices):
    """The fifteen technical routes: what a student will do, not what a company sells."""

    AGRICULTURE = (
        "agriculture_environment_animals",
        "Agriculture, environment and animal care",
    )
    BUSINESS = "business_administration", "Business and administration"
    CARE = "care_services", "Care services"
    CATERING = "catering_hospitality", "Catering and hospitality"
    CONSTRUCTION = "construction", "Construction and the built environment"
    CREATIVE = "creative_design", "Creative and design"
    DIGITAL = "digital", "Digital"
    EDUCATION = "education_early_years", "Education and early years"
    ENGINEERING = "engineering_manufacturing", "Engineering and manufacturing"
    HAIR_BEAUTY = "hair_beauty", "Hair and beauty"
    HEALTH = "health_science", "Health and science"
    LEGAL_FINANCE = "legal_finance_accounting", "Legal, finance and accounting"
    PROTECTIVE = "protective_services", "Protective services"
    SALES = "sales_marketing_procurement", "Sales, marketing and procurement"
    TRANSPORT = "transport_logistics", "Transport and logistics"


YEAR_GROUPS = (7, 8, 9, 10, 11, 12, 13)


class RestrictedActivity(TextChoices):
    """Work that law limits or forbids for young people."""

    MACHINERY = "machinery", "Dangerous machines (woodworking, presses, saws)"
    CHEMICALS = "chemicals", "Harmful substances"
    HEIGHTS = "heights", "Working at height"
    EXTREMES = "extremes", "Extreme heat, cold, noise or vibration"
    LARGE_ANIMALS = "large_animals", "Large animals"
    FARM_VEHICLES = "farm_vehicles", "Farm vehicles"
    RADIATION = "radiation", "Radiation"
    AGE_RESTRICTED = "age_restricted_sales", "Alcohol, gambling or other age-restricted sales"
    NIGHT = "night", "Work before 7am or after 7pm"


class Scope(TextChoices):
    """What a partner platform may be let do through the API."""

    PLACEMENTS_READ = "placements:read", "Read the organisation's own placements"
    PLACEMENTS_WRITE = "placements:write", "Write and move the organisation's own placements"
    BOOKINGS_READ = "bookings:read", "Read the organisation's bookings"
    BOOKINGS_WRITE = "bookings:write", "Ask for places; accept, decline and cancel"
    RATINGS_READ = "ratings:read", "Read ratings and replies"
    WEBHOOKS_MANAGE = "webhooks:manage", "Set where changes are sent to"


# With none of these a platform reads, and changes nothing.
WRITING_SCOPES = (Scope.PLACEMENTS_WRITE, Scope.BOOKINGS_WRITE, Scope.WEBHOOKS_MANAGE)
