from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self) -> None:
        # Models must be there first: the one place for an import inside a function.
        from placements import (
            booking_letters,
            change_notices,
            check_notices,
            cohort_notices,
            consent_notices,
            day_before,
            enquiry_notices,
            found_notices,
            freshness_notices,
            listing_notices,
            opening_notices,
            paper_notices,
            reminders,
            search_notices,
            workplace_changes,
        )

        booking_letters.register()
        change_notices.register()
        check_notices.register()
        cohort_notices.register()
        consent_notices.register()
        enquiry_notices.register()
        found_notices.register()
        freshness_notices.register()
        listing_notices.register()
        opening_notices.register()
        paper_notices.register()
        reminders.begin()
        day_before.register()
        search_notices.register()
        workplace_changes.begin()
