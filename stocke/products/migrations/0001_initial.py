import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # Its indexes stand on the extensions that core brings along.
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=80, unique=True, verbose_name='SKU')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('brand', models.CharField(blank=True, max_length=120, verbose_name='brand')),
                ('gtin', models.CharField(blank=True, max_length=14, verbose_name='barcode (GTIN)')),
                ('price_cents', models.PositiveIntegerField(verbose_name='selling price')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('attributes', models.JSONField(blank=True, default=dict, verbose_name='attributes')),
                ('fulfilment', models.CharField(choices=[('dropship', 'Dropship'), ('own_stock', 'Own stock'), ('hybrid', 'Hybrid'), ('made_to_order', 'Made to order')], default='dropship', max_length=14, verbose_name='fulfilment')),
                ('buffer', models.PositiveIntegerField(blank=True, null=True, verbose_name='buffer')),
                ('cap', models.PositiveIntegerField(blank=True, null=True, verbose_name='cap')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='products.category', verbose_name='category')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
            },
        ),
        migrations.CreateModel(
            name='DirtyLevel',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='products.product')),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('cause', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='LevelPolicy',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('buffer', models.PositiveIntegerField(default=0, verbose_name='buffer')),
                ('cap', models.PositiveIntegerField(blank=True, null=True, verbose_name='cap')),
                ('low_below', models.PositiveIntegerField(default=3, verbose_name='low-stock threshold')),
                ('flag_counts_as', models.PositiveIntegerField(default=1, verbose_name='“in stock” without a number counts as')),
                ('trusted_hours', models.PositiveIntegerField(default=48, verbose_name='a stated number is trusted for (hours)')),
            ],
            options={
                'verbose_name': 'level policy',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_level_policy')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(default='catalogue', max_length=40)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sellable', models.IntegerField()),
                ('light', models.CharField(choices=[('in_stock', 'In stock'), ('low', 'Low stock'), ('out', 'Out of stock'), ('unknown', 'Unknown')], max_length=8)),
                ('steps', models.JSONField(default=list)),
                ('cause', models.CharField(blank=True, max_length=40)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='products.product')),
            ],
        ),
        migrations.CreateModel(
            name='SubstituteLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='what differs')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='substitute_links', to='products.product')),
                ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stands_in_for', to='products.product')),
            ],
            options={
                'ordering': ['rank', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='level', serialize=False, to='products.product')),
                ('sellable', models.IntegerField(default=0, verbose_name='sellable')),
                ('light', models.CharField(choices=[('in_stock', 'In stock'), ('low', 'Low stock'), ('out', 'Out of stock'), ('unknown', 'Unknown')], default='unknown', max_length=8, verbose_name='light')),
                ('confidence', models.DecimalField(decimal_places=3, default=0, max_digits=4, verbose_name='confidence')),
                ('earliest_restock', models.DateField(null=True, verbose_name='earliest restock')),
                ('lead_days_min', models.PositiveSmallIntegerField(null=True)),
                ('lead_days_max', models.PositiveSmallIntegerField(null=True)),
                ('as_of', models.DateTimeField(null=True, verbose_name='as of')),
                ('steps', models.JSONField(default=list)),
                ('computed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'level',
                'verbose_name_plural': 'levels',
                'indexes': [models.Index(fields=['light', 'product'], name='level_light')],
            },
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(django.db.models.functions.text.Upper('sku'), name='product_sku_upper'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('gtin', ''), _negated=True), fields=['gtin'], name='product_gtin'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(fields=['name'], name='product_name_trgm', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['category', 'price_cents'], name='product_category_price'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('sku', ''), _negated=True), name='product_sku_not_blank'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['product', '-at'], name='publication_product_at'),
        ),
        migrations.AddConstraint(
            model_name='substitutelink',
            constraint=models.UniqueConstraint(fields=('product', 'substitute'), name='substitute_link_unique'),
        ),
        migrations.AddConstraint(
            model_name='substitutelink',
            constraint=models.CheckConstraint(condition=models.Q(('product', models.F('substitute')), _negated=True), name='substitute_is_another_product'),
        ),
    ]
