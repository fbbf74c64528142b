from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "ratings"

    def ready(self) -> None:
        # What is said of a placement is shown by the app below, which does not import us.
        from placements import afterwards, verdicts
        from placements import badges as badges_shown
        from ratings import badges, notices, quality, scores, timetable

        badges_shown.answer_with(badges_shown.Answers(badges.names, badges.held_by))
        afterwards.answer_with(quality.of)
        verdicts.answer_with(scores.published_for)
        notices.begin()
        timetable.begin()
