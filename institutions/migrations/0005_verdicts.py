"""A candidate says what would become of the pair; verdicts; how far derived tables have come in the ledger."""

from django.db import migrations, models

import institutions.keys


class Migration(migrations.Migration):
    dependencies = [("institutions", "0004_match_keys")]

    operations = [
        migrations.RemoveConstraint("candidate", "a_pair_is_proposed_once"),
        migrations.RenameField("candidate", "legacy", "leaving"),
        migrations.RenameField("candidate", "proposed", "staying"),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=20, unique=True, verbose_name="hvad")),
                ("seq", models.BigIntegerField(verbose_name="hændelse")),
            ],
            options={
                "verbose_name": "position",
                "verbose_name_plural": "positioner",
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("ens", "ens"), ("forskellige", "forskellige"), ("usikker", "usikker")],
                        max_length=20,
                        verbose_name="afgørelse",
                    ),
                ),
                ("by", models.CharField(max_length=150, verbose_name="af")),
                ("at", models.DateTimeField(verbose_name="tidspunkt")),
                ("reason", models.TextField(blank=True, verbose_name="begrundelse")),
                ("score", models.FloatField(verbose_name="score")),
                ("codes", models.JSONField(default=list, verbose_name="grunde")),
                ("seen", models.JSONField(default=dict, verbose_name="set")),
                ("changed", models.JSONField(default=list, verbose_name="ændret siden")),
                ("event", models.BigIntegerField(verbose_name="hændelse")),
            ],
            options={
                "verbose_name": "afgørelse",
                "verbose_name_plural": "afgørelser",
                "ordering": ["-event"],
            },
        ),
        migrations.AlterModelOptions(
            name="candidate",
            options={
                "ordering": ["-score", "leaving", "staying"],
                "verbose_name": "dubletkandidat",
                "verbose_name_plural": "dubletkandidater",
            },
        ),
        migrations.AddField(
            model_name="candidate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("konsolidering", "konsolidering"),
                    ("sammenlægning", "sammenlægning"),
                    ("overtagelse", "overtagelse"),
                ],
                default="konsolidering",
                max_length=20,
                verbose_name="forslag",
            ),
        ),
        migrations.AlterField(
            model_name="candidate",
            name="leaving",
            field=institutions.keys.InstitutionKey(
                on_consolidate=institutions.keys.STAY,
                related_name="candidates",
                to="institutions.institution",
                verbose_name="ophører",
            ),
        ),
        migrations.AlterField(
            model_name="candidate",
            name="staying",
            field=institutions.keys.InstitutionKey(
                on_consolidate=institutions.keys.STAY,
                related_name="proposed_for",
                to="institutions.institution",
                verbose_name="består",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(fields=("leaving", "staying"), name="a_pair_is_proposed_once"),
        ),
        migrations.AddField(
            model_name="verdict",
            name="first",
            field=institutions.keys.InstitutionKey(
                on_consolidate=institutions.keys.STAY,
                related_name="verdicts",
                to="institutions.institution",
                verbose_name="den ene",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="second",
            field=institutions.keys.InstitutionKey(
                on_consolidate=institutions.keys.STAY,
                related_name="verdicts_as_second",
                to="institutions.institution",
                verbose_name="den anden",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="a_pair_has_one_verdict"),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("second")), _negated=True), name="nothing_is_compared_with_itself"
            ),
        ),
    ]
