from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("placements", "0039_let_each_school_ask_for_a_check"),
    ]

    operations = [
        migrations.AlterField(
            model_name="checkrequest",
            name="note",
            field=models.TextField(blank=True, max_length=3000),
        ),
    ]
