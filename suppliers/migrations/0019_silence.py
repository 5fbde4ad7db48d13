"""A feed that says nothing good for longer than its rhythm is silent, and its offers are unknown until it speaks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0018_more_transports")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="patience_minutes",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="silent after (minutes)"),
        ),
        migrations.AddField(
            model_name="feed",
            name="learned_patience_minutes",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(model_name="feed", name="silent_since", field=models.DateTimeField(null=True)),
    ]
