"""A sequence for each prefix that the register issues."""

from django.db import migrations

# The lowest G-number ever issued is G10432; an empty register begins where the old one did.
SEQUENCES = {"institutions_d_number": 10_000, "institutions_g_number": 10_431}


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"CREATE SEQUENCE {name} MAXVALUE 99999 NO CYCLE; SELECT setval('{name}', {last})",
            f"DROP SEQUENCE {name}",
        )
        for name, last in SEQUENCES.items()
    ]
