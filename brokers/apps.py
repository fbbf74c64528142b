from django.apps import AppConfig


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        # Areas know whose desk a listing lies on; the apps below ask without importing us.
        from brokers import areas, notices
        from placements import desks

        desks.answer_with(areas.desk_for)
        desks.reach_with(areas.reach_of)
        desks.list_with(lambda desk, via: areas.at_desk(desk, via=via))
        notices.begin()
