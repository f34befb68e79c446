"""A language is an account's once somebody chose it; before, each device has its own."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_defaults(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """English was every account's until now, chosen or not; who reads English on their devices notices nothing."""
    apps.get_model("accounts", "User").objects.filter(language="en").update(language="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_blur_shared_film")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Blank = nobody chose one: each device's own.",
                max_length=8,
            ),
        ),
        migrations.RunPython(forget_defaults, migrations.RunPython.noop),
    ]
