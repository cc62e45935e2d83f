import chorsu_articles.models.publications
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Wagtail 7.4 has no such setting: its page model can't be swapped.
PAGE_MODEL = getattr(settings, 'WAGTAIL_PAGE_MODEL', 'wagtailcore.Page')


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_articles', '0001_initial'),
        migrations.swappable_dependency(PAGE_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='sectionpage',
            name='kind',
            field=models.CharField(choices=chorsu_articles.models.publications.kind_choices, default='analysis', max_length=50, verbose_name='lists'),
        ),
        # Only the name of the way back from Page: the tables stay as they are, which SQLite would write anew.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name=name,
                    name='page_ptr',
                    field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='%(app_label)s_%(class)s', serialize=False, to=PAGE_MODEL),
                )
                for name in ('homepage', 'infopage', 'publication', 'sectionpage')
            ],
        ),
    ]
