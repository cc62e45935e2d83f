import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_articles', '0002_kinds_and_related_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='person',
            name='name_withheld',
            field=models.BooleanField(default=False, editable=False, help_text='Readers see “Editorial staff” instead, in every language.', verbose_name='name withheld'),
        ),
        migrations.CreateModel(
            name='ProtectedIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField(default=dict)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('account_texts', models.JSONField(blank=True, default=dict)),
                ('lifting_asked_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifting_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='chorsu_articles.person')),
            ],
            options={
                'verbose_name': 'protected name',
                'verbose_name_plural': 'protected names',
                'permissions': [('see_protected_names', 'Can see the names of protected authors'), ('keep_protected_names', 'Can protect names, and ask for and confirm the lifting of protection')],
                'default_permissions': (),
            },
        ),
    ]
