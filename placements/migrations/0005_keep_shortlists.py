import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_name_restricted_activities'),
        ('placements', '0004_find_what_was_published'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shortlisted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('added_at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shortlist', to='accounts.member')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='placements.placement')),
            ],
            options={
                'ordering': ['added_at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='shortlisted',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), ('place__lte', 6)), name='a_shortlist_has_six_places'),
        ),
        migrations.AddConstraint(
            model_name='shortlisted',
            constraint=models.UniqueConstraint(fields=('member', 'place'), name='one_placement_in_each_place_of_a_shortlist'),
        ),
        migrations.AddConstraint(
            model_name='shortlisted',
            constraint=models.UniqueConstraint(fields=('member', 'placement'), name='a_placement_is_once_on_a_shortlist'),
        ),
    ]
