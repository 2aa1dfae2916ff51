"""The first tables."""

from typing import List, Tuple

from django.db import migrations, models

import velt_py.contrib.django.fields


class Migration(migrations.Migration):
    initial = True

    dependencies: List[Tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="document"
                    ),
                ),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization_id", "document_id"], name="velt_activity_doc")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "record_id"), name="velt_activity_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="document"
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization_id", "document_id"], name="velt_attachment_doc")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_attachment_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentAnnotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="document"
                    ),
                ),
                (
                    "folder_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "comment thread",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["organization_id", "document_id"], name="velt_commentannotation_doc"
                    ),
                    models.Index(
                        fields=["organization_id", "folder_id"], name="velt_commentannotation_folder"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_commentannotation_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
            ],
            options={
                "verbose_name": "notification",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_notification_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReactionAnnotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="document"
                    ),
                ),
                (
                    "folder_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "reaction",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["organization_id", "document_id"], name="velt_reactionannotation_doc"
                    ),
                    models.Index(
                        fields=["organization_id", "folder_id"], name="velt_reactionannotation_folder"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_reactionannotation_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecorderAnnotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "document_id",
                    velt_py.contrib.django.fields.IdField(
                        blank=True, max_length=400, null=True, verbose_name="document"
                    ),
                ),
            ],
            options={
                "verbose_name": "recording",
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["organization_id", "document_id"], name="velt_recorderannotation_doc"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "record_id"), name="velt_recorderannotation_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization_id",
                    velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="organization"),
                ),
                ("record_id", velt_py.contrib.django.fields.IdField(max_length=400, verbose_name="id")),
                ("data", models.JSONField(encoder=velt_py.contrib.django.fields.PlainJSONEncoder)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
            ],
            options={
                "verbose_name": "user",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "record_id"), name="velt_user_id")
                ],
            },
        ),
    ]
