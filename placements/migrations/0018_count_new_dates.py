"""How often a slot's dates have changed, counted by whoever changes them."""

from django.db import migrations, models

COUNT = """
CREATE FUNCTION marketplace_count_new_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.times_redated := OLD.times_redated + 1;
    RETURN NEW;
END
$$;

CREATE TRIGGER count_new_dates BEFORE UPDATE ON placements_slot FOR EACH ROW
WHEN ((OLD.starts_on, OLD.ends_on) IS DISTINCT FROM (NEW.starts_on, NEW.ends_on))
EXECUTE FUNCTION marketplace_count_new_dates();
"""
STOP = """
DROP TRIGGER count_new_dates ON placements_slot;
DROP FUNCTION marketplace_count_new_dates();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0017_feed_calendars'),
    ]

    operations = [
        migrations.AddField(
            model_name='slot',
            name='times_redated',
            field=models.PositiveIntegerField(db_default=0, editable=False),
        ),
        migrations.RunSQL(COUNT, reverse_sql=STOP),
    ]
