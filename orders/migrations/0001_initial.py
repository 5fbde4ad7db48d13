import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('products', '0001_initial'),
        ('suppliers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('substitute', 'Substitute'), ('wait', 'Wait'), ('refund', 'Refund'), ('voucher', 'Voucher')], max_length=10)),
                ('reasons', models.JSONField(default=list)),
                ('until', models.DateField(null=True)),
                ('amount_cents', models.PositiveIntegerField(null=True)),
                ('price_difference_cents', models.IntegerField(default=0)),
                ('charges_customer', models.BooleanField(default=False)),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.product')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('channel', models.SlugField(max_length=40, verbose_name='channel')),
                ('external_id', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('status', models.CharField(choices=[('received', 'Received'), ('to_verify', 'To verify'), ('confirmed', 'Confirmed'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='received', max_length=10, verbose_name='status')),
                ('placed_at', models.DateTimeField(verbose_name='placed')),
                ('promised_on', models.DateField(null=True, verbose_name='promised for')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('shipping_cents', models.PositiveIntegerField(default=0, verbose_name='shipping charge')),
                ('total_cents', models.PositiveIntegerField(default=0, verbose_name='total')),
                ('ship_to', models.JSONField(default=dict)),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('verified_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='customers.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('ordered_sku', models.CharField(max_length=80, verbose_name='SKU')),
                ('ordered_name', models.CharField(max_length=250, verbose_name='product')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('unit_price_cents', models.PositiveIntegerField(verbose_name='unit price')),
                ('status', models.CharField(choices=[('new', 'New'), ('safe', 'Safe'), ('doubtful', 'To verify'), ('short', 'Out of stock'), ('confirmed', 'Confirmed'), ('ordered', 'Ordered from the supplier'), ('accepted', 'Accepted by the supplier'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('waiting', 'Waiting for stock'), ('refunded', 'Refunded'), ('vouchered', 'Settled by voucher'), ('cancelled', 'Cancelled')], default='new', max_length=10, verbose_name='status')),
                ('promised_on', models.DateField(null=True, verbose_name='promised for')),
                ('evidence', models.JSONField(default=dict)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='order_lines', to='products.product')),
            ],
            options={
                'verbose_name': 'order line',
                'verbose_name_plural': 'order lines',
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('held', 'Reserved'), ('accepted', 'Accepted'), ('contained', 'Contained in the feed'), ('released', 'Released')], default='held', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, max_length=40)),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='suppliers.offer')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allocations', to='orders.orderline')),
            ],
        ),
        migrations.CreateModel(
            name='PurchaseOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('status', models.CharField(choices=[('waiting', 'Waiting for the supplier'), ('answered', 'Answered'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='sent')),
                ('answer_due_at', models.DateTimeField(verbose_name='answer due')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='purchase_orders', to='orders.order')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purchase_orders', to='suppliers.supplier')),
            ],
            options={
                'verbose_name': 'purchase order',
                'verbose_name_plural': 'purchase orders',
            },
        ),
        migrations.CreateModel(
            name='PurchaseOrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('cost_cents', models.PositiveIntegerField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('', 'no answer yet'), ('accepted', 'accepted'), ('part', 'accepted in part'), ('rejected', 'refused')], default='', max_length=10)),
                ('accepted_quantity', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=250, verbose_name='reason')),
                ('restock_on', models.DateField(null=True, verbose_name='expected again on')),
                ('allocation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='purchase_line', to='orders.allocation')),
                ('purchase_order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.purchaseorder')),
            ],
        ),
        migrations.CreateModel(
            name='StockoutCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('cause', models.CharField(choices=[('feed_late', 'the stock figure was late'), ('sold_between', 'sold between two updates'), ('supplier_refused', 'refused by the supplier'), ('supplier_short', 'delivered only in part'), ('no_answer', 'no answer from the supplier'), ('discontinued', 'discontinued'), ('oversold', 'sold more than there is')], max_length=20, verbose_name='cause')),
                ('facts', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('to_propose', 'To propose'), ('with_customer', 'With the customer'), ('to_execute', 'To execute'), ('settled', 'Settled'), ('cancelled', 'Cancelled')], default='to_propose', max_length=14, verbose_name='status')),
                ('opened_at', models.DateTimeField(auto_now_add=True, verbose_name='opened')),
                ('respond_by', models.DateTimeField(verbose_name='answer by')),
                ('deadline', models.DateTimeField(null=True, verbose_name="customer's deadline")),
                ('version', models.PositiveSmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('chosen_at', models.DateTimeField(null=True)),
                ('executed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('cost_cents', models.IntegerField(null=True, verbose_name='cost')),
                ('choice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.caseoption')),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='orders.orderline')),
            ],
            options={
                'verbose_name': 'stockout case',
                'verbose_name_plural': 'stockout cases',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_cents', models.PositiveIntegerField(verbose_name='amount')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('reason', models.CharField(max_length=40)),
                ('status', models.CharField(choices=[('due', 'Due'), ('done', 'Done')], default='due', max_length=6, verbose_name='status')),
                ('due_on', models.DateField(verbose_name='due')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='payment reference')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.orderline')),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='refund', to='orders.stockoutcase')),
            ],
            options={
                'verbose_name': 'refund',
            },
        ),
        migrations.AddField(
            model_name='caseoption',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='orders.stockoutcase'),
        ),
        migrations.CreateModel(
            name='VerificationPolicy',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('confirms_itself', models.BooleanField(default=True, verbose_name='confirm safe orders without a person')),
                ('fresh_hours', models.PositiveSmallIntegerField(default=24, verbose_name='a feed is fresh for (hours)')),
                ('margin_percent', models.PositiveSmallIntegerField(default=5, verbose_name='least margin (%)')),
                ('thin_below', models.PositiveSmallIntegerField(default=1, verbose_name='thin when fewer remain after us than')),
                ('may_split', models.BooleanField(default=False, verbose_name='split a line over two suppliers')),
                ('voucher_percent', models.PositiveSmallIntegerField(default=110, verbose_name='voucher is worth (% of the line)')),
                ('voucher_days', models.PositiveSmallIntegerField(default=365, verbose_name='voucher is valid for (days)')),
                ('customer_days', models.PositiveSmallIntegerField(default=7, verbose_name='the customer has (days) to choose')),
                ('respond_hours', models.PositiveSmallIntegerField(default=8, verbose_name='propose within (hours)')),
            ],
            options={
                'verbose_name': 'verification policy',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_verification_policy')],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True, verbose_name='code')),
                ('amount_cents', models.PositiveIntegerField(verbose_name='amount')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('expires_on', models.DateField(verbose_name='valid until')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='voucher', to='orders.stockoutcase')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='customers.customer')),
            ],
            options={
                'verbose_name': 'voucher',
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'to_verify')), fields=['promised_on', 'id'], name='order_to_verify'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'received')), fields=['id'], name='order_received'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-placed_at', '-id'], name='order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['status', '-placed_at'], name='order_status_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', '-placed_at'], name='order_customer_newest'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('channel', 'external_id'), name='order_unique_per_channel'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['product', 'status'], name='line_product_status'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(condition=models.Q(('status__in', ['confirmed'])), fields=['id'], name='line_confirmed_unordered'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'position'), name='line_position_unique'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='line_quantity_positive'),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(condition=models.Q(('status__in', ['held', 'accepted'])), fields=['offer', '-id'], name='allocation_counted'),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(condition=models.Q(('status', 'accepted')), fields=['offer', 'accepted_at'], name='allocation_accepted'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='allocation_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'accepted'])), fields=('line', 'offer'), name='one_live_allocation_per_line_and_offer'),
        ),
        migrations.AddIndex(
            model_name='purchaseorder',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['answer_due_at'], name='purchase_waiting'),
        ),
        migrations.AddIndex(
            model_name='purchaseorder',
            index=models.Index(fields=['supplier', '-id'], name='purchase_supplier'),
        ),
        migrations.AddIndex(
            model_name='stockoutcase',
            index=models.Index(fields=['status', 'respond_by', 'id'], name='case_desk'),
        ),
        migrations.AddIndex(
            model_name='stockoutcase',
            index=models.Index(condition=models.Q(('status', 'with_customer')), fields=['deadline'], name='case_with_customer'),
        ),
        migrations.AddConstraint(
            model_name='stockoutcase',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['to_propose', 'with_customer', 'to_execute'])), fields=('line',), name='one_open_case_per_line'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('status', 'due')), fields=['due_on'], name='refund_due'),
        ),
        migrations.AddConstraint(
            model_name='caseoption',
            constraint=models.UniqueConstraint(fields=('case', 'version', 'position'), name='case_option_position_unique'),
        ),
    ]
