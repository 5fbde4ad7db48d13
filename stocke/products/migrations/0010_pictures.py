from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0009_no_stored_restock"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="image_url",
            field=models.URLField(blank=True, default="", max_length=500, verbose_name="picture (address)"),
            preserve_default=False,
        ),
    ]
