"""``{% if page|machine_helped %}``: whether readers are told that a machine helped to translate a page."""

from django import template

from chorsu_translation.drafts import machine_helped

register = template.Library()
register.filter(machine_helped)
