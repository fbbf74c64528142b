import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone


def say_who_asked(apps, schema_editor):  # noqa: ARG001
    requests = apps.get_model("placements", "CheckRequest").objects.filter(asker=None)
    members = apps.get_model("accounts", "Member").objects.filter(pk=OuterRef("asked_by"))
    requests.update(asker=Subquery(members.values("organisation")[:1]))


def leave_what_the_older_rule_allows(apps, schema_editor):
    requests = apps.get_model("placements", "CheckRequest").objects
    requests.filter(ended_as="unanswered").update(ended_as="taken_back")
    still_open = requests.filter(ended_at=None)
    first = still_open.order_by("workplace_id", "email", "asked_at", "pk")
    kept = list(first.distinct("workplace_id", "email").values_list("pk", flat=True))
    answered = requests.exclude(check_made=None).order_by("check_made_id", "asked_at", "pk")
    first_answered = list(answered.distinct("check_made_id").values_list("pk", flat=True))
    requests.exclude(pk__in=first_answered).update(check_made=None)
    still_open.exclude(pk__in=kept).update(ended_at=timezone.now(), ended_as="taken_back")
    # A table with checks that wait for the commit cannot be altered before it.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_know_employers_that_students_find"),
        ("placements", "0038_self_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkrequest",
            name="asker",
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"),
        ),
        migrations.RunPython(say_who_asked, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="checkrequest",
            name="one_open_request_of_a_workplace_and_assessor",
        ),
        migrations.AddConstraint(
            model_name="checkrequest",
            constraint=models.UniqueConstraint(condition=Q(("ended_at__isnull", True)), fields=("workplace", "email", "asker"), name="one_open_request_of_each_asker_and_assessor"),
        ),
        migrations.AlterField(
            model_name="checkrequest",
            name="ended_as",
            field=models.CharField(blank=True, choices=[("looked", "Looked at"), ("cannot", "They cannot"), ("taken_back", "Taken back"), ("unanswered", "Nobody answered")], max_length=20),
        ),
        migrations.RemoveConstraint(
            model_name="checkrequest",
            name="a_request_that_ended_says_how",
        ),
        migrations.AddConstraint(
            model_name="checkrequest",
            constraint=models.CheckConstraint(condition=Q(Q(("check_made__isnull", True), ("ended_as", ""), ("ended_at__isnull", True)), Q(("ended_as__in", ["looked", "cannot", "taken_back", "unanswered"]), ("ended_at__isnull", False)), _connector="OR"), name="a_request_that_ended_says_how"),
        ),
        migrations.AlterField(
            model_name="checkrequest",
            name="check_made",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="placements.workplacecheck"),
        ),
        migrations.RunPython(migrations.RunPython.noop, leave_what_the_older_rule_allows),
    ]
