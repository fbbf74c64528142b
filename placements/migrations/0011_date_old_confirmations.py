"""Publishing confirms: what was published before that was written down counts from that day."""

from django.db import migrations

DATE = """
UPDATE placements_placement
   SET last_confirmed_on = (published_at AT TIME ZONE 'Europe/London')::date
 WHERE state = 'published' AND last_confirmed_on IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("placements", "0010_count_bits_once"),
    ]

    operations = [
        migrations.RunSQL(DATE, migrations.RunSQL.noop),
    ]
