from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_connect_platforms"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="is_forgotten",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_forgotten", True), models.Q(("email", ""), _negated=True)),
                fields=["id"],
                name="message_address_to_wipe",
            ),
        ),
    ]
