"""How numbers are written where Django knows no format of the language, or another than its press uses."""
