import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('products', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('transport', models.CharField(choices=[('upload', 'Upload by hand'), ('url', 'Address (URL)'), ('folder', 'Watched folder')], default='upload', max_length=10, verbose_name='transport')),
                ('location', models.CharField(blank=True, max_length=500, verbose_name='address or folder')),
                ('every_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='read every (minutes)')),
                ('next_run_at', models.DateTimeField(null=True)),
                ('absent_policy', models.CharField(choices=[('keep', 'keep the last statement'), ('unknown', 'becomes unknown')], default='unknown', max_length=10, verbose_name='a SKU missing from the file')),
                ('max_lost_share', models.DecimalField(decimal_places=3, default='0.500', max_digits=4, verbose_name='hold when this share of known SKUs is lost')),
                ('max_zeroed_share', models.DecimalField(decimal_places=3, default='0.250', max_digits=4, verbose_name='hold when this share of in-stock offers turns to zero')),
                ('last_sha256', models.CharField(blank=True, max_length=64)),
                ('last_good_at', models.DateTimeField(null=True, verbose_name='last good import')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'feed',
                'verbose_name_plural': 'feeds',
                'ordering': ['supplier', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('supplier_sku', models.CharField(max_length=120, verbose_name='supplier SKU')),
                ('name', models.CharField(blank=True, max_length=250, verbose_name='name')),
                ('gtin', models.CharField(blank=True, max_length=14, verbose_name='barcode (GTIN)')),
                ('cost_cents', models.PositiveIntegerField(null=True, verbose_name='purchase price')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('lead_days', models.PositiveSmallIntegerField(null=True, verbose_name='lead time (days)')),
                ('rank', models.PositiveSmallIntegerField(default=1, verbose_name='rank')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='offers', to='products.product')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
            },
        ),
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('contact_name', models.CharField(blank=True, max_length=120, verbose_name='contact')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('en', 'English')], default='fr', max_length=2, verbose_name='language')),
                ('country', models.CharField(default='FR', max_length=2, verbose_name='country')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('lead_days', models.PositiveSmallIntegerField(default=3, verbose_name='lead time (days)')),
                ('ack_hours', models.PositiveSmallIntegerField(default=24, verbose_name='must answer within (hours)')),
                ('notes', models.TextField(blank=True, verbose_name='notes')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'supplier',
                'verbose_name_plural': 'suppliers',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('column_map', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mappings', to='suppliers.feed')),
            ],
        ),
        migrations.AddField(
            model_name='feed',
            name='mapping',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='suppliers.feedmapping'),
        ),
        migrations.CreateModel(
            name='OfferStock',
            fields=[
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stock', serialize=False, to='suppliers.offer')),
                ('kind', models.CharField(choices=[('exact', 'exact'), ('at_least', 'at least'), ('flag', 'in stock, no number'), ('unknown', 'unknown')], default='unknown', max_length=8)),
                ('quantity', models.IntegerField(null=True)),
                ('promisable', models.IntegerField(default=0)),
                ('reserved', models.IntegerField(default=0)),
                ('as_of', models.DateTimeField(null=True)),
                ('run_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
                ('claimed_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('held', 'Held'), ('applied', 'Applied'), ('rejected', 'Rejected'), ('unchanged', 'Unchanged'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='status')),
                ('stage', models.CharField(blank=True, max_length=10)),
                ('trigger', models.CharField(default='schedule', max_length=10)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='file')),
                ('rows_file', models.CharField(blank=True, max_length=200)),
                ('size_bytes', models.BigIntegerField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('verdict', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('decision_why', models.TextField(blank=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='suppliers.feed')),
                ('mapping', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='suppliers.feedmapping')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.CreateModel(
            name='RunChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offer_id', models.BigIntegerField(null=True)),
                ('supplier_sku', models.CharField(max_length=120)),
                ('name', models.CharField(blank=True, max_length=250)),
                ('line', models.BigIntegerField(null=True)),
                ('change', models.CharField(choices=[('new', 'new'), ('more', 'more'), ('less', 'less'), ('zeroed', 'to zero'), ('gone', 'gone from the file'), ('unreadable', 'to unknown')], max_length=10)),
                ('kind_before', models.CharField(blank=True, max_length=8)),
                ('quantity_before', models.IntegerField(null=True)),
                ('kind_after', models.CharField(blank=True, max_length=8)),
                ('quantity_after', models.IntegerField(null=True)),
                ('raw', models.CharField(blank=True, max_length=120)),
                ('reserved', models.IntegerField(default=0)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='suppliers.run')),
            ],
        ),
        migrations.AddField(
            model_name='offer',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='suppliers.supplier'),
        ),
        migrations.AddField(
            model_name='feed',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='suppliers.supplier'),
        ),
        migrations.AddConstraint(
            model_name='feedmapping',
            constraint=models.UniqueConstraint(fields=('feed', 'version'), name='feed_mapping_version_unique'),
        ),
        migrations.AddConstraint(
            model_name='offerstock',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='offer_reserved_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offerstock',
            constraint=models.CheckConstraint(condition=models.Q(('promisable__gte', 0)), name='offer_promisable_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offerstock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['exact', 'at_least']), ('quantity__isnull', False)), models.Q(('kind__in', ['flag', 'unknown']), ('quantity__isnull', True)), _connector='OR'), name='offer_quantity_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='offerstock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'unknown'), _negated=True), ('promisable', 0), _connector='OR'), name='offer_unknown_promises_nothing'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['feed', '-id'], name='run_feed'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['id'], name='run_held'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('status__in', ['queued', 'running'])), fields=['heartbeat_at'], name='run_open'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['queued', 'running'])), fields=('feed',), name='one_open_run_per_feed'),
        ),
        migrations.AddIndex(
            model_name='runchange',
            index=models.Index(fields=['run', 'change', '-reserved', 'id'], name='run_change_list'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['product', 'rank'], name='offer_product_rank'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('supplier', 'supplier_sku'), name='offer_sku_unique_per_supplier'),
        ),
        migrations.AddIndex(
            model_name='feed',
            index=models.Index(condition=models.Q(('active', True)), fields=['next_run_at'], name='feed_due'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.UniqueConstraint(fields=('supplier', 'name'), name='feed_name_unique'),
        ),
    ]
