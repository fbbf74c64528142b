from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self) -> None:
        # Models must be there first: the one place for an import inside a function.
        from placements import listing_notices, notices, reminders, workplace_changes

        listing_notices.register()
        notices.register()
        reminders.begin()
        workplace_changes.begin()
