"""People whose name was withheld from readers alone get a code name; who they are moves to the table of its own."""

from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext, override

from chorsu_articles.columns import column, columns, own_column_language
from chorsu_locales.text import slugify

TEXTS = ('name', 'position', 'about')


def protect(apps, schema_editor):
    person_model = apps.get_model('chorsu_articles', 'Person')
    identities = apps.get_model('chorsu_articles', 'ProtectedIdentity').objects
    names = columns(*TEXTS)
    language = own_column_language(settings.LANGUAGE_CODE) or next(iter(names.values()))[1]
    for person in person_model.objects.filter(name_withheld=True):
        texts = {name: text for name in names if (text := getattr(person, name))}
        identity = identities.create(person=person, texts=texts)
        with override(settings.LANGUAGE_CODE):
            code_name = gettext('Author %(number)s') % {'number': identity.pk}
        for name in names:
            setattr(person, name, None)
        person.name, person.position, person.about = code_name, '', ''
        setattr(person, column('name', language), code_name)
        person.slug = slugify(code_name, settings.LANGUAGE_CODE)
        while person_model.objects.filter(slug=person.slug).exclude(pk=person.pk).exists():
            person.slug += '-1'
        person.photo = None
        person.save()
        _log(apps, person).update(label=code_name, data={})


def give_back(apps, schema_editor):
    """Write names and texts back, withheld from readers as they were before, and names and addresses of accounts."""
    for identity in apps.get_model('chorsu_articles', 'ProtectedIdentity').objects.select_related('person', 'account'):
        person = identity.person
        for name, (field, _code) in columns(*TEXTS).items():
            setattr(person, name, identity.texts.get(name))
            setattr(person, field, getattr(person, field) or '')
        person.name = next((text for name, text in identity.texts.items() if name.startswith('name') and text), '')
        person.save()
        if identity.account:
            type(identity.account).objects.filter(pk=identity.account.pk).update(**identity.account_texts)
        identity.delete()


def _log(apps, person):
    kind = apps.get_model('contenttypes', 'ContentType').objects.filter(app_label='chorsu_articles', model='person')
    return apps.get_model('wagtailcore', 'ModelLogEntry').objects.filter(content_type__in=kind, object_id=str(person.pk))


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_articles', '0003_protected_identities'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [migrations.RunPython(protect, give_back)]
