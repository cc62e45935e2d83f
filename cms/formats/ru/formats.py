"""Dates of the admin as readers get them (``chorsu_locales.dates``): Django's lack a comma and a digit of the hour."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y г., H:i"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i"
