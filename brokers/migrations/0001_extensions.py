from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    # Areas are kept from overlapping by exclusion constraints over text and ranges.
    initial = True
    dependencies = []
    operations = [BtreeGistExtension()]
