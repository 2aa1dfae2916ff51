"""The inbox of webhooks."""

from django.db import migrations, models

import velt_py.contrib.django.fields


class Migration(migrations.Migration):
    dependencies = [
        ("velt", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="queue"),
                ),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="state"
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook event",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization_id", "document_id"], name="velt_webhookevent_doc")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_webhookevent_id"
                    )
                ],
            },
        ),
    ]
