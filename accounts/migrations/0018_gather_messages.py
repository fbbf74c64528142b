from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_find_what_is_held'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='gathered_into',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('gathered_into__isnull', False)), fields=['gathered_into'], name='message_gathered'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'planned'), _negated=True), ('gathered_into', None), ('gathered_into', models.F('id')), _connector='OR'), name='what_is_planned_goes_by_itself'),
        ),
    ]
