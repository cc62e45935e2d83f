
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_search', '0006_query_count'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.PositiveBigIntegerField(unique=True)),
                ('version', models.BigIntegerField()),
                ('language', models.CharField(db_index=True, max_length=32)),
                ('words', models.BinaryField(default=bytes)),
            ],
            options={
                'verbose_name': 'words of a page',
                'verbose_name_plural': 'words of pages',
            },
        ),
        migrations.CreateModel(
            name='WordGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(blank=True, help_text='Empty: in searches of every language.', max_length=32, verbose_name='language')),
                ('words', models.TextField(help_text='One a line, or several separated by commas: “bazar, bazaar”. Each finds the others.', verbose_name='words')),
                ('weight', models.FloatField(default=0.5, help_text='From 0.1 to 1: how much one of the other words counts against the word that was asked for.', validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(1)], verbose_name='weight')),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'words that mean the same',
                'verbose_name_plural': 'words that mean the same',
                'ordering': ['language', 'words'],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=32)),
                ('word', models.CharField(max_length=64)),
                ('written', models.CharField(max_length=128)),
                ('token', models.CharField(max_length=64)),
                ('latin', models.CharField(max_length=64)),
                ('beginning', models.CharField(blank=True, max_length=24)),
                ('middle', models.CharField(blank=True, max_length=24)),
                ('ending', models.CharField(blank=True, max_length=24)),
                ('documents', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'word of the pages',
                'verbose_name_plural': 'words of the pages',
                'indexes': [models.Index(fields=['token', 'language'], name='chorsu_search_word_token'), models.Index(fields=['latin', 'language'], name='chorsu_search_word_latin'), models.Index(fields=['beginning', 'language', 'word'], name='chorsu_search_word_beginning'), models.Index(fields=['middle', 'language', 'word'], name='chorsu_search_word_middle'), models.Index(fields=['ending', 'language', 'word'], name='chorsu_search_word_ending')],
                'constraints': [models.UniqueConstraint(fields=('word', 'language'), name='chorsu_search_unique_word')],
            },
        ),
    ]
