from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_hooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("who", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("ends_at", models.DateTimeField()),
                ("spent", models.PositiveIntegerField()),
            ],
            options={"db_table": "registry_throttle"},
        ),
        # Room on each page for the row's next version, so that no index is touched; what is dead is swept often.
        migrations.RunSQL(
            "ALTER TABLE registry_throttle SET UNLOGGED;"
            "ALTER TABLE registry_throttle SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01)",
            migrations.RunSQL.noop,
        ),
    ]
