"""Whom scarce places may be kept for, to begin with. The national team changes it in the console."""

from datetime import date

from django.db import migrations

FROM = date(2025, 9, 1)

ROWS = [
    {
        "code": "pupil-premium",
        "name": "students eligible for pupil premium",
        "explanation": (
            "The school says how many of its group are eligible. At a school where 40% or more"
            " of the students have free school meals, every student counts. So places reach the"
            " students who have fewest chances, wherever they live."
        ),
        "criterion": "pupil_premium",
        "threshold": 40,
    },
    {
        "code": "send",
        "name": "students with an education, health and care plan",
        "explanation": (
            "The school says how many of its group have a plan. At a special school every student"
            " counts. Fewer employers offer them a place, so some places are theirs first."
        ),
        "criterion": "send",
    },
    {
        "code": "rural",
        "name": "schools in the countryside",
        "explanation": (
            "Schools in villages and small country towns, as the national register of schools"
            " says. Fewer employers can be reached from there."
        ),
        "criterion": "rural",
    },
    {
        "code": "pathfinder",
        "name": "schools in a pathfinder area",
        "explanation": (
            "Areas in which every student is to have two weeks of work experience first. The"
            " national team says which they are."
        ),
        "criterion": "pathfinder",
    },
]


def write(apps, _):
    PriorityRule = apps.get_model("placements", "PriorityRule")
    PriorityRule.objects.bulk_create(PriorityRule(from_on=FROM, **row) for row in ROWS)


def rub_out(apps, _):
    apps.get_model("placements", "PriorityRule").objects.filter(from_on=FROM).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0034_say_that_places_are_kept'),
    ]

    operations = [migrations.RunPython(write, rub_out)]
