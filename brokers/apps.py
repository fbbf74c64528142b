from django.apps import AppConfig


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        # Areas know whose desk a listing lies on; the apps below ask without importing us.
        from brokers import areas  # noqa: PLC0415 -- models are not there before this
        from placements import desks  # noqa: PLC0415 -- as above

        desks.answer_with(areas.desk_for)
        desks.reach_with(areas.reach_of)
