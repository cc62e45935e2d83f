"""Which vocabulary fields have a column per language; registers them with django-modeltranslation."""

from __future__ import annotations

from modeltranslation.translator import translator

from chorsu_articles.models import Country, Organisation, Person, Picture, Topic

translator.register([Topic, Organisation], fields=("name", "description"))
translator.register(Country, fields=("name",))
translator.register(Person, fields=("name", "position", "about"))
translator.register(Picture, fields=("caption", "alt_text"))
