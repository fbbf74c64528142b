from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"

    def ready(self) -> None:
        # Models must be there first: the one place for an import inside a function.
        from placements import notices, reminders

        notices.register()
        reminders.begin()
