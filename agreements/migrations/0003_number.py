"""The sequence that numbers data agreements."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE agreements_number; SELECT setval('agreements_number', 100000)",
            "DROP SEQUENCE agreements_number",
        )
    ]
